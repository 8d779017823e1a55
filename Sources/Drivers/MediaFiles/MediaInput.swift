internal import Basics
internal import Platform

/// The bytes of a file or stream on their way to a reader, read without waiting.
///
/// A few wait in a buffer until the reader has used them; large bodies go past it, straight to where they belong.
final class MediaInput {
    private let descriptor: Descriptor
    let isFile: Bool
    /// Bytes that were read and not used yet: `buffer[first..<end]`.
    private var buffer = [UInt8](repeating: 0, count: capacity)
    private var first = 0, end = 0
    /// Of the next byte to read.
    private var offset = 0
    /// In a stream, bytes to drop that have not come yet.
    private var debt = 0

    /// Bytes that can wait at most.
    static let capacity = 65_536

    /// `seen` are bytes that were read from a stream already.
    init(_ descriptor: consuming Descriptor, seen: [UInt8] = []) throws(MediaFileError) {
        do throws(SystemError) {
            offset = try descriptor.position()
            switch try descriptor.kind() {
            case .regularFile: isFile = true
            case .stream:
                isFile = false
                offset = seen.count
            case .directory: throw .isDirectory
            }
        } catch { throw .system(error) }
        self.descriptor = descriptor
        buffer.replaceSubrange(0..<seen.count, with: seen)
        end = seen.count
    }

    /// The number to poll when there is nothing now; nil for a file.
    var pollDescriptor: Int32? { isFile ? nil : descriptor.rawValue }

    /// Bytes that wait.
    var count: Int { end - first }

    /// Where the next byte that was not used stands.
    var position: Int { offset - count }

    /// Lends the bytes that wait.
    func withBytes<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        let bytes = buffer  // lends the same memory: a span may not reach into a class
        return try body(bytes.rawSpan.extracting(first..<end))
    }

    /// The byte at `index` of those that wait.
    subscript(index: Int) -> UInt8 { buffer[first + index] }

    /// The first `count` bytes that wait were used.
    func use(_ count: Int) {
        precondition(count <= self.count)
        first += count
    }

    /// The next `count` bytes are of no interest; in a file they are jumped over.
    func skip(_ count: Int) {
        let waiting = min(count, self.count)
        first += waiting
        if isFile { offset = offset.addingSaturating(count - waiting) } else { debt = count - waiting }
    }

    /// Goes to `position` of a file.
    func seek(to position: Int) { (first, end, offset) = (0, 0, position) }

    /// Reads some more bytes, `limit` at the most, behind those that wait.
    func fill(atMost limit: Int = capacity) -> Descriptor.Outcome {
        compact()
        precondition(end < Self.capacity, "a reader uses what it was given")
        let room = end..<min(Self.capacity, end + limit)
        let outcome =
            isFile
            ? descriptor.read(into: &buffer, room, at: offset) : descriptor.readAvailable(into: &buffer, room)
        guard case .bytes(let count) = outcome else { return outcome }
        end += count
        offset += count
        payDebt()
        return outcome
    }

    /// Reads until `count` bytes wait. `.bytes` when they do.
    func fill(until count: Int) -> Descriptor.Outcome {
        while self.count < count {
            let outcome = fill()
            guard case .bytes = outcome else { return outcome }
        }
        return .bytes(self.count)
    }

    /// Reads the next bytes, first those that wait, to `range` of `target`. `.bytes` says how many.
    @unsafe
    func read(into target: UnsafeMutableRawBufferPointer) -> Descriptor.Outcome {
        guard count == 0 else {
            let part = min(count, target.count)
            withBytes { bytes in
                unsafe bytes.extracting(first: part).withUnsafeBytes { unsafe target.copyMemory(from: $0) }
            }
            first += part
            return .bytes(part)
        }
        let outcome = unsafe isFile ? descriptor.read(into: target, at: offset) : descriptor.readAvailable(into: target)
        if case .bytes(let count) = outcome { offset += count }
        return outcome
    }

    private func payDebt() {
        let paid = min(debt, count)
        first += paid
        debt -= paid
    }

    private func compact() {
        if first > 0, first < end {
            unsafe buffer.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                unsafe base.copyMemory(from: base + first, byteCount: end - first)
            }
        }
        (first, end) = (0, end - first)
    }
}

extension Int {
    /// The sum, or the largest number.
    fileprivate func addingSaturating(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
