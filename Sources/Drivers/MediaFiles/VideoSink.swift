internal import Platform

/// Where raw pictures go to: Y4M, one write a frame, without waiting.
///
/// A Y4M stream has one size: that of its first frame. Frames of another size are scaled to it.
///
/// Made on any thread, then used by one thread only.
public final class VideoSink: @unchecked Sendable {  // owned by the media thread from its first `write` on
    private let writer: Y4MWriter

    init(_ writer: Y4MWriter) { self.writer = writer }

    /// The number to poll for room, and then to call `flush`; nil while nothing waits.
    public var pollDescriptor: Int32? { writer.pollDescriptor }

    /// Writes a frame, whole or not at all. A pipe may take the rest of it later.
    public func write(_ frame: VideoFrame) -> WriteOutcome { writer.write(frame) }

    /// Sends what waits. `.full` while something still waits.
    public func flush() -> WriteOutcome { writer.flush() }
}
