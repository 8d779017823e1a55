internal import Basics

extension Ed25519 {
    /// A signature: 64 public bytes.
    public struct Signature: Hashable, Sendable {
        private var words = InlineArray<8, UInt64>(repeating: 0)

        /// Number of bytes.
        public static let byteCount = 64

        /// The 64 bytes of `bytes`; nil for another length.
        public init?(_ bytes: RawSpan) {
            guard bytes.byteCount == Self.byteCount else { return nil }
            for index in 0..<8 {
                words[index] = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
            }
        }

        /// The signature that `fill` writes.
        init(_ fill: (inout MutableRawSpan) -> Void) {
            unsafe withUnsafeMutableBytes(of: &words) {
                var bytes = unsafe MutableRawSpan(_unsafeBytes: $0)
                fill(&bytes)
            }
        }

        /// Lends the bytes.
        public func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
            try unsafe body(words.span.bytes)
        }

        /// The bytes as an array.
        public var array: [UInt8] { withBytes { [UInt8]($0) } }

        /// Compares word by word: signatures are public.
        public static func == (left: Signature, right: Signature) -> Bool {
            for index in 0..<8 where left.words[index] != right.words[index] { return false }
            return true
        }

        /// Feeds the words to the hasher.
        public func hash(into hasher: inout Hasher) {
            for index in 0..<8 { hasher.combine(words[index]) }
        }
    }
}
