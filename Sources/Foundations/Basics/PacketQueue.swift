/// Packets waiting to be sent, each with a tag that says where to: fixed memory, no allocation per packet.
///
/// The memory is `capacity` slots of `slotByteCount` bytes, taken once. `append` writes a packet in place; `firstPacket`
/// lends the oldest one.
@safe
public struct PacketQueue<Tag>: ~Copyable {
    /// The largest packet: an Ethernet frame's worth.
    public static var slotByteCount: Int { 1_536 }

    private let memory: UnsafeMutableRawPointer
    private var tags: [Tag?]
    private var byteCounts: [Int]
    private var head = 0
    /// Packets in the queue.
    public private(set) var count = 0

    /// An empty queue for at most `capacity` packets.
    public init(capacity: Int) {
        precondition(capacity > 0)
        unsafe memory = .allocate(byteCount: capacity * Self.slotByteCount, alignment: 64)
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: capacity * Self.slotByteCount)
        tags = Array(repeating: nil, count: capacity)
        byteCounts = Array(repeating: 0, count: capacity)
    }

    deinit { unsafe memory.deallocate() }

    /// Whether there is no packet.
    public var isEmpty: Bool { count == 0 }
    /// Whether there is no room.
    public var isFull: Bool { count == tags.count }

    /// Lends a free slot to `write`, which answers how many bytes the packet has, or nil to leave the queue as it was.
    /// False when there was no room or nothing was written.
    @discardableResult
    public mutating func append<E: Error>(
        _ tag: Tag, _ write: (inout MutableRawSpan) throws(E) -> Int?
    ) throws(E) -> Bool {
        guard !isFull else { return false }
        let index = (head + count) % tags.count
        var slot = unsafe MutableRawSpan(
            _unsafeStart: memory + index * Self.slotByteCount, byteCount: Self.slotByteCount)
        guard let byteCount = try write(&slot) else { return false }
        precondition(byteCount <= Self.slotByteCount)
        tags[index] = tag
        byteCounts[index] = byteCount
        count += 1
        return true
    }

    /// The oldest packet's tag; nil when there is none.
    public var first: Tag? { isEmpty ? nil : tags[head] }

    /// The oldest packet. Precondition: there is one.
    public var firstPacket: RawSpan {
        @_lifetime(borrow self)
        get {
            precondition(count > 0)
            let packet = unsafe RawSpan(_unsafeStart: memory + head * Self.slotByteCount, byteCount: byteCounts[head])
            return unsafe _overrideLifetime(packet, borrowing: self)
        }
    }

    /// Removes the oldest packet. Precondition: there is one.
    public mutating func removeFirst() {
        precondition(count > 0)
        tags[head] = nil
        head = (head + 1) % tags.count
        count -= 1
    }
}
