import Basics

@testable import Streams

/// The ledger with an owner that writes down what it is told.
struct LedgerHarness {
    struct Owner: SentFrameOwner {
        var acknowledged: [SentFrame] = [], lost: [SentFrame] = []
        mutating func acknowledged(_ frame: SentFrame) { acknowledged.append(frame) }
        mutating func lost(_ frame: SentFrame) { lost.append(frame) }
    }

    var ledger = SentPackets(controller: NewReno.self)
    var owner = Owner()
    static let path = PathID(rawValue: 1), second = PathID(rawValue: 2)

    /// Sends packet `counter`, which carries one frame that can be told from the others.
    mutating func send(
        _ counter: UInt32, epoch: UInt32 = 0, on path: PathID = path, asks: Bool = true, at milliseconds: Int
    ) {
        ledger.record(
            PacketNumber(epoch: epoch, counter: counter), carrying: asks ? [Self.frame(counter)] : [],
            asksForReceipt: asks, byteCount: 1_000, on: path, owner: &owner, at: Self.time(milliseconds))
    }

    /// A report that packets `counters` have come, without any wait.
    mutating func acknowledge(
        _ counters: Set<UInt32>, epoch: UInt32 = 0, at milliseconds: Int
    ) throws(StreamViolation) {
        guard let base = counters.min(), let last = counters.max() else { return }
        var writer = ByteWriter()
        writer.append([PlaintextKind.receipts, UInt8(truncatingIfNeeded: epoch)])
        writer.littleEndian(base)
        writer.littleEndian(UInt16(last - base + 1))
        writer.littleEndian(UInt32(0))
        for counter in base...last { writer.littleEndian(UInt16(counters.contains(counter) ? 0x8000 : 0)) }
        let report = try ReceiptReport(parsing: writer.bytes.rawSpan)
        _ = try ledger.handle(report, owner: &owner, at: Self.time(milliseconds))
    }

    mutating func timeout(at milliseconds: Int) -> Int { ledger.timeout(owner: &owner, at: Self.time(milliseconds)) }

    var lost: [SentFrame] {
        mutating get {
            defer { owner.lost = [] }
            return owner.lost
        }
    }

    static func frame(_ counter: UInt32) -> SentFrame {
        .stream(.control, offset: Int(counter), byteCount: 1, isFinal: false)
    }
    static func frames(_ counters: UInt32...) -> [SentFrame] { counters.map(frame) }
    static func time(_ milliseconds: Int) -> Instant { Instant(nanoseconds: Int64(milliseconds) * 1_000_000) }
}
