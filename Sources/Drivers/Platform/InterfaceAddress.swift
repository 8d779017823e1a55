public import Basics
import CShims
import Glibc

/// An address of this machine, and the interface that has it.
public struct InterfaceAddress: Equatable, Sendable {
    /// The name of the interface: `eth0`.
    public let name: String
    /// The kernel's number of the interface: the scope of a link-local address.
    public let index: UInt32
    /// The address.
    public let address: IPAddress
    /// Leading bits that are the network's; nil when the kernel tells no mask.
    public let prefixLength: Int?
    /// Whether the interface is the machine itself.
    public let isLoopback: Bool
    /// Whether the interface leads to one other machine: a tunnel.
    public let isPointToPoint: Bool

    /// The addresses of all interfaces that are up, in the kernel's order.
    public static func all() throws(SystemError) -> [InterfaceAddress] {
        var first: UnsafeMutablePointer<ifaddrs>?
        try retrying("getifaddrs") { unsafe getifaddrs(&first) }
        defer { unsafe freeifaddrs(first) }
        var addresses: [InterfaceAddress] = []
        var next = unsafe first
        while let entry = unsafe next {
            if let address = unsafe InterfaceAddress(entry.pointee) { addresses.append(address) }
            unsafe next = entry.pointee.ifa_next
        }
        return addresses
    }

    private init?(_ entry: ifaddrs) {
        let flags = unsafe entry.ifa_flags
        guard flags & UInt32(IFF_UP) != 0, let ip = unsafe Self.address(entry.ifa_addr) else { return nil }
        unsafe name = String(cString: entry.ifa_name)
        unsafe index = if_nametoindex(entry.ifa_name)
        address = ip
        prefixLength = unsafe Self.prefixLength(entry.ifa_netmask, of: ip.family)
        isLoopback = flags & UInt32(IFF_LOOPBACK) != 0
        isPointToPoint = flags & UInt32(IFF_POINTOPOINT) != 0
    }

    private static func address(_ socketAddress: UnsafePointer<sockaddr>?) -> IPAddress? {
        guard let socketAddress = unsafe socketAddress else { return nil }
        switch Int32(unsafe socketAddress.pointee.sa_family) {
        case AF_INET, AF_INET6:
            let address = unsafe parley_address_from(UnsafeRawPointer(socketAddress))
            return IPAddress(v6: address.high, address.low)
        default: return nil
        }
    }

    private static func prefixLength(_ mask: UnsafePointer<sockaddr>?, of family: IPAddress.Family) -> Int? {
        guard let mask = unsafe mask else { return nil }
        let bits = unsafe parley_address_from(UnsafeRawPointer(mask))
        switch family {
        case .v4: return UInt32(truncatingIfNeeded: bits.low).nonzeroBitCount
        case .v6: return bits.high.nonzeroBitCount + bits.low.nonzeroBitCount
        }
    }
}
