import Basics

/// The pieces of the frames that were sent of late, kept once for all receivers, so that they can be sent again.
///
/// The memory is `capacity` slots of `VideoPieceStore.maximumPayload` bytes, taken once; nothing is allocated after `init`.
/// Pieces have running numbers, the first 0.
@safe
public struct VideoPieceStore: ~Copyable {
    /// The largest payload, descriptor included: it fits a datagram even when it is sent again (PROTOCOL §9).
    public static let maximumPayload = 1_162
    /// Pieces that are kept: 1.2 MB, or 1 s at 9 Mbit/s.
    public static let capacity = RetransmissionStore.capacity

    /// The number of the next piece.
    public private(set) var next = 0

    private struct Slot {
        /// What goes before the piece; each receiver has a PictureID of its own.
        var descriptor = VP8Descriptor()
        var byteCount = 0
        var mediaTime: UInt32 = 0
        var isLast = false
    }

    private let memory: UnsafeMutableRawPointer
    private var slots = [Slot](repeating: Slot(), count: capacity)

    /// Nothing sent yet.
    public init() {
        unsafe memory = .allocate(byteCount: Self.capacity * Self.maximumPayload, alignment: 64)
    }

    deinit { unsafe memory.deallocate() }

    /// The oldest piece that is still here.
    public var oldest: Int { max(0, next - Self.capacity) }

    /// Cuts `frame` into pieces and keeps them in place of the oldest; answers their numbers. Of a frame with more than
    /// `capacity` pieces none is kept. Precondition: the frame has a byte at least.
    public mutating func append(_ frame: RawSpan, _ descriptor: VP8Descriptor, mediaTime: UInt32) -> Range<Int> {
        var descriptor = descriptor
        descriptor.pictureID = PictureID(0)  // takes the room of any other
        let packetizer = VP8Packetizer(
            frameByteCount: frame.byteCount, descriptor, maximumByteCount: Self.maximumPayload)
        guard packetizer.count <= Self.capacity else { return next..<next }
        let first = next
        for index in 0..<packetizer.count {
            let piece = frame.extracting(packetizer.range(of: index))
            slots[next % Self.capacity] = Slot(
                descriptor: packetizer.descriptor(of: index), byteCount: piece.byteCount, mediaTime: mediaTime,
                isLast: packetizer.isLast(index))
            copy(piece, to: next % Self.capacity)
            next += 1
        }
        return first..<next
    }

    /// Bytes of the payload of piece `number`. Precondition: the piece is here.
    public func payloadByteCount(of number: Int) -> Int {
        let slot = slot(number)
        return slot.descriptor.byteCount + slot.byteCount
    }

    /// When the frame of piece `number` was due, on the clock of the source. Precondition: the piece is here.
    public func mediaTime(of number: Int) -> UInt32 { slot(number).mediaTime }

    /// Whether piece `number` is the last of its frame. Precondition: the piece is here.
    public func isLast(_ number: Int) -> Bool { slot(number).isLast }

    /// Writes the payload of piece `number` from `offset` on, for a receiver who knows its frame as `pictureID`.
    /// Precondition: it is here, and fits.
    public func write(_ number: Int, as pictureID: PictureID, to packet: inout MutableRawSpan, at offset: Int) {
        let slot = slot(number)
        var descriptor = slot.descriptor
        descriptor.pictureID = pictureID
        descriptor.write(to: &packet, at: offset)
        let piece = unsafe RawSpan(
            _unsafeStart: memory + (number % Self.capacity) * Self.maximumPayload, byteCount: slot.byteCount)
        packet.write(piece, at: offset + descriptor.byteCount)
    }

    private func slot(_ number: Int) -> Slot {
        precondition(number >= oldest && number < next)
        return slots[number % Self.capacity]
    }

    private func copy(_ piece: RawSpan, to index: Int) {
        unsafe piece.withUnsafeBytes { bytes in
            guard let source = bytes.baseAddress else { return }
            unsafe (memory + index * Self.maximumPayload).copyMemory(from: source, byteCount: bytes.count)
        }
    }
}
