extension RawSpan {
    /// The byte at `offset`. Precondition: there is one.
    public func byte(at offset: Int) -> UInt8 { unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

    /// Whether both hold the same bytes. Not for secrets: it stops at the first difference.
    public func isEqual(to other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        for offset in 0..<byteCount where byte(at: offset) != other.byte(at: offset) { return false }
        return true
    }
}

extension MutableRawSpan {
    /// Copies `bytes` in, from `offset` on. Precondition: they fit.
    public mutating func write(_ bytes: RawSpan, at offset: Int) {
        precondition(offset >= 0 && bytes.byteCount <= byteCount - offset)
        unsafe withUnsafeMutableBytes { target in
            unsafe bytes.withUnsafeBytes {
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: $0)
            }
        }
    }
}

extension [UInt8] {
    /// A copy of borrowed bytes.
    public init(_ bytes: RawSpan) {
        self = unsafe bytes.withUnsafeBytes { unsafe Array($0) }
    }

    /// The bytes, borrowed.
    public var rawSpan: RawSpan {
        @_lifetime(borrow self)
        get { unsafe span.bytes }
    }

    /// The bytes, borrowed for change in place.
    public var mutableRawSpan: MutableRawSpan {
        @_lifetime(&self)
        mutating get {
            let buffer = unsafe withUnsafeMutableBytes { unsafe $0 }  // unique from here on; the span keeps it so
            let span = unsafe MutableRawSpan(_unsafeBytes: buffer)
            return unsafe _overrideLifetime(span, mutating: &self)
        }
    }
}
