import Foundation
import Testing

/// A folder that is removed with it.
final class TemporaryFolder: Sendable {
    let path = FileManager.default.temporaryDirectory.path + "/parley-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The bytes of a file in it.
    func bytes(of name: String) throws -> [UInt8] { Array(try Data(contentsOf: url(name))) }

    /// Writes a file in it.
    func write(_ bytes: some Sequence<UInt8>, to name: String) throws { try Data(bytes).write(to: url(name)) }

    /// The names in it, sorted.
    func names(in folder: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url(folder).path).sorted()
    }

    /// The permissions of a file in it.
    func mode(of name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: url(name).path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    private func url(_ name: String) -> URL { URL(fileURLWithPath: "\(path)/\(name)") }
}
