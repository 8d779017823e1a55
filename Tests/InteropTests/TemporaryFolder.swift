import Foundation

/// A folder that is gone when the test ends.
struct TemporaryFolder {
    let url: URL

    /// Lends a new folder to `body`.
    static func with<R>(_ body: (TemporaryFolder) throws -> R) throws -> R {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("parley-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        return try body(TemporaryFolder(url: url))
    }

    func write(_ bytes: [UInt8], to name: String) throws {
        let target = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: target)
    }
}
