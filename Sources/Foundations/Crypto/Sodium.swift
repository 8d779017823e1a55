internal import CSodium
internal import Basics

/// libsodium, made ready once in the process: it chooses the code for this processor and opens its entropy.
enum Sodium {
    private static let isReady = sodium_init() >= 0

    /// Makes libsodium ready; free of cost after the first time.
    @inline(__always)
    static func start() { precondition(isReady, "libsodium can be initialised") }

    /// Overwrites a value on the stack that held a secret, in a way the compiler cannot leave out.
    @inline(__always)
    static func wipe<Value>(_ value: inout Value) {
        unsafe withUnsafeMutableBytes(of: &value) { unsafe sodium_memzero($0.baseAddress, $0.count) }
    }
}

extension RawSpan {
    /// The bytes as libsodium takes them. Empty ones may have no address: they get one that is not read.
    @inline(__always)
    func withPointer<R>(_ body: (UnsafePointer<UInt8>, UInt64) -> R) -> R {
        unsafe withUnsafeBytes { buffer in
            let address = unsafe buffer.baseAddress ?? UnsafeRawPointer(bitPattern: 64).unsafelyUnwrapped
            return unsafe body(address.assumingMemoryBound(to: UInt8.self), UInt64(buffer.count))
        }
    }
}

extension MutableRawSpan {
    /// The bytes as libsodium fills them. Empty ones may have no address: they get one that is not written.
    @inline(__always)
    mutating func withMutablePointer<R>(_ body: (UnsafeMutablePointer<UInt8>, Int) -> R) -> R {
        unsafe withUnsafeMutableBytes { buffer in
            let address = unsafe buffer.baseAddress ?? UnsafeMutableRawPointer(bitPattern: 64).unsafelyUnwrapped
            return unsafe body(address.assumingMemoryBound(to: UInt8.self), buffer.count)
        }
    }
}

extension Bytes32 {
    /// The 32 bytes that `fill` writes.
    @inline(__always)
    init(_ fill: (inout MutableRawSpan) -> Void) {
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        unsafe withUnsafeMutableBytes(of: &bytes) {
            var span = unsafe MutableRawSpan(_unsafeBytes: $0)
            fill(&span)
        }
        guard let value = unsafe Bytes32(bytes.span.bytes) else { preconditionFailure("32 bytes are 32 bytes") }
        self = value
    }
}
