import Basics
import Glibc
public import Platform

/// The right to be the daemon of a home. The kernel takes it back when the process ends, however it ends.
public struct HomeLock: ~Copyable, Sendable {
    private let file: Descriptor

    /// Takes the lock of `paths`, whose folders are there, and writes our process id into its file.
    public init(_ paths: HomePaths) throws(HomeLockError) {
        do throws(SystemError) {
            file = try Self.locked(paths.lock)
        } catch {
            throw error.isWouldBlock ? .held(pid: Self.pid(in: paths.lock)) : .system(error)
        }
    }

    private static func locked(_ path: String) throws(SystemError) -> Descriptor {
        let file = try Descriptor.open(path, O_RDWR | O_CREAT | O_NOFOLLOW), number = file.rawValue
        try retrying("flock") { flock(number, LOCK_EX | LOCK_NB) }
        try retrying("ftruncate") { ftruncate(number, 0) }
        try file.writeAll(Array("\(getpid())\n".utf8).rawSpan, at: 0)
        return file
    }

    private static func pid(in path: String) -> Int32? {
        guard let bytes = try? WholeFile.read(path, limit: 32) else { return nil }
        return Int32(String(decoding: bytes, as: UTF8.self).prefix { $0 != "\n" })
    }
}

/// Why a home could not be locked.
public enum HomeLockError: Error, Hashable, Sendable {
    /// Another daemon runs on this home; its process id, unless it has not written that yet.
    case held(pid: Int32?)
    /// The lock's file could not be used.
    case system(SystemError)
}
