public import Foundation

/// The source tree that these tests were built from.
public enum Project {
    /// Its root: the folder of `Package.swift`.
    public static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every file under `folder` whose name ends in `suffix`, as paths from the root, sorted.
    public static func files(under folder: String, suffix: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: root.appendingPathComponent(folder).path)
            .filter { $0.hasSuffix(suffix) }.sorted().map { "\(folder)/\($0)" }
    }

    /// The text of the file at `path` from the root.
    public static func text(of path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }
}

extension Project {
    /// A generated file of the tree is not as it would be generated now.
    public struct Outdated: Error, CustomStringConvertible {
        /// The file, from the root.
        public let path: String

        /// What to do.
        public var description: String { "\(path) is not what the tables say: run the tests with PARLEY_WRITE_DOCS=1" }
    }

    /// Throws unless the file at `path` has exactly `text`; with `PARLEY_WRITE_DOCS` set, writes it.
    public static func expectGenerated(_ path: String, _ text: String) throws {
        let file = root.appendingPathComponent(path)
        if ProcessInfo.processInfo.environment["PARLEY_WRITE_DOCS"] != nil {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        guard (try? String(contentsOf: file, encoding: .utf8)) == text else { throw Outdated(path: path) }
    }
}
