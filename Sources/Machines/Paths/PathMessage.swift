internal import Basics

/// A plaintext of kind 0x04: a challenge, or its answer (PROTOCOL §4, after RFC 9000 §8.2).
///
/// ```
/// 0  1  0x04
/// 1  1  0 challenge, 1 answer
/// 2  8  token          64 random bits; an answer repeats those of the challenge
/// ```
///
/// A token belongs to the two ends between which its challenge went: an answer that comes between others proves nothing.
/// An answer goes out on the path on which its challenge came.
public struct PathMessage: Equatable, Sendable {
    /// What it says.
    public enum Kind: UInt8, Sendable { case challenge = 0, answer = 1 }

    /// Challenge or answer.
    public let kind: Kind
    /// The random bits.
    public let token: UInt64

    /// Bytes of the plaintext.
    public static let byteCount = 10
    /// Bytes of the datagram, with header and tag.
    static let datagramByteCount = byteCount + 24
    /// The first of them.
    public static let firstByte: UInt8 = 0x04

    init(_ kind: Kind, _ token: UInt64) {
        self.kind = kind
        self.token = token
    }

    /// Reads a plaintext, first byte included.
    public init(parsing plaintext: RawSpan) throws(PathViolation) {
        guard plaintext.byteCount == Self.byteCount, plaintext.byte(at: 0) == Self.firstByte,
            let kind = Kind(rawValue: plaintext.byte(at: 1))
        else { throw .malformed }
        self.kind = kind
        token = unsafe UInt64(littleEndian: plaintext.unsafeLoadUnaligned(fromByteOffset: 2, as: UInt64.self))
    }

    /// Writes the plaintext and answers its length. Precondition: `payload` has room for it.
    public func write(into payload: inout MutableRawSpan) -> Int {
        precondition(payload.byteCount >= Self.byteCount)
        payload.storeBytes(of: Self.firstByte, toByteOffset: 0, as: UInt8.self)
        payload.storeBytes(of: kind.rawValue, toByteOffset: 1, as: UInt8.self)
        payload.storeBytes(of: token.littleEndian, toByteOffset: 2, as: UInt64.self)
        return Self.byteCount
    }
}
