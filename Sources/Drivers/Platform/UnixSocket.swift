import CShims
package import Glibc

/// Unix stream sockets, for clients and for what servers share with them.
///
/// A path longer than a socket address holds (107 bytes) works: it is reached through its directory's descriptor.
public enum UnixSocket {
    /// Connects to the socket at `path`, waiting if need be.
    public static func connect(to path: String) throws(SystemError) -> Descriptor {
        let socket = try make(SOCK_STREAM)
        let number = socket.rawValue
        try unsafe withAddress(of: path) { address, byteCount throws(SystemError) in
            try retrying("connect") { unsafe Glibc.connect(number, address, byteCount) }
        }
        return socket
    }

    /// Sends all of `bytes`, which is not empty; `descriptors` (at most 64) travel with its first byte.
    public static func send(
        _ bytes: RawSpan, with descriptors: [Int32] = [], on socket: borrowing Descriptor
    ) throws(SystemError) {
        let number = socket.rawValue
        try unsafe bytes.withUnsafeBytes { all throws(SystemError) in
            var sent = 0
            while sent < all.count {
                let part = unsafe UnsafeRawBufferPointer(rebasing: all[sent...])
                let passed = sent == 0 ? descriptors : []
                sent += try retrying("sendmsg") {
                    unsafe parley_send_descriptors(number, part.baseAddress, part.count, passed, passed.count)
                }
            }
        }
    }

    /// A socket that is neither bound nor connected.
    package static func make(_ type: __socket_type) throws(SystemError) -> Descriptor {
        Descriptor(
            owning: try retrying("socket") { socket(AF_UNIX, Int32(type.rawValue | SOCK_CLOEXEC.rawValue), 0) })
    }

    /// Lends the socket address of `path`; `@` begins a name of the abstract namespace.
    package static func withAddress(
        of path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Void
    ) throws(SystemError) {
        let room = 107  // sun_path, and a zero behind it
        guard path.utf8.count > room else { return try unsafe withAddress(ofShort: path, body) }
        let (directory, name) = split(path)
        let parent = try Descriptor.open(directory, O_RDONLY | O_DIRECTORY)
        let short = "/proc/self/fd/\(parent.rawValue)/\(name)"
        guard short.utf8.count <= room else { throw SystemError("bind", code: ENAMETOOLONG) }
        try unsafe withAddress(ofShort: short, body)
    }

    private static func withAddress(
        ofShort path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Void
    ) throws(SystemError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            unsafe bytes.copyBytes(from: path.utf8)
            if path.hasPrefix("@") { unsafe bytes[0] = 0 }
        }
        // An abstract name has no end but its length.
        let length = path.hasPrefix("@") ? 2 + path.utf8.count : MemoryLayout<sockaddr_un>.size
        try unsafe withUnsafePointer(to: address) { pointer throws(SystemError) in
            try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general throws(SystemError) in
                try unsafe body(general, socklen_t(length))
            }
        }
    }

    private static func split(_ path: String) -> (directory: String, name: Substring) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path[...]) }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), path[path.index(after: slash)...])
    }
}
