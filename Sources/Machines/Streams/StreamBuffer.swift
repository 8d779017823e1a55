internal import Basics

/// The bytes of a stream between two offsets that both move forward: a ring that grows to what is used of it.
///
/// It does not know which of its bytes have been written; `OffsetSet` does.
struct StreamBuffer: Sendable {
    private var storage: [UInt8] = []
    /// Offset of the first byte kept.
    private(set) var base = 0
    /// Offset behind the last byte written.
    private(set) var end = 0

    /// Rings below this size are kept when they run empty.
    private static let keptByteCount = 16 << 10

    /// Bytes of memory taken.
    var capacity: Int { storage.count }

    /// Puts `bytes` at `offset`. What lies before `base` is skipped: it has been used already.
    mutating func write(_ bytes: RawSpan, at offset: Int) {
        let skipped = max(0, base - offset)
        guard skipped < bytes.byteCount else { return }
        let fresh = bytes.extracting(droppingFirst: skipped)
        let start = offset + skipped
        reserve(upTo: start + fresh.byteCount)
        end = max(end, start + fresh.byteCount)
        place(fresh, at: start)
    }

    /// Copies `count` bytes from `offset` to `position` of `target`. Precondition: they are kept, and they fit.
    func copy(from offset: Int, count: Int, into target: inout MutableRawSpan, at position: Int) {
        precondition(offset >= base && offset + count <= end)
        precondition(position + count <= target.byteCount)
        guard count > 0 else { return }
        unsafe target.withUnsafeMutableBytes { target in
            unsafe storage.withUnsafeBytes { ring in
                let start = offset & (ring.count - 1)
                let first = min(count, ring.count - start)
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[position..<position + first])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: ring[start..<start + first]))
                unsafe UnsafeMutableRawBufferPointer(rebasing: target[position + first..<position + count])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: ring[..<(count - first)]))
            }
        }
    }

    /// A copy of `count` bytes from `offset`. Precondition: they are kept.
    func bytes(from offset: Int, count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableRawSpan
        copy(from: offset, count: count, into: &span, at: 0)
        return bytes
    }

    /// Lets go of all before `offset`.
    mutating func discard(upTo offset: Int) {
        base = max(base, offset)
        end = max(end, base)
        if base == end, storage.count > Self.keptByteCount { storage = [] }
    }

    private mutating func reserve(upTo newEnd: Int) {
        let needed = newEnd - base
        guard needed > storage.count else { return }
        var capacity = max(1_024, storage.count)
        while capacity < needed { capacity *= 2 }
        let kept = bytes(from: base, count: end - base)
        storage = [UInt8](repeating: 0, count: capacity)
        place(kept.rawSpan, at: base)
    }

    private mutating func place(_ bytes: RawSpan, at offset: Int) {
        guard !bytes.isEmpty else { return }
        unsafe bytes.withUnsafeBytes { source in
            unsafe storage.withUnsafeMutableBytes { ring in
                let position = offset & (ring.count - 1)
                let first = min(source.count, ring.count - position)
                unsafe UnsafeMutableRawBufferPointer(rebasing: ring[position..<position + first])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<first]))
                unsafe ring.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[first...]))
            }
        }
    }
}
