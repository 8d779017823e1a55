internal import Basics

/// Datagrams on their way, in the order in which they were put in: a fixed number of slots, as a socket's buffer has.
struct DatagramBox {
    private static let slotByteCount = 1_536

    private var bytes: [UInt8]
    private var counts: [Int]
    private var first = 0, end = 0

    /// Room for `capacity` datagrams.
    init(capacity: Int) {
        bytes = Array(repeating: 0, count: capacity * Self.slotByteCount)
        counts = Array(repeating: 0, count: capacity)
    }

    /// Puts one in. Precondition: there is room.
    mutating func append(_ datagram: RawSpan) {
        precondition(end < counts.count)
        for offset in 0..<datagram.byteCount {
            bytes[end * Self.slotByteCount + offset] = datagram.byte(at: offset)
        }
        counts[end] = datagram.byteCount
        end += 1
    }

    /// Takes the oldest out and lends it, to be changed in place; false when there is none.
    mutating func lendFirst(_ body: (inout MutableRawSpan) -> Void) -> Bool {
        guard first < end else {
            (first, end) = (0, 0)
            return false
        }
        let start = first * Self.slotByteCount, count = counts[first]
        var all = bytes.mutableRawSpan
        var datagram = all._mutatingExtracting(start..<start + count)
        body(&datagram)
        first += 1
        return true
    }
}
