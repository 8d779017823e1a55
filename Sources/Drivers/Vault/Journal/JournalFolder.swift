internal import Basics
internal import Glibc
public import Journal
internal import Platform

/// A log on disk, to be read: the folder of one log. Whoever made it, reading never waits and follows no link.
public final class JournalFolder: JournalReader, Sendable {
    private let root: Descriptor?

    /// Bytes in the largest file that is read.
    private static let fileByteLimit = 256 << 20

    /// The log in the folder at `path`, which may be missing: then it has no file.
    public init(at path: String) throws(JournalReadFailure) {
        do throws(SystemError) {
            root = try Folder.open(path)
        } catch {
            guard error.isNothing else { throw JournalReadFailure(path: "", reason: "\(error)") }
            root = nil
        }
    }

    /// The bytes of a file; nil when there is none.
    public func bytes(of path: String) throws(JournalReadFailure) -> [UInt8]? {
        try reading(path, O_RDONLY) { file throws(SystemError) in
            try file.readAll(limit: Self.fileByteLimit)
        }
    }

    /// The length of a file; nil when there is none.
    public func byteCount(of path: String) throws(JournalReadFailure) -> Int? {
        try reading(path, O_RDONLY) { file throws(SystemError) in try file.byteCount() }
    }

    /// The names in a folder, those of folders with a slash behind; nil when there is no such folder.
    public func names(in folder: String) throws(JournalReadFailure) -> [String]? {
        try reading(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY) { folder throws(SystemError) in
            try folder.names()
        }
    }

    private func reading<Value>(
        _ path: String, _ flags: Int32, _ body: (borrowing Descriptor) throws(SystemError) -> Value
    ) throws(JournalReadFailure) -> Value? {
        do throws(SystemError) {
            guard let file = try root?.open(at: path, flags | O_NOFOLLOW | O_NONBLOCK) else { return nil }
            let isWanted = try file.status().st_mode & S_IFMT == (flags & O_DIRECTORY != 0 ? S_IFDIR : S_IFREG)
            guard isWanted else { throw SystemError("open", code: EINVAL) }
            return try body(file)
        } catch {
            if error.isNothing { return nil }
            throw JournalReadFailure(path: path, reason: "\(error)")
        }
    }
}

extension SystemError {
    /// There is no such file, nor a folder where one would be.
    fileprivate var isNothing: Bool { code == ENOENT || code == ENOTDIR }
}
