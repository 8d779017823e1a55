import Basics
import CShims
import Platform

/// The memory that datagrams are received into: a batch of slots, taken once.
@safe
struct DatagramSlots: ~Copyable {
    private let bytes: UnsafeMutablePointer<UInt8>
    private let headers: UnsafeMutablePointer<parley_datagram>
    private static let capacity = Int(PARLEY_DATAGRAM_BATCH)
    private static let slotByteCount = Int(PARLEY_DATAGRAM_SLOT)

    init() {
        unsafe bytes = .allocate(capacity: Self.capacity * Self.slotByteCount)
        unsafe bytes.initialize(repeating: 0, count: Self.capacity * Self.slotByteCount)
        unsafe headers = .allocate(capacity: Self.capacity)
        unsafe headers.initialize(repeating: parley_datagram(), count: Self.capacity)
    }

    deinit {
        unsafe bytes.deallocate()
        unsafe headers.deallocate()
    }

    /// Receives what has arrived on `socket`, at most as much as there are slots; how many datagrams that was.
    mutating func fill(from socket: borrowing Descriptor) -> Int {
        max(0, unsafe Int(parley_receive_datagrams(socket.rawValue, bytes, headers)))
    }

    /// The header of the datagram at `index` below what `fill` answered.
    func header(_ index: Int) -> parley_datagram {
        precondition((0..<Self.capacity).contains(index))
        return unsafe headers[index]
    }

    /// Lends the bytes of the datagram at `index`.
    mutating func withBytes(_ index: Int, _ body: (inout MutableRawSpan) -> Void) {
        let byteCount = min(Int(header(index).byte_count), Self.slotByteCount)
        var span = unsafe MutableRawSpan(
            _unsafeStart: UnsafeMutableRawPointer(bytes + index * Self.slotByteCount), byteCount: byteCount)
        body(&span)
    }
}
