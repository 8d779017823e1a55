import Basics

/// What the samples of a WAV file are.
public struct WAVFormat: Equatable, Sendable {
    /// Samples a second of each channel.
    public let rate: Int
    /// Channels, which are mixed to one.
    public let channelCount: Int
    let sample: SampleFormat
    /// Bytes of one sample of all channels.
    let blockByteCount: Int

    /// The rates that can be played.
    static let rates = 1_000...768_000

    /// Reads the body of a `fmt ` chunk.
    init(parsing chunk: RawSpan) throws(MediaFileError) {
        guard chunk.byteCount >= 16 else { throw .data("the format chunk has only \(chunk.byteCount) bytes") }
        var tag = Self.number(chunk, 0)
        let bits = Int(Self.number(chunk, 14))
        rate = Int(Self.number(chunk, 4)) | Int(Self.number(chunk, 6)) << 16
        channelCount = Int(Self.number(chunk, 2))
        blockByteCount = Int(Self.number(chunk, 12))
        if tag == 0xFFFE {  // extensible: the true tag begins the sub-format
            guard chunk.byteCount >= 26 else { throw .data("the extensible format has no sub-format") }
            tag = Self.number(chunk, 24)
        }
        guard channelCount > 0 else { throw .data("there is no channel") }
        guard Self.rates.contains(rate) else { throw .data("a sampling rate of \(rate) Hz; allowed: 1,000 to 768,000") }
        // The container of a sample: 12 bits stand in two bytes. Formats with no bits at all (codecs) fail below.
        let byteCount = (bits + 7) / 8
        guard let sample = SampleFormat(tag: tag, byteCount: byteCount) else {
            throw .data("format \(tag) with \(bits) bits; allowed: 8, 16, 24, 32 bits of integer, 32 or 64 of float")
        }
        guard blockByteCount == byteCount * channelCount else {
            throw .data("\(channelCount) channels of \(bits) bits cannot be \(blockByteCount) bytes")
        }
        self.sample = sample
    }

    /// Decodes whole blocks from `bytes` into `samples`, channels mixed to one, up to `limit` of them.
    /// Returns the number of samples.
    func decode(_ bytes: RawSpan, into samples: inout MutableSpan<Float>, atMost limit: Int) -> Int {
        let count = min(bytes.byteCount / blockByteCount, limit)
        let stride = blockByteCount / channelCount
        for index in 0..<count {
            var sum: Float = 0
            for channel in 0..<channelCount {
                sum += sample.sample(bytes, at: index * blockByteCount + channel * stride)
            }
            samples[index] = sum / Float(channelCount)
        }
        return count
    }

    private static func number(_ bytes: RawSpan, _ offset: Int) -> UInt16 {
        UInt16(bytes.byte(at: offset)) | UInt16(bytes.byte(at: offset + 1)) << 8
    }
}
