internal import Basics

/// What a packet is, by its first byte: never parsed as STUN or as a TURN channel (PROTOCOL §3).
public enum PacketType: UInt8, CaseIterable, Sendable {
    /// Noise message 1.
    case initiation = 0xC1
    /// Noise message 2.
    case response = 0xC2
    /// A cookie, sent under load in place of an answer.
    case cookie = 0xC3
    /// A sealed packet of a session.
    case transport = 0xC4
    /// Which versions the sender speaks.
    case version = 0xC5

    /// The type of `packet`; nil for anything that is not ours.
    public init?(of packet: RawSpan) {
        guard !packet.isEmpty else { return nil }
        self.init(rawValue: packet.byte(at: 0))
    }
}
