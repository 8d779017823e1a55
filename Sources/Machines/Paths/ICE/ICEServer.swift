public import Basics

/// A STUN or TURN server of the configuration. Names are resolved before an agent sees them.
public struct ICEServer: Hashable, Sendable {
    /// What it is asked for.
    public enum Service: Hashable, Sendable {
        /// Our address as the Internet sees it (RFC 8489).
        case stun
        /// A relay (RFC 8656), reached by UDP or TCP.
        case turn(ICECandidate.RelayTransport, username: String, credential: Redacted<String>)
    }

    /// A literal address or a name.
    public let host: String
    /// The port.
    public let port: UInt16
    /// What it is asked for.
    public let service: Service

    /// A server.
    public init(host: String, port: UInt16, service: Service) {
        self.host = host
        self.port = port
        self.service = service
    }
}

extension ICEServer: CustomStringConvertible {
    /// As RFC 7064 and RFC 7065 write it, without the credential: `turn:turn.example.org:3478?transport=udp`.
    public var description: String {
        let place = "\(host.contains(":") ? "[\(host)]" : host):\(port)"
        switch service {
        case .stun: return "stun:\(place)"
        case .turn(.udp, _, _): return "turn:\(place)?transport=udp"
        case .turn(.tcp, _, _): return "turn:\(place)?transport=tcp"
        case .turn(.tls, _, _): return "turns:\(place)?transport=tcp"
        }
    }
}
