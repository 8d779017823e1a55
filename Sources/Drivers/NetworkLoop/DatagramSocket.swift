package import Basics
package import CShims
import Glibc
import Platform

/// The kernel's side of a `UDPSocket`. Not isolated: a closure that an isolated function hands to the standard library
/// (`withUnsafeBytes`) checks at each call where it runs, which costs more than preparing the send.
struct DatagramSocket: ~Copyable {
    let descriptor: Descriptor
    private let family: IPAddress.Family

    init(bindingTo address: SocketAddress, _ options: UDPSocket.Options) throws(SystemError) {
        let isV6 = address.ip.family == .v6
        let type = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let number = try retrying("socket") { socket(isV6 ? AF_INET6 : AF_INET, type, 0) }
        let descriptor = Descriptor(owning: number)
        if isV6 {
            try set(IPV6_V6ONLY, at: Int32(IPPROTO_IPV6), to: options.isIPv6Only ? 1 : 0, on: number)
            try set(IPV6_RECVPKTINFO, at: Int32(IPPROTO_IPV6), to: 1, on: number)
        } else {
            try set(IP_PKTINFO, at: Int32(IPPROTO_IP), to: 1, on: number)
        }
        try set(SO_RXQ_OVFL, at: SOL_SOCKET, to: 1, on: number)
        try set(SO_RCVBUF, at: SOL_SOCKET, to: Int32(clamping: options.receiveBufferByteCount), on: number)
        try set(SO_SNDBUF, at: SOL_SOCKET, to: Int32(clamping: options.sendBufferByteCount), on: number)
        try retrying("bind") { parley_bind(number, parley_address(address), isV6 ? 1 : 0) }
        self.descriptor = descriptor
        family = address.ip.family
    }

    /// Where it is bound.
    func address() throws(SystemError) -> SocketAddress {
        var address = parley_address()
        try retrying("getsockname") { unsafe parley_bound_address(descriptor.rawValue, &address) }
        return SocketAddress(address)
    }

    /// Bytes that the kernel keeps for us.
    var receiveBufferByteCount: Int {
        var value: Int32 = 0
        var byteCount = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(descriptor.rawValue, SOL_SOCKET, SO_RCVBUF, &value, &byteCount)
        return Int(value)
    }

    /// Sends one datagram; 0, or `errno`.
    func send(_ datagram: RawSpan, to target: SocketAddress, from local: IPAddress?) -> Int32 {
        guard family == .v6 || target.ip.family == .v4 else { return EAFNOSUPPORT }
        let isV6: Int32 = family == .v6 ? 1 : 0
        let number = descriptor.rawValue
        return unsafe datagram.withUnsafeBytes { bytes in
            let target = parley_address(target)
            guard let local else {
                return unsafe parley_send_datagram(number, bytes.baseAddress, bytes.count, target, isV6, nil)
            }
            var source = parley_address(SocketAddress(local, port: 0))
            return unsafe parley_send_datagram(number, bytes.baseAddress, bytes.count, target, isV6, &source)
        }
    }
}

private func set(_ option: Int32, at level: Int32, to value: Int32, on socket: Int32) throws(SystemError) {
    var value = value
    try retrying("setsockopt") {
        unsafe setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}

extension parley_address {
    /// IPv4 in its mapped form, whose low 32 bits an IPv4 socket takes.
    package init(_ address: SocketAddress) {
        let (high, low) = address.ip.halves
        let isV4 = address.ip.family == .v4
        self.init(high: high, low: isV4 ? low | 0xFFFF << 32 : low, scope: address.scope, port: address.port)
    }
}

extension SocketAddress {
    /// The address as a shim tells it.
    package init(_ address: parley_address) {
        self.init(IPAddress(v6: address.high, address.low), port: address.port, scope: address.scope)
    }
}
