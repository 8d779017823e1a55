internal import Basics
internal import Synchronization

/// Encoded frames on their way from one thread to one other, each with a few numbers: no lock, no allocation, and full
/// is an answer.
@safe
final class FrameRing<Header: Sendable>: @unchecked Sendable {
    // A slot belongs to the producer until `tail` has passed it, then to the consumer until `head` has.

    /// The largest packet.
    static var slotByteCount: Int { 1_280 }

    /// The largest frame.
    let slotByteCount: Int
    private let capacity: Int
    private let memory: UnsafeMutableRawPointer
    private let headers: UnsafeMutablePointer<(header: Header, byteCount: Int)>
    private let head = Atomic<Int>(0)
    private let padding = InlineArray<120, UInt8>(repeating: 0)  // each counter on a cache line of its own
    private let tail = Atomic<Int>(0)

    /// An empty ring for `capacity` frames, a power of two. The system gives memory only for what is written to.
    init(capacity: Int, slotByteCount: Int = slotByteCount, filler: Header) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0)
        self.capacity = capacity
        self.slotByteCount = slotByteCount
        unsafe memory = .allocate(byteCount: capacity * slotByteCount, alignment: 64)
        unsafe headers = .allocate(capacity: capacity)
        unsafe headers.initialize(repeating: (filler, 0), count: capacity)
    }

    deinit {
        unsafe memory.deallocate()
        unsafe headers.deallocate()
    }

    /// Producer: whether there is no free slot now.
    var isFull: Bool { tail.load(ordering: .relaxed) - head.load(ordering: .acquiring) >= capacity }

    /// Producer: lends a free slot to `write`, which answers how many bytes the frame has. False when there is none.
    func push(_ header: Header, _ write: (inout MutableRawSpan) -> Int) -> Bool {
        let end = tail.load(ordering: .relaxed)
        guard !isFull else { return false }
        let index = end & (capacity - 1)
        var slot = unsafe MutableRawSpan(
            _unsafeStart: memory + index * slotByteCount, byteCount: slotByteCount)
        let byteCount = write(&slot)
        precondition(byteCount >= 0 && byteCount <= slotByteCount)
        unsafe headers[index] = (header, byteCount)
        tail.store(end + 1, ordering: .releasing)
        return true
    }

    /// Consumer: lends the oldest frame to `body` and removes it. False when there is none.
    func pop(_ body: (Header, RawSpan) -> Void) -> Bool {
        let start = head.load(ordering: .relaxed)
        guard start != tail.load(ordering: .acquiring) else { return false }
        let index = start & (capacity - 1)
        let (header, byteCount) = unsafe headers[index]
        body(header, unsafe RawSpan(_unsafeStart: memory + index * slotByteCount, byteCount: byteCount))
        head.store(start + 1, ordering: .releasing)
        return true
    }
}
