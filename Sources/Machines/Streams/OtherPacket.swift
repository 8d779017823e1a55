/// Packets that others write and seal, and of which `Delivery` only keeps count.
public enum OtherPacket: Sendable {
    /// First byte 0x00.
    case padding
    /// First byte 0x03.
    case relay
    /// First byte 0x04: a path challenge or its answer.
    case path
    /// First bytes 128–191.
    case media

    /// Whether the receiver must send a receipt for it (PROTOCOL §3).
    public var asksForReceipt: Bool {
        switch self {
        case .padding: false
        case .relay, .path, .media: true
        }
    }
}
