internal import Basics
internal import Platform

/// An IVF file or stream of VP8 behind a descriptor, read frame by frame.
///
/// ```
/// head | { 4 bytes of the frame | 8 its tick | frame }…
/// ```
///
/// Frames before the first key frame are left out, since nothing could show them; so are frames without bytes, which
/// repeat the one before, and a last one that is cut short.
final class IVFReader {
    private enum State {
        case head
        case frameHead
        /// A frame of so many bytes at this tick, of which `body` holds some.
        case body(byteCount: Int, tick: UInt64)
        case ended(MediaFileError?)
    }

    private let input: MediaInput
    private let isLooping: Bool
    private var state = State.head
    private var header: IVFHeader?
    private var body: [UInt8] = []
    private var bodyCount = 0
    private var timeline = MediaTimeline()
    private var frameCount = 0
    private var repetitionStart = 0  // of `frameCount`
    private var dataPosition = 0  // in a file, of the first frame
    private var first: EncodedFrame?

    private static let frameHeadByteCount = 12

    init(_ input: MediaInput, isLooping: Bool) throws(MediaFileError) {
        guard input.isFile || !isLooping else { throw .data("only a file can be repeated") }
        self.input = input
        self.isLooping = isLooping
        guard input.isFile else { return }
        // A file without a frame that can be shown is known before anybody is called.
        var frame = EncodedFrame()
        if case .failed(let error) = next(&frame) { throw error }
        first = frame
    }

    /// The number to poll while `read` answers `.notNow`; nil for a file.
    var pollDescriptor: Int32? { input.pollDescriptor }

    /// Reads the next frame into `frame`.
    func read(into frame: inout EncodedFrame) -> ReadOutcome {
        guard let first else { return next(&frame) }
        frame = first
        self.first = nil
        return .frame
    }

    private func next(_ frame: inout EncodedFrame) -> ReadOutcome {
        while true {
            do throws(MediaFileError) {
                switch state {
                case .ended(let error): return error.map { .failed($0) } ?? .ended
                case .head: if try !has(IVFHeader.byteCount) { return .notNow } else { try takeHead() }
                case .frameHead: if try !has(Self.frameHeadByteCount) { return .notNow } else { try takeFrameHead() }
                case .body(let byteCount, let tick):
                    if try !readBody(byteCount) { return .notNow }
                    if case .body = state, bodyCount == byteCount, finish(&frame, tick) { return .frame }
                }
            } catch { state = .ended(error) }
        }
    }

    /// Whether so many bytes wait, or the state has changed because they never will. False: not now.
    private func has(_ count: Int) throws(MediaFileError) -> Bool {
        switch input.fill(until: count) {
        case .bytes: return true
        case .notNow: return false
        case .failed(let error): throw .system(error)
        case .end:
            try end()
            return true
        }
    }

    private func takeHead() throws(MediaFileError) {
        guard case .head = state else { return }
        let header = try input.withBytes { bytes throws(MediaFileError) in
            try IVFHeader(parsing: bytes.extracting(first: IVFHeader.byteCount))
        }
        self.header = header
        dataPosition = input.position + header.headByteCount
        input.skip(header.headByteCount)
        state = .frameHead
    }

    private func takeFrameHead() throws(MediaFileError) {
        guard case .frameHead = state, input.count >= Self.frameHeadByteCount else { return }
        let byteCount = (0..<4).reduce(0) { $0 | Int(input[$1]) << (8 * $1) }
        let tick = (0..<8).reduce(UInt64(0)) { $0 | UInt64(input[4 + $1]) << UInt64(8 * $1) }
        guard byteCount <= EncodedFrame.mostVideoBytes else {
            throw .data(
                "frame \(frameCount + 1) has \(byteCount) bytes; allowed: up to \(EncodedFrame.mostVideoBytes)")
        }
        input.use(Self.frameHeadByteCount)
        if body.count < byteCount { body.append(contentsOf: repeatElement(0, count: byteCount - body.count)) }
        bodyCount = 0
        state = .body(byteCount: byteCount, tick: tick)
    }

    /// Reads what there is of the body. False: nothing now.
    private func readBody(_ byteCount: Int) throws(MediaFileError) -> Bool {
        while bodyCount < byteCount {
            let outcome = unsafe body.withUnsafeMutableBytes {
                unsafe input.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[bodyCount..<byteCount]))
            }
            switch outcome {
            case .bytes(let count): bodyCount += count
            case .notNow: return false
            case .failed(let error): throw .system(error)
            case .end:
                try end()
                return true
            }
        }
        return true
    }

    /// Hands the body out; false when it is to be left out.
    private func finish(_ frame: inout EncodedFrame, _ tick: UInt64) -> Bool {
        state = .frameHead
        frame.track = .video
        frame.bytes.removeAll(keepingCapacity: true)
        frame.bytes.append(contentsOf: body[..<bodyCount])
        guard let header, bodyCount > 0, frameCount > 0 || frame.isKeyFrame else { return false }
        frame.time = timeline.place(header.time(of: tick), .video)
        frameCount += 1
        return true
    }

    /// The bytes are at their end: again from the first frame, or that was all.
    private func end() throws(MediaFileError) {
        if case .head = state { throw input.count == 0 ? .data("it is empty") : IVFHeader.notIVF }
        guard frameCount > 0 else { throw .data("it has no key frame: nothing could be shown") }
        // A file that has lost its frames since then is not begun again for ever.
        guard isLooping, frameCount > repetitionStart else { return state = .ended(nil) }
        repetitionStart = frameCount
        timeline.beginAgain()
        input.seek(to: dataPosition)
        state = .frameHead
    }
}
