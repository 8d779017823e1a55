internal import Basics
internal import CYUV
internal import Platform

/// A Y4M file or stream behind a descriptor, read frame by frame.
///
/// ```
/// YUV4MPEG2 …\n { FRAME …\n planes }…
/// ```
///
/// A last frame that is cut short, as a crash leaves it, is left out.
final class Y4MReader {
    private enum State {
        /// The line of the stream, or of the next frame, is awaited.
        case streamLine, frameLine
        /// So many bytes of the planes have come.
        case planes(Int)
        case ended(MediaFileError?)
    }

    private let input: MediaInput
    private let isLooping: Bool
    private var state = State.streamLine
    private(set) var header: Y4MHeader?
    /// The frame that comes. It changes places with the caller's frame when it is whole.
    private var coming: VideoFrame?
    /// What comes where it is not I420; else empty.
    private var foreign: [UInt8] = []
    private var frameCount = 0
    private var repetitionStart = 0  // of `frameCount`
    private var dataPosition = 0  // in a file, of the first frame

    init(_ input: MediaInput, isLooping: Bool) throws(MediaFileError) {
        guard input.isFile || !isLooping else { throw .data("only a file can be repeated") }
        self.input = input
        self.isLooping = isLooping
        guard input.isFile else { return }
        // A file without a picture is known before anybody is called.
        if case .failed(let error) = takeFrame() { throw error }
    }

    /// Reads the next frame into `frame`, which takes its size and time.
    func read(into frame: VideoFrame) -> ReadOutcome {
        let outcome = takeFrame()
        guard outcome == .frame, let coming else { return outcome }
        frame.swap(with: coming)
        coming.reshape(to: frame.size)
        state = .frameLine
        frameCount += 1
        return .frame
    }

    /// Goes on until the coming frame is whole; it stays so until it is handed out.
    private func takeFrame() -> ReadOutcome {
        while true {
            switch state {
            case .ended(let error): return error.map { .failed($0) } ?? .ended
            case .planes(let byteCount) where byteCount == header?.frameByteCount: return finishFrame()
            case .planes(let byteCount): if let outcome = readPlanes(byteCount) { return outcome }
            case .streamLine, .frameLine:
                do throws(MediaFileError) { if let outcome = try readLine() { return outcome } } catch {
                    state = .ended(error)
                }
            }
        }
    }

    /// Reads a line; the outcome when there is none now.
    private func readLine() throws(MediaFileError) -> ReadOutcome? {
        var length = 0
        while length < input.count, input[length] != UInt8(ascii: "\n") { length += 1 }
        guard length < input.count else {
            guard length < Y4MHeader.longestLine else { throw unexpectedLine }
            return try more()
        }
        guard length <= Y4MHeader.longestLine else { throw unexpectedLine }
        if case .streamLine = state { try takeStreamLine(length) } else { try takeFrameLine(length) }
        input.use(length + 1)
        return nil
    }

    private func takeStreamLine(_ length: Int) throws(MediaFileError) {
        let header = try input.withBytes { bytes throws(MediaFileError) in
            try Y4MHeader(parsing: bytes.extracting(first: length))
        }
        self.header = header
        dataPosition = input.position + length + 1
        coming = VideoFrame(header.size)
        if header.chroma != .i420 { foreign = [UInt8](repeating: 0, count: header.frameByteCount) }
        state = .frameLine
    }

    /// `FRAME`, alone or with parameters, which say nothing that we need.
    private func takeFrameLine(_ length: Int) throws(MediaFileError) {
        let isFrame = input.withBytes { bytes in
            bytes.byteCount >= 5 && bytes.extracting(first: 5).isEqual(to: Self.frameMagic.rawSpan)
                && (length == 5 || bytes.byte(at: 5) == UInt8(ascii: " "))
        }
        guard isFrame, length >= 5 else { throw unexpectedLine }
        state = .planes(0)
    }

    private static let frameMagic = Array("FRAME".utf8)

    private var unexpectedLine: MediaFileError {
        header == nil ? Y4MHeader.notY4M : .data("frame \(frameCount + 1) does not begin with FRAME")
    }

    /// Reads more of a line; the outcome when there is nothing now.
    private func more() throws(MediaFileError) -> ReadOutcome? {
        switch input.fill() {
        case .bytes: return nil
        case .notNow: return .notNow
        case .failed(let error): throw .system(error)
        case .end:
            guard header != nil else {
                throw input.count == 0 ? .data("it is empty") : Y4MHeader.notY4M
            }
            try end()
            return nil
        }
    }

    private func readPlanes(_ byteCount: Int) -> ReadOutcome? {
        switch readBody(from: byteCount) {
        case .bytes(let count): state = .planes(byteCount + count)
        case .notNow: return .notNow
        case .failed(let error): state = .ended(.system(error))
        case .end: do throws(MediaFileError) { try end() } catch { state = .ended(error) }
        }
        return nil
    }

    private func readBody(from byteCount: Int) -> Descriptor.Outcome {
        guard foreign.isEmpty else {
            return unsafe foreign.withUnsafeMutableBytes {
                unsafe input.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[byteCount...]))
            }
        }
        guard let coming else { preconditionFailure("planes come behind the header") }
        return coming.withMutableBytes { planes in
            unsafe planes.withUnsafeMutableBytes {
                unsafe input.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[byteCount...]))
            }
        }
    }

    /// The bytes are at their end: again from the first frame, or that was all.
    private func end() throws(MediaFileError) {
        guard frameCount > 0 else { throw .data("it ends before its first picture is whole") }
        // A file that has lost its frames since then is not begun again for ever.
        guard isLooping, frameCount > repetitionStart else { return state = .ended(nil) }
        repetitionStart = frameCount
        input.seek(to: dataPosition)
        state = .frameLine
    }

    private func finishFrame() -> ReadOutcome {
        guard let header, let coming else { preconditionFailure("planes come behind the header") }
        if !foreign.isEmpty { convert(to: coming, header) }
        coming.time = header.rate.time(of: frameCount)
        return .frame
    }

    private func convert(to frame: VideoFrame, _ header: Y4MHeader) {
        let width = Int32(header.size.width), height = Int32(header.size.height)
        let halfWidth = Int32(header.size.chromaWidth), luma = header.size.lumaByteCount
        frame.withPlanes { own in
            let stride = Int32(own.chromaStride)
            unsafe foreign.withUnsafeBufferPointer { bytes in
                guard let y = bytes.baseAddress else { return }
                let second = unsafe y + luma
                switch header.chroma {
                case .i420: break
                case .i422:
                    let third = unsafe second + header.size.chromaWidth * header.size.height
                    _ = unsafe I422ToI420(
                        y, width, second, halfWidth, third, halfWidth, own.y, width, own.u, stride, own.v, stride,
                        width, height)
                case .i444:
                    _ = unsafe I444ToI420(
                        y, width, second, width, second + luma, width, own.y, width, own.u, stride, own.v, stride,
                        width, height)
                case .grey:
                    _ = unsafe I400ToI420(y, width, own.y, width, own.u, stride, own.v, stride, width, height)
                }
            }
        }
    }

    /// The number to poll while `read` answers `.notNow`; nil for a file.
    var pollDescriptor: Int32? { input.pollDescriptor }
}
