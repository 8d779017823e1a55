public import Basics

/// What an ICE agent tells the node.
public enum ICEEvent: Equatable, Sendable {
    /// A candidate of ours, for the other side.
    case candidate(ICECandidate)
    /// There will be no more.
    case gathered
    /// Packets pass between this pair from now on; again when another is nominated.
    case selected(ICEPair)
    /// No pair works, or the one in use has died (RFC 7675). The agent is of no use any more.
    case failed
}

/// The pair that an ICE agent uses.
public struct ICEPair: Hashable, Sendable {
    /// How our and the other end were found.
    public let local: ICECandidate.Kind, remote: ICECandidate.Kind
    /// Our and the other address.
    public let localAddress: SocketAddress, remoteAddress: SocketAddress
    /// How we reach our relay; nil when our end is not relayed.
    public let localRelay: ICECandidate.RelayTransport?

    /// A pair.
    public init(
        local: ICECandidate.Kind, remote: ICECandidate.Kind, localAddress: SocketAddress, remoteAddress: SocketAddress,
        localRelay: ICECandidate.RelayTransport? = nil
    ) {
        self.local = local
        self.remote = remote
        self.localAddress = localAddress
        self.remoteAddress = remoteAddress
        self.localRelay = localRelay
    }
}

/// What became of a STUN or TURN server of the configuration, told when it changes.
public struct ICEServerReport: Equatable, Sendable {
    /// What is wrong.
    public enum Fault: Equatable, Sendable {
        /// Its name has no address, or cannot be looked up.
        case unknownName
        /// Nothing came back.
        case silent
        /// The connection was refused (TCP) or an ICMP error came (UDP).
        case refused
        /// The user name or credential is wrong (401, 441).
        case wrongCredential
        /// It answered with this error code of RFC 8489 or RFC 8656 and its reason phrase, as far as that is plain text.
        case error(code: Int, reason: String)
        /// It gave a relay and lost it while that was in use.
        case lost
    }

    /// Which.
    public let server: ICEServer
    /// What is wrong; nil: it does what it is for.
    public let fault: Fault?

    /// A report.
    public init(server: ICEServer, fault: Fault?) {
        self.server = server
        self.fault = fault
    }
}

extension ICEServerReport.Fault: CustomStringConvertible {
    /// For people, behind the name of the server.
    public var description: String {
        switch self {
        case .unknownName: "its name has no address, or cannot be looked up"
        case .silent: "it does not answer"
        case .refused: "nothing listens there"
        case .wrongCredential: "it does not take the user name or the credential"
        case .error(let code, let reason): "it answers with error \(code)\(reason.isEmpty ? "" : " (\(reason))")"
        case .lost: "it gave a relay, and lost it in use"
        }
    }
}
