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
        "tracks of \(refused.isEmpty ? "nothing" : refused.joined(separator: ", ")); allowed: V_VP8 and A_OPUS"
    }
}
