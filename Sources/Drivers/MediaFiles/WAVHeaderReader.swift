import Basics
internal import MediaURIs

/// Reads the head of a WAV stream, however it is cut into pieces, up to the first sample.
///
/// ```
/// "RIFF" | length | "WAVE" | { id | length | body | pad to even }…
/// ```
///
/// Chunks other than `fmt ` and `data` are passed over. Lengths are not trusted: no more than 40 bytes are ever kept.
struct WAVHeaderReader: Sendable {
    private enum State { case riff, chunk, format(byteCount: Int, rest: Int), body }

    private var state = State.riff
    private var kept: [UInt8] = []
    private var riffByteCount: UInt32 = 0

    /// The format, once its chunk was read.
    private(set) var format: WAVFormat?
    /// Bytes of no interest that follow: a file may jump over them, then say so with `skipped`.
    private(set) var bytesToSkip = 0
    /// Whether the next byte is the first of the samples.
    private(set) var isComplete = false
    /// Bytes of samples that the header promises; nil when they go on to the end of the stream.
    private(set) var dataByteCount: Int?

    private static let endless: UInt32 = 0xFFFF_FFFF
    private static let longestFormat = 40

    init() { kept.reserveCapacity(Self.longestFormat) }

    /// `count` bytes of those to skip were jumped over.
    mutating func skipped(_ count: Int) { bytesToSkip -= count }

    /// Takes bytes from the front of `bytes`; returns how many. Call again with the rest until `isComplete`.
    mutating func consume(_ bytes: RawSpan) throws(MediaFileError) -> Int {
        var used = 0
        while used < bytes.byteCount, !isComplete {
            if bytesToSkip > 0 {
                let count = min(bytesToSkip, bytes.byteCount - used)
                bytesToSkip -= count
                used += count
                continue
            }
            kept.append(bytes.byte(at: used))
            used += 1
            if kept.count == wanted { try take() }
        }
        return used
    }

    /// What it means that the stream ends before the header does.
    func endError() -> MediaFileError {
        switch state {
        case .riff where kept.isEmpty: .data("it is empty")
        case .riff: Self.notWAV(kept)
        case .chunk, .format, .body:
            .data(format == nil ? "it ends before its format is told" : "it ends before its samples begin")
        }
    }

    private var wanted: Int {
        switch state {
        case .riff: 12
        case .chunk: 8
        case .format(let byteCount, _): byteCount
        case .body: 0
        }
    }

    private mutating func take() throws(MediaFileError) {
        defer { kept.removeAll(keepingCapacity: true) }
        switch state {
        case .riff: try takeRIFF()
        case .chunk: try takeChunk()
        case .format(_, let rest):
            format = try WAVFormat(parsing: kept.rawSpan)
            bytesToSkip = rest
            state = .chunk
        case .body: break
        }
    }

    private mutating func takeRIFF() throws(MediaFileError) {
        guard text(at: 0) == "RIFF", text(at: 8) == "WAVE" else { throw Self.notWAV(kept) }
        riffByteCount = number(at: 4)
        state = .chunk
    }

    private mutating func takeChunk() throws(MediaFileError) {
        let length = number(at: 4)
        switch text(at: 0) {
        case "fmt ":
            guard format == nil else { throw .data("it tells its format twice") }
            guard length >= 16 else { throw .data("the format chunk has only \(length) bytes") }
            let byteCount = min(Int(length), Self.longestFormat)
            state = .format(byteCount: byteCount, rest: Int(length) + Int(length & 1) - byteCount)
        case "data":
            guard format != nil else { throw .data("its samples begin before its format is told") }
            // A length of 0 in a stream without a length is that of a writer that could not come back to fill it in.
            let isEndless =
                length == Self.endless || length == 0 && (riffByteCount == Self.endless || riffByteCount == 0)
            dataByteCount = isEndless ? nil : Int(length)
            isComplete = true
            state = .body
        default:
            bytesToSkip = Int(length) + Int(length & 1)
        }
    }

    private func number(at offset: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(kept[offset + $1]) << UInt32(8 * $1) }
    }

    private func text(at offset: Int) -> String { String(decoding: kept[offset..<offset + 4], as: UTF8.self) }

    private static func notWAV(_ bytes: [UInt8]) -> MediaFileError {
        switch MediaKind(bytes.rawSpan) {
        case .y4m: .data("it is Y4M video, and this version carries sound only")
        case .ivf: .data("it is IVF video, and this version carries sound only")
        case .webm: .data("it is WebM, and this version plays WAV only")
        case .wav, nil: .data("it is not WAV: it does not begin with RIFF and WAVE")
        }
    }
}
