internal import CSodium

extension MutableRawSpan {
    /// Copies all of `source` to `offset`. Precondition: there is room.
    @inline(__always)
    mutating func copy(_ source: RawSpan, at offset: Int = 0) {
        precondition(offset >= 0 && source.byteCount <= byteCount - offset)
        unsafe withUnsafeMutableBytes { target in
            unsafe source.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: source)
            }
        }
    }

    /// Overwrites a range with zeros, in a way the compiler cannot leave out.
    mutating func wipe(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount)
        unsafe withUnsafeMutableBytes {
            unsafe sodium_memzero($0.baseAddress.map { unsafe $0 + range.lowerBound }, range.count)
        }
    }

    /// Flips the bits of `mask` in every byte.
    mutating func xor(_ mask: UInt8) {
        unsafe withUnsafeMutableBytes { for index in $0.indices { unsafe $0[index] ^= mask } }
    }
}
