/// Counts the cases of one set of vectors.
public struct VectorTally: Sendable {
    /// Cases that behaved as published.
    public private(set) var passed = 0
    /// Names of the cases that did not.
    public private(set) var failures: [String] = []
    /// Cases for primitives that we do not have, by reason.
    public private(set) var notForUs: [String: Int] = [:]

    /// Nothing counted yet.
    public init() {}

    /// All cases seen.
    public var count: Int { passed + failures.count + notForUs.values.reduce(0, +) }

    /// Counts one case.
    public mutating func record(_ name: @autoclosure () -> String, _ isGood: Bool) {
        if isGood { passed += 1 } else { failures.append(name()) }
    }

    /// Counts one case that is not for us.
    public mutating func skip(_ reason: String) { notForUs[reason, default: 0] += 1 }

    /// Prints the line that every vector test prints.
    public func report(_ set: String) {
        Vectors.report(set, passed: passed, failed: failures.count, notForUs: notForUs)
    }
}
