/// What a media stream carries.
public enum MediaKind: UInt8, Hashable, Comparable, CaseIterable, Sendable {
    case audio = 1, video = 2

    /// By number.
    public static func < (left: MediaKind, right: MediaKind) -> Bool { left.rawValue < right.rawValue }

    /// The word of the control protocol.
    public var name: String {
        switch self {
        case .audio: "audio"
        case .video: "video"
        }
    }
}

/// One stream of media that a side of a call will send: its kind, and the synchronisation source of its packets
/// (RFC 3550 §3), bound to the call before the first of them.
public struct MediaDescription: Hashable, Sendable {
    /// What it carries.
    public var kind: MediaKind
    /// The SSRC of its packets.
    public var ssrc: UInt32

    /// A stream of `kind` whose packets carry `ssrc`.
    public init(kind: MediaKind, ssrc: UInt32) {
        self.kind = kind
        self.ssrc = ssrc
    }
}
