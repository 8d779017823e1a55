public import Basics

/// Chance from a seed: a ChaCha20 generator with fast key erasure, the same numbers for the same seed everywhere.
///
/// What has been drawn cannot be computed back from the state. `stream(named:)` gives independent generators that do
/// not depend on what was drawn from this one, so that a new draw in one place moves no other; a program makes its
/// streams at start and drops the root. A copy of the value goes on with the same numbers as the original.
public struct SeededRandom: RandomNumberGenerator, Sendable {
    /// Bytes in a seed.
    public static let seedByteCount = 32

    private var state: State

    /// The generator of `seed`. Precondition: the seed has 32 bytes.
    public init(seed: borrowing SecretBytes) {
        precondition(seed.byteCount == Self.seedByteCount)
        state = State(seed: seed)
    }

    /// The generator of a seed that is no secret: for tests and the simulator.
    public init(seed: UInt64) {
        var bytes = ByteWriter(capacity: Self.seedByteCount)
        bytes.littleEndian(seed)
        bytes.zeros(Self.seedByteCount - 8)
        self.init(seed: SecretBytes(copying: bytes.bytes.rawSpan))
    }

    /// The generator of the stream `name`, always the same for this generator's seed.
    public func stream(named name: String) -> SeededRandom { SeededRandom(seed: state.seed(ofStream: name)) }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        var number: UInt64 = 0
        unsafe withUnsafeMutableBytes(of: &number) { buffer in
            var bytes = unsafe MutableRawSpan(_unsafeBytes: buffer)
            fill(&bytes)
        }
        return UInt64(littleEndian: number)
    }

    /// Fills `bytes`.
    public mutating func fill(_ bytes: inout MutableRawSpan) {
        if !isKnownUniquelyReferenced(&state) { state = State(copying: state) }
        state.fill(&bytes)
    }

    /// A secret of `byteCount` bytes.
    public mutating func secretBytes(_ byteCount: Int) -> SecretBytes {
        SecretBytes(byteCount: byteCount) { fill(&$0) }
    }

    /// 32 bytes.
    public mutating func bytes32() -> Bytes32 {
        Bytes32 { fill(&$0) }
    }
}
