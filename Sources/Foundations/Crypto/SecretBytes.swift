internal import Basics

/// Secret bytes: in locked memory, out of core dumps, wiped when their one owner lets go.
///
/// They cannot be copied, printed or compared by accident; `copy` and the constant-time `isEqual` say so aloud.
/// Up to 64 bytes cost about 50 ns to make; more cost some system calls.
@safe
public struct SecretBytes: ~Copyable, @unchecked Sendable {  // one owner: who can reach the memory holds the value
    private let memory: UnsafeMutableRawPointer
    /// Number of bytes.
    public let byteCount: Int

    /// A secret of `byteCount` bytes that `fill` writes; they are zero before.
    public init(byteCount: Int, _ fill: (inout MutableRawSpan) -> Void) {
        precondition(byteCount >= 0)
        let memory = unsafe SecretArena.allocate(byteCount: byteCount)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        var bytes = unsafe MutableRawSpan(_unsafeStart: memory, byteCount: byteCount)
        fill(&bytes)
        unsafe self.memory = memory
        self.byteCount = byteCount
    }

    /// A secret of `byteCount` bytes that `fill` writes; nil, and the bytes wiped, when it answers false.
    public static func ifFilled(byteCount: Int, by fill: (inout MutableRawSpan) -> Bool) -> SecretBytes? {
        var isFilled = false
        let secret = SecretBytes(byteCount: byteCount) { isFilled = fill(&$0) }
        return isFilled ? consume secret : nil
    }

    /// A secret with the value of `bytes`, whose own memory the caller wipes.
    public init(copying bytes: RawSpan) {
        self.init(byteCount: bytes.byteCount) { $0.copy(bytes) }
    }

    deinit { unsafe SecretArena.free(memory, byteCount: byteCount) }

    /// Lends the bytes.
    @inline(__always)
    public func withBytes<R: ~Copyable, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try unsafe body(RawSpan(_unsafeStart: memory, byteCount: byteCount))
    }

    /// Lends the bytes for change.
    mutating func withMutableBytes<R>(_ body: (inout MutableRawSpan) -> R) -> R {
        var bytes = unsafe MutableRawSpan(_unsafeStart: memory, byteCount: byteCount)
        return body(&bytes)
    }

    /// A second secret of the same value.
    public func copy() -> SecretBytes { withBytes { SecretBytes(copying: $0) } }

    /// Whether the bytes are `other`, in a time that depends on the length alone.
    public func isEqual(to other: RawSpan) -> Bool { withBytes { ConstantTime.isEqual($0, other) } }

    /// Lends the bytes to libsodium.
    @inline(__always)
    func withPointer<R>(_ body: (UnsafePointer<UInt8>) -> R) -> R {
        unsafe body(UnsafePointer(memory.assumingMemoryBound(to: UInt8.self)))
    }
}
