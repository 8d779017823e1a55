import Glibc
import Platform

/// The listening socket and its name in the file system, which is removed with it.
struct SocketFile: ~Copyable {
    let descriptor: Descriptor
    private let path: String
    private let identity: FileIdentity?

    /// Listens at `path`. The folder is made with mode 0700 if it is missing; a socket that nobody listens at any more
    /// is replaced; the file has mode 0600 from its first instant.
    init(at path: String) throws(ControlSocketError) {
        // Locked to the end: two daemons that start at once do not replace each other's new socket.
        let folder = try Self.system { () throws(SystemError) in try Self.lockedFolder(of: path) }
        let occupant = try Self.system { () throws(SystemError) in try Occupant(of: path) }
        switch occupant {
        case .nobody: break
        case .staleSocket: unsafe unlink(path)
        case .listener(let pid): throw .inUse(pid: pid)
        case .otherFile: throw .notASocket
        }
        descriptor = try Self.system { () throws(SystemError) in try Self.listen(at: path) }
        identity = FileIdentity(of: path)
        self.path = path
        withExtendedLifetime(folder) {}
    }

    deinit {
        // Another daemon may have put its own socket there since.
        if let identity, FileIdentity(of: path) == identity { unsafe unlink(path) }
    }

    private static func system<Value: ~Copyable>(
        _ body: () throws(SystemError) -> Value
    ) throws(ControlSocketError) -> Value {
        do throws(SystemError) { return try body() } catch { throw .system(error) }
    }

    private static func lockedFolder(of path: String) throws(SystemError) -> Descriptor {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        if unsafe mkdir(folder, 0o700) != 0, errno != EEXIST { throw .last("mkdir") }
        let descriptor = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY)
        let number = descriptor.rawValue
        try retrying("flock") { flock(number, LOCK_EX) }
        return descriptor
    }

    private static func listen(at path: String) throws(SystemError) -> Descriptor {
        let socket = try UnixSocket.make(SOCK_STREAM)
        try socket.makeNonblocking()
        let number = socket.rawValue
        let mask = umask(0o177)
        defer { umask(mask) }
        try unsafe UnixSocket.withAddress(of: path) { address, byteCount throws(SystemError) in
            try retrying("bind") { unsafe bind(number, address, byteCount) }
        }
        try retrying("listen") { Glibc.listen(number, SOMAXCONN) }
        return socket
    }
}

/// Which file a name stands for.
private struct FileIdentity: Equatable {
    private let device: UInt
    private let number: UInt

    init?(of path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return nil }
        device = status.st_dev
        number = status.st_ino
    }
}
