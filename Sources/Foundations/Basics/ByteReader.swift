/// More bytes were asked for than there are.
public struct Truncated: Error, Equatable, Sendable {
    /// Bytes there are, and bytes that were asked for.
    public let have: Int, need: Int

    /// `have` bytes are there where `need` were asked for.
    public init(have: Int, need: Int) {
        self.have = have
        self.need = need
    }
}

/// Reads borrowed bytes front to back. Every read checks the length first; none traps, none copies.
public struct ByteReader: ~Escapable {
    /// What has not been read yet.
    public private(set) var rest: RawSpan

    /// Reads `bytes` from their first.
    @_lifetime(copy bytes)
    public init(_ bytes: RawSpan) { rest = bytes }

    /// Bytes not read yet.
    public var remaining: Int { rest.byteCount }
    /// Whether all has been read.
    public var isAtEnd: Bool { rest.isEmpty }

    /// The next `count` bytes, borrowed.
    @_lifetime(copy self)
    public mutating func take(_ count: Int) throws(Truncated) -> RawSpan {
        guard count >= 0, count <= rest.byteCount else { throw Truncated(have: rest.byteCount, need: count) }
        let taken = rest.extracting(first: count)
        rest = rest.extracting(droppingFirst: count)
        return taken
    }

    /// The next `count` bytes, copied.
    public mutating func array(_ count: Int) throws(Truncated) -> [UInt8] { [UInt8](try take(count)) }

    /// The next byte.
    public mutating func uint8() throws(Truncated) -> UInt8 { try littleEndian(UInt8.self) }

    /// The next three bytes as a little-endian number.
    public mutating func littleEndianUInt24() throws(Truncated) -> UInt32 {
        let bytes = try take(3)
        return UInt32(bytes.byte(at: 0)) | UInt32(bytes.byte(at: 1)) << 8 | UInt32(bytes.byte(at: 2)) << 16
    }

    /// The next number, least significant byte first.
    public mutating func littleEndian<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type
    ) throws(Truncated) -> Number {
        let bytes = try take(MemoryLayout<Number>.size)
        return unsafe Number(littleEndian: bytes.unsafeLoadUnaligned(as: Number.self))
    }

    /// The next number, most significant byte first.
    public mutating func bigEndian<Number: FixedWidthInteger & BitwiseCopyable>(
        _ type: Number.Type
    ) throws(Truncated) -> Number {
        let bytes = try take(MemoryLayout<Number>.size)
        return unsafe Number(bigEndian: bytes.unsafeLoadUnaligned(as: Number.self))
    }
}
