public import Basics

/// An address at which one side may be reached (RFC 8445 §5.1): UDP, one component.
public struct ICECandidate: Hashable, Sendable {
    /// How the address was found. The raw value is its number on the wire.
    public enum Kind: UInt8, Sendable, CaseIterable { case host = 1, serverReflexive, peerReflexive, relayed }

    /// How a relayed candidate's owner reaches its TURN server. The raw value is its number on the wire.
    public enum RelayTransport: UInt8, Sendable, CaseIterable { case udp = 1, tcp, tls }

    /// Candidates with the same foundation are checked together: 1 to 32 *ice-chars* (RFC 8445 §5.1.1.3).
    public let foundation: String
    /// RFC 8445 §5.1.2; never 0.
    public let priority: UInt32
    /// How it was found.
    public let kind: Kind
    /// Where packets go.
    public let address: SocketAddress
    /// How its owner reaches the relay; nil unless it is relayed.
    public let relayTransport: RelayTransport?

    /// A candidate; nil when a field is out of its range.
    public init?(
        foundation: String, priority: UInt32, kind: Kind, address: SocketAddress, relayTransport: RelayTransport? = nil
    ) {
        guard (1...32).contains(foundation.utf8.count), foundation.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            priority > 0, address.port != 0, (relayTransport != nil) == (kind == .relayed)
        else { return nil }
        self.foundation = foundation
        self.priority = priority
        self.kind = kind
        self.address = address
        self.relayTransport = relayTransport
    }
}
