public import Foundation

/// Published test vectors, found by `PARLEY_VECTORS`; samples of real media, found by `PARLEY_MEDIA`.
public enum Vectors {
    /// The folder of one set, or nil when `PARLEY_VECTORS` is not set (the test then says what it skipped).
    public static func folder(_ set: String) -> URL? {
        guard let root = ProcessInfo.processInfo.environment["PARLEY_VECTORS"] else { return nil }
        return URL(fileURLWithPath: root).appendingPathComponent(set)
    }

    /// The folder of media samples, or nil when `PARLEY_MEDIA` is not set.
    public static var media: URL? {
        ProcessInfo.processInfo.environment["PARLEY_MEDIA"].map { URL(fileURLWithPath: $0) }
    }

    /// The line that every vector test prints (CONTRACT §6).
    public static func report(_ set: String, passed: Int, failed: Int, notForUs: [String: Int] = [:]) {
        let reasons = notForUs.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let skipped = notForUs.values.reduce(0, +)
        print("vectors \(set): \(passed) passed, \(failed) failed, \(skipped) not for us (\(reasons))")
    }
}
