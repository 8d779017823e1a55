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
