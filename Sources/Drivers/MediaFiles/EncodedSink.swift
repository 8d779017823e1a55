internal import Basics
internal import Platform

/// Where frames go to as a codec made them: WebM or IVF, without waiting.
///
/// Made on any thread, then used by one thread only.
public final class EncodedSink: @unchecked Sendable {  // owned by the media thread from its first `write` on
    private enum Target {
        case webm(WebMWriter)
        case ivf(IVFWriter)
    }

    private let target: Target
    /// The tracks that it takes.
    public let tracks: Set<EncodedFrame.Track>

    init(_ writer: WebMWriter) { (target, tracks) = (.webm(writer), writer.tracks) }
    init(_ writer: IVFWriter) { (target, tracks) = (.ivf(writer), [.video]) }

    /// The number to poll for room, and then to call `flush`; nil while nothing waits.
    public var pollDescriptor: Int32? {
        switch target {
        case .webm(let writer): writer.pollDescriptor
        case .ivf(let writer): writer.pollDescriptor
        }
    }

    /// Writes a frame that is played at `time` of our own clock, which all tracks share: times that a peer tells could
    /// leap, and time in a file never goes back. `.full` when it was left out: a picture
    /// because it, or one that it rests on, found no room, and then up to the next key frame. Precondition: `tracks` has
    /// its track.
    public func write(_ frame: RawSpan, _ track: EncodedFrame.Track, at time: Duration) -> WriteOutcome {
        precondition(tracks.contains(track))
        switch target {
        case .webm(let writer): return writer.write(frame, track, at: time)
        case .ivf(let writer): return writer.write(frame, at: time)
        }
    }

    /// Sends what waits. `.full` while something still waits.
    public func flush() -> WriteOutcome {
        switch target {
        case .webm(let writer): writer.flush()
        case .ivf(let writer): writer.flush()
        }
    }

    /// Nothing more will be written: the file is as it should be at its end.
    public func finish() -> WriteOutcome {
        switch target {
        case .webm(let writer): writer.finish()
        case .ivf(let writer): writer.finish()
        }
    }
}
