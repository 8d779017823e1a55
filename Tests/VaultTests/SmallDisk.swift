import Foundation
import Glibc
import Platform

/// A file system of little room in a folder of its own. Only root may make one.
final class SmallDisk: Sendable {
    private let folder: TemporaryFolder

    /// A disk of `byteCount` bytes.
    init(byteCount: Int) throws {
        folder = try TemporaryFolder()
        try retrying("mount") {
            unsafe mount("tmpfs", folder.path, "tmpfs", UInt(MS_NOSUID), "size=\(byteCount)")
        }
    }

    deinit { unsafe umount2(folder.path, Int32(MNT_DETACH)) }

    /// Where it is.
    var path: String { folder.path }

    /// Takes up all room but about `byteCount` bytes, until `release`.
    func fill(leaving byteCount: Int) throws {
        var status = statvfs()
        try retrying("statvfs") { unsafe statvfs(path, &status) }
        let count = Int(status.f_bfree) * Int(status.f_bsize) - byteCount
        try Data(count: max(0, count)).write(to: URL(fileURLWithPath: "\(path)/ballast"))
    }

    /// Gives the room back.
    func release() throws { try FileManager.default.removeItem(atPath: "\(path)/ballast") }

    /// Whether this process may make one.
    static let isPossible = (try? SmallDisk(byteCount: 65_536)) != nil
}
