internal import Basics
internal import Platform
internal import RTP

/// Writes VP8 frames to an IVF file or stream, without waiting.
///
/// A file can be played whenever this process dies: only the number of frames in its head is then too small, and players
/// do not believe that anyway.
final class IVFWriter {
    private let output: MediaOutput
    private var size: PictureSize?
    private var frameCount = 0
    private var gate = KeyFrameGate()
    private var frameHead = [UInt8](repeating: 0, count: 12)

    init(_ descriptor: consuming Descriptor) throws(MediaFileError) { output = try MediaOutput(descriptor) }

    /// The number to poll for room, and then to call `flush`; nil while nothing waits.
    var pollDescriptor: Int32? { output.pollDescriptor }

    func flush() -> WriteOutcome { output.flush() }

    /// Writes a frame. One that cannot be decoded, since an earlier one was left out, is left out too: `.full`.
    func write(_ frame: RawSpan, at time: Duration) -> WriteOutcome {
        let keySize = (try? VP8FrameHeader(parsing: frame))?.size
        guard gate.admits(isKeyFrame: keySize != nil) else { return .full }
        if size == nil, let size = keySize {
            let bytes = IVFHeader.bytes(width: size.width, height: size.height, frameCount: 0)
            let outcome = output.append(bytes.rawSpan)
            guard outcome == .written else { return gate.note(outcome) }
            self.size = size
        }
        let tick = UInt64(clamping: time.nanoseconds / 1_000_000)
        for index in 0..<4 { frameHead[index] = UInt8(truncatingIfNeeded: frame.byteCount >> (8 * index)) }
        for index in 0..<8 { frameHead[4 + index] = UInt8(truncatingIfNeeded: tick >> UInt64(8 * index)) }
        let outcome = gate.note(output.append(frameHead.rawSpan, frame))
        if outcome == .written { frameCount += 1 }
        return outcome
    }

    /// Nothing more comes: the number of frames is filled in where one can go back.
    func finish() -> WriteOutcome {
        guard let size, output.isFile else { return output.flush() }
        let bytes = IVFHeader.bytes(width: size.width, height: size.height, frameCount: frameCount)
        return output.patch(bytes.rawSpan, at: 0)
    }
}
