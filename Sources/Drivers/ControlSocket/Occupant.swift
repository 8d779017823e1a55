import CShims
import Glibc
import Platform

/// Who has the name that a socket shall get.
enum Occupant: Equatable {
    case nobody
    /// A socket at which nobody listens: what a daemon that was killed leaves.
    case staleSocket
    /// A socket at which this process listens.
    case listener(pid: Int32?)
    case otherFile

    init(of path: String) throws(SystemError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw .last("lstat") }
            self = .nobody
            return
        }
        self = status.st_mode & S_IFMT == S_IFSOCK ? try Self.probe(path) : .otherFile
    }

    private static func probe(_ path: String) throws(SystemError) -> Occupant {
        let socket = try UnixSocket.make(SOCK_STREAM)
        try socket.makeNonblocking()
        let number = socket.rawValue
        do throws(SystemError) {
            try unsafe UnixSocket.withAddress(of: path) { address, byteCount throws(SystemError) in
                try retrying("connect") { unsafe connect(number, address, byteCount) }
            }
        } catch {
            if error.code == ECONNREFUSED { return .staleSocket }
            if error.isWouldBlock { return .listener(pid: nil) }  // its queue is full
            throw error
        }
        var uid: UInt32 = 0, pid: Int32 = 0
        let isKnown = unsafe parley_peer_credentials(number, &uid, &pid) == 0
        return .listener(pid: isKnown ? pid : nil)
    }
}
