internal import Basics

/// The bytes of packets that wait in a playout buffer, by the slots that it names.
@safe
struct PacketStore: ~Copyable {
    static let slotByteCount = FrameRing<IncomingFrame>.slotByteCount

    private let memory: UnsafeMutableRawPointer
    private var byteCounts: [Int]

    /// Room for `slotCount` packets.
    init(slotCount: Int) {
        unsafe memory = .allocate(byteCount: slotCount * Self.slotByteCount, alignment: 64)
        byteCounts = Array(repeating: 0, count: slotCount)
    }

    deinit { unsafe memory.deallocate() }

    /// Copies `bytes` into `slot`. Precondition: they fit.
    mutating func store(_ bytes: RawSpan, in slot: Int) {
        precondition(bytes.byteCount <= Self.slotByteCount)
        byteCounts[slot] = bytes.byteCount
        unsafe bytes.withUnsafeBytes { bytes in
            guard let source = bytes.baseAddress else { return }
            unsafe (memory + slot * Self.slotByteCount).copyMemory(from: source, byteCount: bytes.count)
        }
    }

    /// What `slot` holds.
    func withPacket<R>(in slot: Int, _ body: (RawSpan) -> R) -> R {
        body(unsafe RawSpan(_unsafeStart: memory + slot * Self.slotByteCount, byteCount: byteCounts[slot]))
    }
}
