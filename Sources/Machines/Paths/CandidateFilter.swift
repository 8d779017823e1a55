public import Basics

/// Which addresses that a peer names may be tried (PROTOCOL §4). An address is an order to send packets to somebody: a
/// peer must not make us knock at our own services, at a whole network or at a server that trusts us.
public struct CandidateFilter: Sendable {
    /// How far the peer is trusted.
    public enum Trust: Sendable {
        /// On our list.
        case contact
        /// Has an invite of ours, or nothing; the session is not confirmed.
        case unconfirmed
        /// The same, confirmed.
        case confirmed
    }

    /// What becomes of a candidate.
    public enum Verdict: Equatable, Sendable {
        /// It may be tried now.
        case accepted
        /// A private address: it may be tried when the session is confirmed.
        case afterConfirmation
        /// It must not be tried.
        case refused(Refusal)
    }

    /// Why a candidate must not be tried.
    public enum Refusal: String, CaseIterable, Sendable {
        /// There are sixteen before it.
        case tooMany
        /// Port 0.
        case noPort
        /// 0.0.0.0/8 or ::.
        case unspecified
        /// This machine, and the peer is on another.
        case loopback
        /// 224.0.0.0/4 or ff00::/8.
        case multicast
        /// 255.255.255.255, or the broadcast address of a network of ours.
        case broadcast
        /// An IPv6 link-local address without the interface that it is on.
        case noScope
        /// A server of our own configuration, at its very port.
        case configuredServer
    }

    /// The most candidates of one peer.
    public static let capacity = 16

    /// How far the peer is trusted.
    public var trust: Trust
    /// Whether the peer runs on this machine.
    public var isSameMachine: Bool
    /// STUN and TURN servers that we use. A relayed address on such a host, at another port, may be tried.
    public var servers: [SocketAddress]
    /// Broadcast addresses of our networks.
    public var broadcasts: [IPAddress]

    /// A filter for one peer.
    public init(trust: Trust, isSameMachine: Bool = false, servers: [SocketAddress] = [], broadcasts: [IPAddress] = [])
    {
        self.trust = trust
        self.isSameMachine = isSameMachine
        self.servers = servers
        self.broadcasts = broadcasts
    }

    /// Judges the candidates of one message, in its order. A repeated address is judged once; those that are refused count
    /// towards the sixteen, and nothing behind the seventeenth is looked at.
    public func judge(_ candidates: [SocketAddress]) -> [(candidate: SocketAddress, verdict: Verdict)] {
        var judged: [(candidate: SocketAddress, verdict: Verdict)] = []
        for candidate in candidates where !judged.contains(where: { $0.candidate == candidate }) {
            let isOver = judged.count >= Self.capacity
            judged.append((candidate, isOver ? .refused(.tooMany) : verdict(on: candidate)))
            if isOver { break }
        }
        return judged
    }

    /// Judges one address by itself.
    public func verdict(on candidate: SocketAddress) -> Verdict {
        if let refusal = refusal(of: candidate) { return .refused(refusal) }
        switch trust {
        case .contact, .confirmed: return .accepted
        case .unconfirmed:
            let ip = candidate.ip
            return ip.isPrivate || ip.isLinkLocal || ip.isLoopback ? .afterConfirmation : .accepted
        }
    }

    private func refusal(of candidate: SocketAddress) -> Refusal? {
        let ip = candidate.ip
        if candidate.port == 0 { return .noPort }
        if ip.isUnspecified { return .unspecified }
        if ip.isLoopback, !isSameMachine { return .loopback }
        if ip.isMulticast { return .multicast }
        if ip.isBroadcast || broadcasts.contains(ip) { return .broadcast }
        if ip.family == .v6, ip.isLinkLocal, candidate.scope == 0 { return .noScope }
        return servers.contains { $0.ip == ip && $0.port == candidate.port } ? .configuredServer : nil
    }
}
