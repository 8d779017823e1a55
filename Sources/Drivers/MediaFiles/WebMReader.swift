internal import Basics
internal import CWebM
internal import Platform

/// A WebM file or stream behind a descriptor, read frame by frame by libwebm, which needs no seeking: so a pipe will do.
///
/// Of its tracks the first of VP8 and the first of Opus are read. Frames of VP8 before the first key frame are left out,
/// since nothing could show them, and so is a last frame that is cut short.
final class WebMReader {
    private let input: MediaInput
    private let isLooping: Bool
    private var parser: Parser
    /// What the tracks are, once they were read.
    private(set) var tracks: MediaTracks?
    private var timeline = MediaTimeline()
    private var hasKeyFrame = false
    private var frameCount = 0
    private var repetitionStart = 0  // of `frameCount`
    /// Bytes that gave no frame, since the last one.
    private var idleByteCount = 0
    private var result: ReadOutcome?
    /// No bytes come behind those that wait.
    private var isAtEnd = false
    private let start: Int  // in a file, of its first byte
    /// Frames that were read while the file was judged, the last one first.
    private var early: [EncodedFrame] = []
    private var repetition = 0

    /// More bytes than this between two frames are not what anybody would play.
    private static let mostIdleBytes = 16 << 20
    /// How far a file is read to see whether each of its tracks has a frame: some minutes of sound.
    private static let mostEarlyBytes = 1 << 20

    init(_ input: MediaInput, isLooping: Bool) throws(MediaFileError) {
        guard input.isFile || !isLooping else { throw .data("only a file can be repeated") }
        self.input = input
        self.isLooping = isLooping
        start = input.position
        parser = try Parser()
        guard input.isFile else { return }
        // A file without a frame that can be played is known before anybody is called.
        if case .failed(let error) = readFirst() { throw error }
        forgetEmptyTracks()
    }

    /// Reads ahead until the first frame is there, and with it the tracks. Precondition: nothing was read yet.
    func readFirst() -> ReadOutcome {
        var frame = EncodedFrame()
        let outcome = next(&frame)
        if outcome == .frame { early.append(frame) }
        return outcome
    }

    /// Reads a file ahead until each of its tracks has given a frame, and forgets those that have none: recordings have
    /// such of whoever never spoke or was never seen. What is far behind is believed.
    private func forgetEmptyTracks() {
        var missing = Set(EncodedFrame.Track.allCases.filter { tracks?.has($0) == true })
        var byteCount = 0, read: [EncodedFrame] = []
        defer { early = read.reversed() }
        while !missing.isEmpty {
            guard byteCount < Self.mostEarlyBytes else { return }
            var frame = EncodedFrame()
            guard self.read(into: &frame) == .frame else { break }
            read.append(frame)
            guard frame.repetition == 0 else { break }
            missing.remove(frame.track)
            byteCount += frame.bytes.count + MemoryLayout<EncodedFrame>.size
        }
        for track in missing { tracks?.forget(track) }
    }

    /// The number to poll while `read` answers `.notNow`; nil for a file.
    var pollDescriptor: Int32? { input.pollDescriptor }

    /// Reads the next frame of either track into `frame`.
    func read(into frame: inout EncodedFrame) -> ReadOutcome {
        guard let first = early.popLast() else { return next(&frame) }
        frame = first
        return .frame
    }

    private func next(_ frame: inout EncodedFrame) -> ReadOutcome {
        if let result { return result }
        do throws(MediaFileError) {
            while true {
                switch parse() {
                case .frame: if try take(&frame) { return .frame }
                case .bad(let reason): throw .data(frameCount == 0 ? reason : "behind frame \(frameCount) \(reason)")
                case .more: if try !fill() { return result ?? .notNow }
                }
            }
        } catch {
            result = .failed(error)
            return .failed(error)
        }
    }

    private func parse() -> Parser.Result {
        var used = 0
        let result = input.withBytes { parser.parse($0, isLast: isAtEnd, used: &used) }
        input.use(used)
        idleByteCount += used
        let skip = parser.takeSkip()
        if skip > 0 { input.skip(skip) }
        return result
    }

    /// Reads more bytes. False: there are none now, or `result` says why there never will be.
    private func fill() throws(MediaFileError) -> Bool {
        guard idleByteCount <= Self.mostIdleBytes else {
            throw frameCount == 0 ? emptiness : .data("behind frame \(frameCount) there is no other within 16 MiB")
        }
        guard !isAtEnd else { return try beginAgain() }
        switch input.fill() {
        case .bytes: return true
        case .notNow: return false
        case .failed(let error): throw .system(error)
        case .end:
            isAtEnd = true
            return true
        }
    }

    /// Begins with the first byte again, if that is wanted. False: that was all.
    private func beginAgain() throws(MediaFileError) -> Bool {
        guard frameCount > 0 else { throw emptiness }
        // A file that has lost its frames since then is not begun again for ever.
        guard isLooping, frameCount > repetitionStart else {
            result = .ended
            return false
        }
        repetitionStart = frameCount
        repetition += 1
        timeline.beginAgain()
        input.seek(to: start)
        parser = try Parser()
        (hasKeyFrame, isAtEnd) = (false, false)
        return true
    }

    private var emptiness: MediaFileError {
        if input.position + input.count == start { return .data("it is empty") }
        guard let tracks = tracks ?? parser.tracks else { return .data("it ends before its tracks are told") }
        return .data(tracks.isEmpty ? tracks.refusal : "it has no frame that could be played")
    }

    /// Hands out the frame that the parser has; false when it is to be left out.
    private func take(_ frame: inout EncodedFrame) throws(MediaFileError) -> Bool {
        if tracks == nil { tracks = parser.tracks }
        if let tracks, tracks.isEmpty { throw .data(tracks.refusal) }
        let told = parser.take(&frame)
        guard tracks?.has(frame.track) == true else { return false }
        if frame.track == .audio, frame.bytes.count > EncodedFrame.mostAudioBytes {
            throw .data("a packet of Opus with \(frame.bytes.count) bytes; allowed: \(EncodedFrame.mostAudioBytes)")
        }
        if frame.track == .video, !hasKeyFrame {
            guard frame.isKeyFrame else { return false }
            hasKeyFrame = true
        }
        frame.time = timeline.place(.nanoseconds(told), frame.track)
        frame.repetition = repetition
        idleByteCount = 0
        frameCount += 1
        return true
    }
}

/// libwebm's parser, behind our few lines of C++.
@safe
private struct Parser: ~Copyable {
    enum Result {
        case more
        case frame
        case bad(String)
    }

    private let pointer: OpaquePointer

    init() throws(MediaFileError) {
        guard let pointer = unsafe parley_webm_new(EncodedFrame.mostVideoBytes) else {
            throw .system(SystemError("malloc", code: 12))
        }
        unsafe self.pointer = pointer
    }

    deinit { unsafe parley_webm_free(pointer) }

    mutating func parse(_ bytes: RawSpan, isLast: Bool, used: inout Int) -> Result {
        let result = unsafe bytes.withUnsafeBytes {
            unsafe parley_webm_parse(
                pointer, $0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count, isLast ? 1 : 0, &used)
        }
        switch result {
        case PARLEY_WEBM_MORE: return .more
        case PARLEY_WEBM_FRAME: return .frame
        default: return .bad(unsafe String(cString: parley_webm_reason(pointer)))
        }
    }

    /// Bytes of no interest that follow those used.
    mutating func takeSkip() -> Int { Int(clamping: unsafe parley_webm_take_skip(pointer)) }

    /// Copies the frame; returns the time that it tells, in nanoseconds.
    func take(_ frame: inout EncodedFrame) -> Int64 {
        let current = unsafe parley_webm_current(pointer)
        frame.track = unsafe parley_webm_track_at(pointer, current.track).pointee.is_video != 0 ? .video : .audio
        frame.bytes.removeAll(keepingCapacity: true)
        unsafe frame.bytes.append(contentsOf: UnsafeBufferPointer(start: current.bytes, count: current.byte_count))
        return unsafe current.time
    }

    /// What the tracks are; nil when none was read.
    var tracks: MediaTracks? {
        let count = unsafe parley_webm_track_count(pointer)
        guard count > 0 else { return nil }
        var tracks = MediaTracks()
        for index in 0..<count {
            guard let track = unsafe parley_webm_track_at(pointer, index) else { continue }
            unsafe tracks.add(track.pointee)
        }
        return tracks
    }
}

extension MediaTracks {
    /// Adds what libwebm read of a track.
    fileprivate mutating func add(_ track: parley_webm_track) {
        var track = track
        let codec = unsafe withUnsafeBytes(of: &track.codec) { bytes in
            unsafe String(
                decoding: bytes.prefix { $0 != 0 }.map { (0x21...0x7E).contains($0) ? $0 : 0x3F }, as: UTF8.self)
        }
        guard track.is_wanted != 0 else {
            refused.append(track.is_encoded != 0 ? "\(codec), compressed or encrypted" : codec)
            return
        }
        guard track.is_video != 0 else { return addAudio(track) }
        video = Video(size: FrameSize(width: Int(clamping: track.width), height: Int(clamping: track.height)))
    }

    /// A head of Opus is believed before what the container says; without one the track is what it mostly is.
    private mutating func addAudio(_ track: parley_webm_track) {
        var track = track
        guard track.codec_private_count > 0 else {
            audio = Audio(delay: .nanoseconds(Int64(clamping: min(track.codec_delay, 1_000_000_000))))
            return
        }
        let count = track.codec_private_count
        let bytes = unsafe withUnsafeBytes(of: &track.codec_private) { unsafe [UInt8]($0.prefix(count)) }
        do throws(MediaFileError) {
            let head = try OpusHead(parsing: bytes.rawSpan)
            audio = Audio(delay: .nanoseconds(Int64(head.preSkip) * 1_000_000 / 48), gain: head.gain)
        } catch { refused.append(error.reason) }
    }

    fileprivate func has(_ track: EncodedFrame.Track) -> Bool { track == .video ? video != nil : audio != nil }

    fileprivate mutating func forget(_ track: EncodedFrame.Track) {
        if track == .video { video = nil } else { audio = nil }
    }
}
