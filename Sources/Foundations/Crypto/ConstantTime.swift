internal import CSodium

/// Comparisons whose time tells nothing about the bytes.
public enum ConstantTime {
    /// Whether both hold the same bytes. Lengths are not secret: different ones are answered at once.
    public static func isEqual(_ left: RawSpan, _ right: RawSpan) -> Bool {
        guard left.byteCount == right.byteCount else { return false }
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { unsafe sodium_memcmp(left.baseAddress, $0.baseAddress, left.count) == 0 }
        }
    }
}
