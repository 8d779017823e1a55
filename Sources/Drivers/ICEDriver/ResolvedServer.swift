import Basics
import Paths

/// A server of the configuration at the address that is used.
struct ResolvedServer: Hashable {
    let server: ICEServer
    let address: SocketAddress

    var isTURN: Bool { server.service != .stun }

    /// How a relay here is reached; nil for STUN.
    var relayTransport: ICECandidate.RelayTransport? {
        if case .turn(let transport, _, _) = server.service { transport } else { nil }
    }
}
