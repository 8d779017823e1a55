import Basics
import CShims
import Platform

/// The memory that datagrams are received into: a batch of slots, taken once.
@safe
struct DatagramSlots: ~Copyable {
    private let batch: OpaquePointer
    private var count = 0

    init() {
        guard let batch = unsafe parley_datagram_batch_new() else { preconditionFailure("no memory for datagrams") }
        unsafe self.batch = batch
    }

    deinit { unsafe parley_datagram_batch_free(batch) }

    /// Receives what has arrived on `socket`, at most as much as there are slots; how many datagrams that was. All of
    /// them must be taken before the next time.
    mutating func fill(from socket: borrowing Descriptor) -> Int {
        count = max(0, unsafe Int(parley_receive_datagrams(socket.rawValue, batch)))
        return count
    }

    /// What is known of the datagram at `index` below what `fill` answered.
    mutating func take(_ index: Int) -> parley_datagram {
        precondition((0..<count).contains(index))
        return unsafe parley_take_datagram(batch, Int32(index))
    }

    /// Lends its bytes, as many as there are of `datagram`.
    @_lifetime(&self)
    mutating func bytes(of datagram: parley_datagram, at index: Int) -> MutableRawSpan {
        precondition((0..<count).contains(index))
        let byteCount = min(Int(datagram.byte_count), Int(PARLEY_DATAGRAM_SLOT))
        let bytes = unsafe MutableRawSpan(
            _unsafeStart: parley_datagram_bytes(batch, Int32(index)), byteCount: byteCount)
        return unsafe _overrideLifetime(bytes, mutating: &self)
    }
}
