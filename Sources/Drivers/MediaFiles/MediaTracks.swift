/// What a container of encoded frames holds.
public struct MediaTracks: Equatable, Sendable {
    /// A track of VP8.
    public struct Video: Equatable, Sendable {
        /// What the container says; key frames say better. Nil when it says nothing that could be.
        public var size: FrameSize?
    }

    /// A track of Opus.
    public struct Audio: Equatable, Sendable {
        /// Sound at the beginning that the encoder made to get under way, and that nobody should hear.
        public var delay: Duration
        /// How much louder it should be played than it was coded, in 1/256 dB.
        public var gain = 0
    }

    /// The pictures, if there are any.
    public var video: Video?
    /// The sound, if there is any.
    public var audio: Audio?
    /// Codecs of the tracks that are not read.
    public var refused: [String] = []

    /// Whether nothing of it can be played.
    public var isEmpty: Bool { video == nil && audio == nil }

    /// Why nothing of it can be played.
    var refusal: String {
        "tracks of \(refused.isEmpty ? "nothing" : refused.joined(separator: ", ")); \(Self.allowed)"
    }

    /// What of it is not played, for people; nil when all is.
    var omission: String? {
        refused.isEmpty ? nil : "without its tracks of \(refused.joined(separator: ", ")); \(Self.allowed)"
    }

    private static let allowed = "allowed: V_VP8 and A_OPUS"
}
