internal import Basics
internal import RTP

/// What stands in front of the frames of the WebM files that we write.
///
/// ```
/// EBML | Segment { room for SeekHead | Info { …, room for Duration } | Tracks { TrackEntry… } | Cluster… | Cues }
/// ```
///
/// A file has room for the entry of each track, which is filled in when the track has its first frame: so one that stays
/// empty is never told of. A stream has no room for what is filled in later.
struct WebMHeader {
    private(set) var bytes: [UInt8] = []
    /// Where the length of the segment, its body, and what is filled in later stand.
    private(set) var segmentLengthOffset = 0, segmentOffset = 0, seekOffset = 0, durationOffset = 0
    private(set) var infoOffset = 0, tracksOffset = 0
    private var entryOffsets: [EncodedFrame.Track: Int] = [:]
    private let preSkip: Int

    /// What a stream tells whose first key frame is late, and a file without pictures. Players believe the key frame.
    static let usualSize = PictureSize(width: 640, height: 360)
    static let seekByteCount = 68, durationByteCount = 11
    /// Opus decoders need 80 ms to come to themselves (RFC 7845 §4.6).
    private static let preRoll = 80_000_000
    private static let rate = 48_000

    /// The number of a track.
    static func number(of track: EncodedFrame.Track) -> Int { track == .video ? 1 : 2 }

    init(tracks: Set<EncodedFrame.Track>, size: PictureSize, preSkip: Int, isFile: Bool) {
        self.preSkip = preSkip
        bytes += EBML.element(
            0x1A45_DFA3,
            EBML.number(0x4286, 1) + EBML.number(0x42F7, 1) + EBML.number(0x42F2, 4) + EBML.number(0x42F3, 8)
                + EBML.text(0x4282, "webm") + EBML.number(0x4287, 4) + EBML.number(0x4285, 2))
        bytes += EBML.id(0x1853_8067)
        segmentLengthOffset = bytes.count
        bytes += EBML.endless
        segmentOffset = bytes.count
        if isFile {
            seekOffset = bytes.count
            bytes += EBML.void(Self.seekByteCount)
        }
        addInfo(isFile: isFile)
        addTracks(tracks, size, isFile: isFile)
    }

    /// What a file tells of a track, and where it stands.
    func entry(of track: EncodedFrame.Track, _ size: PictureSize) -> (bytes: [UInt8], offset: Int) {
        guard let offset = entryOffsets[track] else { preconditionFailure("the file has no room for the track") }
        return (bytes(of: track, size), offset)
    }

    private mutating func addInfo(isFile: Bool) {
        infoOffset = bytes.count
        let info =
            EBML.number(0x2AD7B1, 1_000_000) + EBML.text(0x4D80, "parley") + EBML.text(0x5741, "parley")
            + (isFile ? EBML.void(Self.durationByteCount) : [])
        bytes += EBML.element(0x1549_A966, info)
        durationOffset = bytes.count - Self.durationByteCount
    }

    private mutating func addTracks(_ tracks: Set<EncodedFrame.Track>, _ size: PictureSize, isFile: Bool) {
        tracksOffset = bytes.count
        var entries: [UInt8] = [], starts: [EncodedFrame.Track: Int] = [:]
        for track in [EncodedFrame.Track.video, .audio] where tracks.contains(track) {
            starts[track] = entries.count
            let entry = bytes(of: track, size)
            entries += isFile ? EBML.void(entry.count) : entry
        }
        bytes += EBML.element(0x1654_AE6B, entries)
        entryOffsets = starts.mapValues { bytes.count - entries.count + $0 }
    }

    private func bytes(of track: EncodedFrame.Track, _ size: PictureSize) -> [UInt8] {
        track == .video ? Self.video(size) : Self.audio(preSkip)
    }

    private static func video(_ size: PictureSize) -> [UInt8] {
        entry(
            .video, type: 1, codec: "V_VP8",
            EBML.element(0xE0, EBML.number(0xB0, size.width, bytes: 2) + EBML.number(0xBA, size.height, bytes: 2)))
    }

    private static func audio(_ preSkip: Int) -> [UInt8] {
        entry(
            .audio, type: 2, codec: "A_OPUS",
            EBML.element(0x63A2, opusHead(preSkip)) + EBML.number(0x56AA, preSkip * 1_000_000_000 / rate)
                + EBML.number(0x56BB, preRoll)
                + EBML.element(0xE1, EBML.number(0xB5, Double(rate)) + EBML.number(0x9F, 1)))
    }

    private static func entry(_ track: EncodedFrame.Track, type: Int, codec: String, _ more: [UInt8]) -> [UInt8] {
        let number = number(of: track)
        return EBML.element(
            0xAE,
            EBML.number(0xD7, number) + EBML.number(0x73C5, number) + EBML.number(0x9C, 0)
                + EBML.text(0x22B59C, "und") + EBML.text(0x86, codec) + EBML.number(0x83, type) + more)
    }

    /// RFC 7845 §5.1: one channel.
    private static func opusHead(_ preSkip: Int) -> [UInt8] {
        var writer = ByteWriter(capacity: 19)
        writer.append("OpusHead".utf8)
        writer.uint8(1)
        writer.uint8(1)
        writer.littleEndian(UInt16(clamping: preSkip))
        writer.littleEndian(UInt32(rate))
        writer.littleEndian(UInt16(0))
        writer.uint8(0)
        return writer.bytes
    }
}
