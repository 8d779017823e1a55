/// Exactly 32 public bytes: a public key, a hash, an identifier. Not for secrets: it is copied, compared and printed.
public struct Bytes32: Hashable, Sendable {
    private var words = InlineArray<4, UInt64>(repeating: 0)

    /// Number of bytes.
    public static let byteCount = 32
    /// All zeros.
    public static let zero = Bytes32()

    private init() {}

    /// The 32 bytes of `span`; nil for another length.
    public init?(_ span: RawSpan) {
        guard span.byteCount == Self.byteCount else { return nil }
        for index in 0..<4 {
            words[index] = unsafe span.unsafeLoadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
        }
    }

    /// The 32 bytes of `bytes`; nil for another length.
    public init?(_ bytes: some Sequence<UInt8>) {
        let array = Array(bytes)
        self.init(array.rawSpan)
    }

    /// Lends the bytes.
    public func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try unsafe body(words.span.bytes)
    }

    /// The bytes as an array.
    public var array: [UInt8] { withBytes { [UInt8]($0) } }

    /// Compares word by word. Not for secrets.
    public static func == (left: Bytes32, right: Bytes32) -> Bool {
        for index in 0..<4 where left.words[index] != right.words[index] { return false }
        return true
    }

    /// Feeds the words to the hasher.
    public func hash(into hasher: inout Hasher) {
        for index in 0..<4 { hasher.combine(words[index]) }
    }
}

extension Bytes32: Comparable {
    /// Lexicographic order of the bytes.
    public static func < (left: Bytes32, right: Bytes32) -> Bool {
        for index in 0..<4 where left.words[index] != right.words[index] {
            return left.words[index].bigEndian < right.words[index].bigEndian
        }
        return false
    }
}

extension Bytes32: CustomStringConvertible {
    /// Lower-case hexadecimal digits.
    public var description: String { Hex.encode(array) }
}
