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

/// One stream of media that a side of a call may send: its kind, and the synchronisation sources of its packets
/// (RFC 3550 §3), bound to the call before the first of them.
public struct MediaDescription: Hashable, Sendable {
    /// What it carries.
    public let kind: MediaKind
    /// The SSRC of its packets.
    public let ssrc: UInt32
    /// The SSRC of packets that are sent again (RFC 4588 §4); nil for sound, which never is.
    public let repairSSRC: UInt32?

    /// Sound whose packets carry `ssrc`.
    public static func audio(ssrc: UInt32) -> MediaDescription {
        MediaDescription(kind: .audio, ssrc: ssrc, repairSSRC: nil)
    }

    /// A picture whose packets carry `ssrc`, and `repairSSRC` when they are sent again; nil when the two are the same.
    public static func video(ssrc: UInt32, repairSSRC: UInt32) -> MediaDescription? {
        ssrc == repairSSRC ? nil : MediaDescription(kind: .video, ssrc: ssrc, repairSSRC: repairSSRC)
    }

    private init(kind: MediaKind, ssrc: UInt32, repairSSRC: UInt32?) {
        self.kind = kind
        self.ssrc = ssrc
        self.repairSSRC = repairSSRC
    }
}

extension [MediaDescription] {
    /// The kinds that are carried.
    public var kinds: Set<MediaKind> { Set(map(\.kind)) }

    /// One stream of each of `kinds`, under SSRCs drawn at random, no two the same.
    public static func streams(
        of kinds: Set<MediaKind> = Set(MediaKind.allCases), using random: inout some RandomNumberGenerator
    ) -> [MediaDescription] {
        let first: UInt32 = random.next()
        let audio = MediaDescription.audio(ssrc: first)
        // Any odd distance but none.
        let step: UInt32 = random.next() | 1
        guard let video = MediaDescription.video(ssrc: first &+ step, repairSSRC: first &+ step &+ step) else {
            return []
        }
        return [audio, video].filter { kinds.contains($0.kind) }
    }
}
