internal import Basics
internal import Platform
internal import RTP

/// Writes VP8 and Opus to a WebM file or stream, as they came, without waiting.
///
/// Clusters of a second, with no length while they grow: so a file can be played whenever this process dies. A file tells of
/// a track when its first frame is there, so one without pictures is a file of sound. When it is
/// finished, lengths, duration and an index are filled in. Both tracks are brought into the order of their times, by
/// holding frames back for a second at most.
final class WebMWriter {
    private let output: MediaOutput
    let tracks: Set<EncodedFrame.Track>
    private let preSkip: Int
    private var interleaver: Interleaver
    private var gate = KeyFrameGate()
    private var header: WebMHeader?
    private var size: PictureSize?
    /// The tracks that the head tells of.
    private var told: Set<EncodedFrame.Track> = []
    /// Milliseconds: of the first frame on the caller's clock, and of the last one since then.
    private var origin = 0, last = 0
    private var cluster: (time: Int, offset: Int)?
    private var index = WebMIndex()
    private var scratch: [UInt8] = []

    /// How long a cluster is.
    private static let clusterMilliseconds = 1_000
    /// What libopus puts in front at 48 kHz.
    static let usualPreSkip = 312

    init(
        _ descriptor: consuming Descriptor, tracks: Set<EncodedFrame.Track>, preSkip: Int = usualPreSkip
    ) throws(MediaFileError) {
        precondition(!tracks.isEmpty)
        output = try MediaOutput(descriptor)
        self.tracks = tracks
        self.preSkip = preSkip
        interleaver = Interleaver(tracks: tracks)
        scratch.reserveCapacity(64)
    }

    /// The number to poll for room, and then to call `flush`; nil while nothing waits.
    var pollDescriptor: Int32? { output.pollDescriptor }

    func flush() -> WriteOutcome { output.flush() }

    /// Takes a frame in and writes those whose turn it is. `.full` when one was left out; then pictures are left out up to
    /// the next key frame.
    func write(_ frame: RawSpan, _ track: EncodedFrame.Track, at time: Duration) -> WriteOutcome {
        precondition(tracks.contains(track))
        guard admits(frame, track) else { return .full }
        interleaver.add(frame, track, at: time)
        return writeRipe()
    }

    /// Nothing more comes.
    func finish() -> WriteOutcome {
        let outcome = writeRipe(isLast: true)
        if case .failed = outcome { return outcome }
        let begun = begin()
        guard begun == .written, output.isFile else { return begun == .written ? output.flush() : begun }
        return close()
    }

    // MARK: Frames

    private func admits(_ frame: RawSpan, _ track: EncodedFrame.Track) -> Bool {
        switch track {
        case .audio: return (1...EncodedFrame.mostAudioBytes).contains(frame.byteCount)
        case .video:
            guard let header = try? VP8FrameHeader(parsing: frame), frame.byteCount <= EncodedFrame.mostVideoBytes
            else { return false }
            if size == nil { size = header.size }
            return true
        }
    }

    private func writeRipe(isLast: Bool = false) -> WriteOutcome {
        var result = WriteOutcome.written
        while let frame = interleaver.next(isLast: isLast) {
            let outcome = put(frame)
            if case .failed = outcome { return outcome }
            if outcome == .full { result = .full }
            interleaver.reuse(frame)
        }
        return result
    }

    private func put(_ frame: EncodedFrame) -> WriteOutcome {
        let header = frame.track == .video ? try? VP8FrameHeader(parsing: frame.bytes.rawSpan) : nil
        // Only now is it known whether the frames before were written.
        let isKeyFrame = header?.isKeyFrame ?? true
        guard frame.track == .audio || gate.admits(isKeyFrame: isKeyFrame) else { return .full }
        let told = Int(clamping: frame.time.nanoseconds / 1_000_000)
        if self.header == nil { origin = told }
        if case let outcome = begin(), outcome != .written { return outcome }
        if case let outcome = tell(frame.track), outcome != .written { return outcome }
        // No player likes time to go back.
        let time = max(last, told - origin)
        let outcome = append(frame, at: time, isKeyFrame: isKeyFrame, isShown: header?.isShown ?? true)
        if outcome == .written { last = time }
        return frame.track == .video ? gate.note(outcome) : outcome
    }

    private func append(_ frame: EncodedFrame, at time: Int, isKeyFrame: Bool, isShown: Bool) -> WriteOutcome {
        scratch.removeAll(keepingCapacity: true)
        let isNew = needsCluster(at: time, isPictureKey: frame.track == .video && isKeyFrame)
        let start = isNew ? time : cluster?.time ?? time
        if isNew { beginCluster(at: time) }
        let count = frame.bytes.count + 4
        scratch.append(0xA3)
        for shift in [24, 16, 8, 0] { scratch.append(UInt8(truncatingIfNeeded: (0x1000_0000 | count) >> shift)) }
        scratch.append(0x80 | UInt8(WebMHeader.number(of: frame.track)))
        scratch.append(UInt8(truncatingIfNeeded: (time - start) >> 8))
        scratch.append(UInt8(truncatingIfNeeded: time - start))
        scratch.append((isKeyFrame ? 0x80 : 0) | (isShown ? 0 : 0x08))
        let offset = output.byteCount
        let outcome = output.append(scratch.rawSpan, frame.bytes.rawSpan)
        guard isNew, outcome == .written else { return outcome }
        if case .failed(let error) = endCluster(at: offset) { return .failed(error) }
        cluster = (time, offset)
        // Players jump by the pictures, as long as there are some.
        if isKeyFrame, frame.track == .video || !told.contains(.video) {
            index.add(frame.track, time: time, position: offset - (header?.segmentOffset ?? 0))
        }
        return .written
    }

    // MARK: Clusters

    /// Jumps go to clusters, so a key frame begins one.
    private func needsCluster(at time: Int, isPictureKey: Bool) -> Bool {
        guard let cluster else { return true }
        return isPictureKey || time - cluster.time >= Self.clusterMilliseconds
    }

    private func beginCluster(at time: Int) {
        scratch += [0x1F, 0x43, 0xB6, 0x75]
        scratch += EBML.endless
        scratch += [0xE7, 0x88]
        for shift in stride(from: 56, through: 0, by: -8) { scratch.append(UInt8(truncatingIfNeeded: time >> shift)) }
    }

    /// The cluster before ends at `offset`: that can be told now.
    private func endCluster(at offset: Int) -> WriteOutcome {
        guard output.isFile, let cluster else { return .written }
        let length = EBML.length8(offset - cluster.offset - 12)
        return output.patch(length.rawSpan, at: cluster.offset + 4)
    }

    // MARK: Beginning and end

    private func begin() -> WriteOutcome {
        guard header == nil else { return .written }
        let header = WebMHeader(
            tracks: tracks, size: size ?? WebMHeader.usualSize, preSkip: preSkip, isFile: output.isFile)
        let outcome = output.append(header.bytes.rawSpan)
        guard outcome == .written else { return outcome }
        self.header = header
        if !output.isFile { told = tracks }
        return .written
    }

    /// Writes what there is to tell of a track, before its first frame.
    private func tell(_ track: EncodedFrame.Track) -> WriteOutcome {
        guard let header, told.insert(track).inserted else { return .written }
        let entry = header.entry(of: track, size ?? WebMHeader.usualSize)
        return output.patch(entry.bytes.rawSpan, at: entry.offset)
    }

    /// Fills in what is only known now. Each step leaves a file that can be played.
    private func close() -> WriteOutcome {
        guard let header else { return .written }
        // A file of nothing tells what it would have had.
        for track in told.isEmpty ? tracks : [] {
            if case .failed(let error) = tell(track) { return .failed(error) }
        }
        let cuesOffset = output.byteCount, cues = index.cues()
        // The last frame too is heard or seen for a moment.
        let duration = EBML.number(0x4489, Double(last + (cluster == nil ? 0 : 20)))
        let steps: [() -> WriteOutcome] = [
            { self.endCluster(at: cuesOffset) },
            { self.output.append(cues.rawSpan) },
            {
                self.output.patch(self.seekHead(header, cues.isEmpty ? nil : cuesOffset).rawSpan, at: header.seekOffset)
            },
            { self.output.patch(duration.rawSpan, at: header.durationOffset) },
            {
                let length = EBML.length8(self.output.byteCount - header.segmentOffset)
                return self.output.patch(length.rawSpan, at: header.segmentLengthOffset)
            },
        ]
        for step in steps {
            let outcome = step()
            guard outcome == .written else { return outcome }
        }
        return .written
    }

    /// Where Info, Tracks and Cues are, in exactly the room that was kept.
    private func seekHead(_ header: WebMHeader, _ cuesOffset: Int?) -> [UInt8] {
        let places: [(UInt32, Int?)] = [
            (0x1549_A966, header.infoOffset), (0x1654_AE6B, header.tracksOffset), (0x1C53_BB6B, cuesOffset),
        ]
        let entries = places.flatMap { id, offset in
            offset.map {
                EBML.element(
                    0x4DBB,
                    EBML.element(0x53AB, EBML.id(id)) + EBML.number(0x53AC, $0 - header.segmentOffset, bytes: 8))
            } ?? EBML.void(21)
        }
        return EBML.element(0x114D_9B74, entries)
    }
}
