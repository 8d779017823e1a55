/// How a path leads to the peer (PROTOCOL §4). The raw value is the word of `net.paths` and of a call's closing object.
public enum PathKind: String, CaseIterable, Sendable {
    /// The listener's own pair of addresses.
    case host
    /// A server-reflexive pair of ICE.
    case srflx
    /// A peer-reflexive pair of ICE.
    case prflx
    /// A pair found by the port prober.
    case probed
    /// A relay through a contact or call member.
    case peerRelay = "peer-relay"
    /// A TURN relay reached by UDP.
    case turnUDP = "turn-udp"
    /// A TURN relay reached by TCP.
    case turnTCP = "turn-tcp"
    /// A TURN relay reached by TLS.
    case turnTLS = "turn-tls"
    /// The route that carried messages 1 and 2: for control alone, a few packets a handshake.
    case signal

    /// The rung of the ladder (DESIGN §6): lower carries data before higher.
    var rung: Int {
        switch self {
        case .host: 0
        case .srflx, .prflx: 1
        case .probed: 2
        case .peerRelay: 3
        case .turnUDP: 4
        case .turnTCP: 5
        case .turnTLS: 6
        case .signal: 7
        }
    }
}
