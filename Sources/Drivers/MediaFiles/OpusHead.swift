internal import Basics

/// What a track of Opus says of itself (RFC 7845 §5.1); numbers are little-endian.
///
/// ```
/// "OpusHead" | 1 version | 1 channels | 2 pre-skip | 4 rate of the input | 2 gain | 1 mapping family |
/// { 1 streams | 1 of them coupled | 1 for each channel }  unless the family is 0
/// ```
struct OpusHead: Equatable {
    /// Samples at 48 kHz at the beginning that nobody should hear.
    let preSkip: Int
    /// In 1/256 dB.
    let gain: Int

    static let byteCount = 19
    static let magic = Array("OpusHead".utf8)

    /// Reads a head. Throws what is wrong with it, as a part of a list: a packet holds one stream, or we could not read it.
    init(parsing head: RawSpan) throws(MediaFileError) {
        guard head.byteCount >= Self.byteCount, head.extracting(first: 8).isEqual(to: Self.magic.rawSpan) else {
            throw .data("A_OPUS, its head is damaged")
        }
        let version = head.byte(at: 8), channels = Int(head.byte(at: 9)), family = head.byte(at: 18)
        // Minor versions change nothing that we read.
        guard version >> 4 == 0 else { throw .data("A_OPUS, its head is of version \(version); allowed: up to 15") }
        let streams = family == 0 ? Self.streams(channels) : Self.streams(channels, head)
        guard let streams else { throw .data("A_OPUS, its head is damaged") }
        guard streams == 1 else { throw .data("A_OPUS, \(channels) channels in \(streams) streams") }
        preSkip = Int(head.byte(at: 10)) | Int(head.byte(at: 11)) << 8
        gain = Int(Int16(truncatingIfNeeded: Int(head.byte(at: 16)) | Int(head.byte(at: 17)) << 8))
    }

    /// How many streams family 0 means by so many channels.
    private static func streams(_ channels: Int) -> Int? { (1...2).contains(channels) ? 1 : nil }

    /// How many streams the table of other families tells.
    private static func streams(_ channels: Int, _ head: RawSpan) -> Int? {
        guard channels > 0, head.byteCount >= byteCount + 2 + channels else { return nil }
        let streams = Int(head.byte(at: 19)), coupled = Int(head.byte(at: 20))
        return streams > 0 && coupled <= streams ? streams : nil
    }
}
