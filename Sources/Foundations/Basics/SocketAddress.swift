/// A transport address: a literal IP address and a UDP or TCP port.
public struct SocketAddress: Hashable, Comparable, Sendable {
    /// The host.
    public let ip: IPAddress
    /// The port, in host order.
    public let port: UInt16
    /// The interface index of a link-local IPv6 address; 0 elsewhere.
    public let scope: UInt32

    /// The port `port` of `ip`.
    public init(_ ip: IPAddress, port: UInt16, scope: UInt32 = 0) {
        self.ip = ip
        self.port = port
        self.scope = scope
    }

    /// By address, then port, then scope.
    public static func < (left: SocketAddress, right: SocketAddress) -> Bool {
        if left.ip != right.ip { return left.ip < right.ip }
        return left.port == right.port ? left.scope < right.scope : left.port < right.port
    }
}

extension SocketAddress: CustomStringConvertible {
    /// `192.0.2.1:4500` or `[2001:db8::1]:4500`.
    public var description: String { ip.family == .v4 ? "\(ip):\(port)" : "[\(ip)]:\(port)" }

    /// Reads the form that `description` writes; nil for anything else, names of hosts included.
    public init?(_ text: some StringProtocol) {
        let string = String(text)
        guard let colon = string.lastIndex(of: ":") else { return nil }
        let digits = string[string.index(after: colon)...]
        guard digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(digits) else { return nil }
        var host = string[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let ip = IPAddress(host), (ip.family == .v6) == isBracketed else { return nil }
        self.init(ip, port: port)
    }
}
