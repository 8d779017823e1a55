import Basics
import CShims
import Glibc
import NetworkLoop
import Platform

/// Sockets to STUN and TURN servers, opened and connected without waiting.
enum ServerSocket {
    /// A socket of the server's family and way; nil: `errno` says why.
    static func open(to server: SocketAddress, isTCP: Bool) -> Descriptor? {
        let type = Int32(isTCP ? SOCK_STREAM.rawValue : SOCK_DGRAM.rawValue)
        let options = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let number = Glibc.socket(server.ip.family == .v6 ? AF_INET6 : AF_INET, type | options, 0)
        return number < 0 ? nil : Descriptor(owning: number)
    }

    /// Connects it; false: `errno` says why, and EINPROGRESS that it goes on. UDP is connected too: only then does the
    /// kernel tell of ICMP errors, and let in nobody but the server.
    static func connect(_ number: Int32, to server: SocketAddress) -> Bool {
        parley_connect(number, parley_address(server), server.ip.family == .v6 ? 1 : 0) == 0
    }

    /// What came of a connection that was going on: 0, or why there is none.
    static func failure(of number: Int32) -> Int32 {
        var code: Int32 = 0
        var byteCount = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &byteCount)
        return code
    }
}
