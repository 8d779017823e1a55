import Basics

/// What a stream of bytes is, told by its first four. The raw value is the usual ending of a file's name.
public enum MediaKind: String, Equatable, Sendable {
    /// WAV: `RIFF`.
    case wav
    /// Uncompressed video: `YUV4`.
    case y4m
    /// VP8 or VP9 frames: `DKIF`.
    case ivf
    /// WebM: the EBML header.
    case webm

    /// Bytes that must be there to tell.
    public static let byteCount = 4

    /// Tells by the first bytes; nil when they are of no kind we know, or too few.
    public init?(_ bytes: RawSpan) {
        guard bytes.byteCount >= Self.byteCount else { return nil }
        let first =
            UInt32(bytes.byte(at: 0)) << 24 | UInt32(bytes.byte(at: 1)) << 16 | UInt32(bytes.byte(at: 2)) << 8
            | UInt32(bytes.byte(at: 3))
        switch first {
        case 0x5249_4646: self = .wav
        case 0x5955_5634: self = .y4m
        case 0x444B_4946: self = .ivf
        case 0x1A45_DFA3: self = .webm
        default: return nil
        }
    }
}
