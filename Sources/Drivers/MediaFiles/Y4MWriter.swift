internal import Basics
internal import Platform

/// Writes a Y4M file or stream, one frame at a time, without waiting.
///
/// The stream has the size of its first frame, as its header stands at its front: later frames of another size are
/// scaled to it. A file can be played whenever this process dies.
final class Y4MWriter {
    private let output: MediaOutput
    private let rate: FrameRate
    /// The size of the stream, and frames of other sizes brought to it.
    private var scaled: VideoFrame?
    private var size: FrameSize?
    private static let frameLine = Array("FRAME\n".utf8)

    init(_ descriptor: consuming Descriptor, rate: FrameRate) throws(MediaFileError) {
        output = try MediaOutput(descriptor)
        self.rate = rate
    }

    /// The number to poll for room, and then to call `flush`; nil while nothing waits.
    var pollDescriptor: Int32? { output.pollDescriptor }

    func flush() -> WriteOutcome { output.flush() }

    func write(_ frame: VideoFrame) -> WriteOutcome {
        if let size { return size == frame.size ? append(frame) : append(scaling(frame, to: size)) }
        let outcome = output.append(Y4MHeader.line(frame.size, rate).rawSpan)
        guard outcome == .written else { return outcome }
        size = frame.size
        return append(frame)
    }

    private func append(_ frame: VideoFrame) -> WriteOutcome {
        frame.withBytes { output.append(Self.frameLine.rawSpan, $0) }
    }

    private func scaling(_ frame: VideoFrame, to size: FrameSize) -> VideoFrame {
        let target = scaled ?? VideoFrame(size)
        scaled = target
        target.scale(frame)
        return target
    }
}
