internal import Basics
internal import RTP

/// A frame as a codec made it: of VP8 or of Opus, with its time. Its memory is used again for the next one.
public struct EncodedFrame: Equatable, Sendable {
    /// Whose frame it is.
    public enum Track: Int, Equatable, Sendable, CaseIterable {
        /// Sound: Opus.
        case audio
        /// Pictures: VP8.
        case video
    }

    /// Whose frame it is.
    public var track: Track
    /// When it is played or shown, since the beginning of its source.
    public var time: Duration
    /// What the codec made.
    public var bytes: [UInt8]
    /// How often its source had begun again when it was read.
    public var repetition = 0

    /// The most bytes of a frame of VP8. More would take a gigabit a second to send at 30 frames.
    public static let mostVideoBytes = 1 << 22
    /// The most bytes of a packet of Opus: 120 ms in six frames (RFC 6716 §3.4).
    public static let mostAudioBytes = 6 * 1_275 + 7

    /// A frame; without arguments an empty one, for a reader to fill.
    public init(_ track: Track = .video, time: Duration = .zero, bytes: [UInt8] = []) {
        self.track = track
        self.time = time
        self.bytes = bytes
    }

    /// Whether decoding can begin here. Every packet of Opus is such a frame.
    public var isKeyFrame: Bool {
        track == .audio || (try? VP8FrameHeader(parsing: bytes.rawSpan))?.isKeyFrame == true
    }
}
