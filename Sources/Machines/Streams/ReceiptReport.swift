internal import Basics

/// A plaintext of kind 0x01: which packets of one key epoch have arrived, and when (PROTOCOL §3, after RFC 8888 §3.1).
///
/// ```
///  0  1  0x01
///  1  1  epoch           low 8 bits of the key epoch of the reported packets
///  2  4  base            counter of the first reported packet
///  6  2  count           reported packets, 1 to 512; no other bytes follow them
///  8  4  report time     clock of the reporter in 1/65,536 s, modulo 2^32
/// 12  2  packet `base`, then the next counters: bit 15 arrived | bits 13–14 zero (ECN, unused) | bits 0–12 offset
/// ```
///
/// Little-endian. The offset says how long before the report time the packet came, in 1/1024 s; 8,190: that long or
/// longer. It is 0 for a packet that has not arrived.
public struct ReceiptReport: ~Escapable {
    /// Low 8 bits of the key epoch.
    public let epoch: UInt8
    /// Counter of the first reported packet.
    public let base: UInt32
    /// Number of reported packets.
    public let count: Int
    /// The reporter's clock in 1/65,536 s.
    public let time: UInt32
    private let entries: RawSpan

    static let headerByteCount = 12
    /// The most packets in one report.
    static let capacity = 512
    /// The offset that means "that long or longer".
    static let longestOffset: UInt16 = 8_190

    /// Reads a report, its first byte included.
    @_lifetime(copy plaintext)
    public init(parsing plaintext: RawSpan) throws(StreamViolation) {
        var reader = ByteReader(plaintext)
        do throws(Truncated) {
            guard try reader.uint8() == PlaintextKind.receipts else { throw Truncated(have: 0, need: 0) }
            epoch = try reader.uint8()
            base = try reader.littleEndian(UInt32.self)
            count = Int(try reader.littleEndian(UInt16.self))
            time = try reader.littleEndian(UInt32.self)
            entries = try reader.take(2 * count)
        } catch {
            throw .malformed
        }
        guard reader.isAtEnd, (1...Self.capacity).contains(count), base <= UInt32.max - UInt32(count - 1)
        else { throw .malformed }
    }

    /// How long before the report packet `base + index` came; nil when it has not. Precondition: `index` is below `count`.
    public func age(at index: Int) -> Duration? {
        precondition(index >= 0 && index < count)
        let entry = UInt16(entries.byte(at: 2 * index)) | UInt16(entries.byte(at: 2 * index + 1)) << 8
        guard entry & 0x8000 != 0 else { return nil }
        return .nanoseconds(Int64(entry & 0x1FFF) * 1_000_000_000 / 1_024)
    }

    /// Whether the report, which is about `epoch`, says that packet `number` has arrived.
    func acknowledges(_ number: PacketNumber, epoch: UInt32) -> Bool {
        guard number.epoch == epoch, number.counter >= base, number.counter - base < count else { return false }
        return age(at: Int(number.counter - base)) != nil
    }
}
