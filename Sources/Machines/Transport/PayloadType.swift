internal import Basics

/// What the plaintext of a transport packet is, by its first byte (PROTOCOL §3).
public enum PayloadType: Hashable, Sendable {
    /// 0x00: nothing.
    case padding
    /// 0x01: which packets arrived, and when.
    case receipts
    /// 0x02: frames of reliable streams.
    case frames
    /// 0x03: a packet carried for others.
    case relay
    /// 0x04: a path's challenge or answer.
    case path
    /// 128–191: RTP or RTCP (split by RFC 5761 §4).
    case media

    /// nil for a byte that means nothing yet.
    @inline(__always)
    public init?(firstByte: UInt8) {
        switch firstByte {
        case 0: self = .padding
        case 1: self = .receipts
        case 2: self = .frames
        case 3: self = .relay
        case 4: self = .path
        case 128...191: self = .media
        default: return nil
        }
    }

    /// Whether it may be sealed under `permit`. Frames have the class of their stream.
    @inline(__always)
    func fits(_ permit: PermitClass) -> Bool {
        switch self {
        case .padding, .receipts, .path: permit == .control
        case .frames: permit != .media && permit != .relay
        case .relay: permit == .relay
        case .media: permit == .media
        }
    }

    /// Whether it keeps a session alive. Padding and receipts are no use (PROTOCOL §2); nor is the upkeep of paths,
    /// which goes on for as long as there is a session.
    @inline(__always)
    var isUse: Bool {
        switch self {
        case .padding, .receipts, .path: false
        case .frames, .relay, .media: true
        }
    }
}
