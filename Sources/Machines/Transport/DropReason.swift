/// Why a datagram was dropped. A peer's fault or the network's: counted, never answered with a detail, never a crash.
public enum DropReason: UInt8, Error, CaseIterable, Sendable {
    /// Shorter than its layout.
    case truncated
    /// Longer than its layout allows.
    case oversized
    /// The first byte is none of 0xC1–0xC5.
    case unknownType
    /// Bytes that must be zero are not.
    case malformed
    /// An initiation in a version that we do not speak; the sender was told which we do.
    case unknownVersion
    /// mac1 does not show that the sender knows our key: silence.
    case wrongMAC
    /// An initiation on a bare port below 1,200 bytes: its answer could be longer than itself.
    case unpadded
    /// The sender, or all who come the same way, asked for too much.
    case overBudget
    /// We are under load and sent a cookie instead of working.
    case cookieRequired
    /// A message 1 that was seen before and has no answer to repeat.
    case duplicate
    /// A message 1 that gave way to ours (PROTOCOL §2, simultaneous initiation).
    case crossed
    /// Our own message 1 came back.
    case reflected
    /// A handshake message, cookie or version packet that does not open or does not prove itself.
    case handshakeFailed
    /// No attempt or session has this index.
    case unknownIndex
    /// A rekey that came through a session of another device.
    case wrongPeer
    /// A table is full.
    case tableFull
    /// The counter was seen, or is older than the window.
    case replayed
    /// The key is older than 180 s.
    case keyExpired
    /// A transport packet that does not open.
    case authenticationFailed

    /// The name under which `daemon.status` counts it.
    public var name: String {
        switch self {
        case .truncated: "truncated"
        case .oversized: "oversized"
        case .unknownType: "unknown_type"
        case .malformed: "malformed"
        case .unknownVersion: "unknown_version"
        case .wrongMAC: "wrong_mac"
        case .unpadded: "unpadded"
        case .overBudget: "over_budget"
        case .cookieRequired: "cookie_required"
        case .duplicate: "duplicate"
        case .crossed: "crossed"
        case .reflected: "reflected"
        case .handshakeFailed: "handshake_failed"
        case .unknownIndex: "unknown_index"
        case .wrongPeer: "wrong_peer"
        case .tableFull: "table_full"
        case .replayed: "replayed"
        case .keyExpired: "key_expired"
        case .authenticationFailed: "authentication_failed"
        }
    }
}
