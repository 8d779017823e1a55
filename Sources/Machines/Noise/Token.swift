/// One step of a message pattern (Noise §7.1, §9.2).
public enum Token: Hashable, Sendable {
    /// The sender's ephemeral public key.
    case e
    /// The sender's static public key, encrypted once there is a key.
    case s
    /// A Diffie-Hellman between two keys, the initiator's first.
    case ee, es, se, ss
    /// The pre-shared key that the modifier of this number placed here.
    case psk(Int)

    init?(_ text: some StringProtocol) {
        switch text {
        case "e": self = .e
        case "s": self = .s
        case "ee": self = .ee
        case "es": self = .es
        case "se": self = .se
        case "ss": self = .ss
        default: return nil
        }
    }

    /// The same step seen with initiator and responder exchanged.
    var reversed: Token {
        switch self {
        case .es: .se
        case .se: .es
        case .e, .s, .ee, .ss, .psk: self
        }
    }
}
