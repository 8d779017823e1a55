import Basics

/// How one sample stands in a WAV file; always little-endian.
enum SampleFormat: Equatable, Sendable {
    case unsigned8, signed16, signed24, signed32, float32, float64

    /// The format of a `fmt ` chunk's tag (1: integers, 3: floating point) and bytes a sample; nil for others.
    init?(tag: UInt16, byteCount: Int) {
        switch (tag, byteCount) {
        case (1, 1): self = .unsigned8
        case (1, 2): self = .signed16
        case (1, 3): self = .signed24
        case (1, 4): self = .signed32
        case (3, 4): self = .float32
        case (3, 8): self = .float64
        default: return nil
        }
    }

    /// The sample at `offset`, from -1 to 1; what is no number, or beyond, is brought inside.
    /// Precondition: its bytes are there.
    func sample(_ bytes: RawSpan, at offset: Int) -> Float {
        switch self {
        case .unsigned8: (Float(bytes.byte(at: offset)) - 128) / 128
        case .signed16: Float(Self.load(Int16.self, bytes, offset)) / 0x8000
        case .signed24: Float(Self.load24(bytes, offset)) / 0x8000_0000
        case .signed32: Float(Self.load(Int32.self, bytes, offset)) / 0x8000_0000
        case .float32: Self.clamp(Float(bitPattern: Self.load(UInt32.self, bytes, offset)))
        case .float64: Self.clamp(Float(Double(bitPattern: Self.load(UInt64.self, bytes, offset))))
        }
    }

    private static func load<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type, _ bytes: RawSpan, _ offset: Int
    ) -> Number {
        precondition(offset >= 0 && offset + MemoryLayout<Number>.size <= bytes.byteCount)
        return unsafe Number(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    /// 24 bits in the upper part of 32.
    private static func load24(_ bytes: RawSpan, _ offset: Int) -> Int32 {
        let low = UInt32(bytes.byte(at: offset)), middle = UInt32(bytes.byte(at: offset + 1))
        return Int32(bitPattern: UInt32(bytes.byte(at: offset + 2)) << 24 | middle << 16 | low << 8)
    }

    private static func clamp(_ sample: Float) -> Float { sample.isNaN ? 0 : max(-1, min(1, sample)) }
}
