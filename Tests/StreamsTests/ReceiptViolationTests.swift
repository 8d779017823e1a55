import Basics
import Testing

@testable import Streams

/// A receipt for what was never sent closes the session (PROTOCOL §4, RFC 9000 §21.4).
@Suite struct ReceiptViolationTests {
    private typealias H = LedgerHarness
    private func unsent(_ counter: UInt32, epoch: UInt32 = 0) -> StreamViolation {
        .receiptOfUnsent(PacketNumber(epoch: epoch, counter: counter))
    }

    @Test func receiptOfASkippedCounterIsAViolation() {
        var h = H()
        for counter in [0, 1, 3, 4] as [UInt32] { h.send(counter, at: 0) }
        #expect(throws: unsent(2)) { try h.acknowledge([0, 1, 2, 3, 4], at: 20) }
    }

    @Test func soItIsWhenAllAroundItHasBeenSettled() throws {
        var h = H()
        for counter in [0, 1, 3, 4] as [UInt32] { h.send(counter, at: 0) }
        try h.acknowledge([0, 1, 3, 4], at: 20)
        #expect(h.ledger.packets.isEmpty)
        try h.acknowledge([0, 1, 3], at: 21)  // reports repeat themselves
        #expect(throws: unsent(2)) { try h.acknowledge([2], at: 22) }
    }

    @Test func soItIsAtTheBeginningOfAKey() {
        var h = H()
        h.send(2, at: 0)
        h.send(5, epoch: 1, at: 0)
        #expect(throws: unsent(1)) { try h.acknowledge([1], at: 20) }
        #expect(throws: unsent(4, epoch: 1)) { try h.acknowledge([4], epoch: 1, at: 20) }
    }

    @Test func receiptOfTheFutureIsAViolation() {
        var h = H()
        #expect(throws: StreamViolation.receiptOfUnknownEpoch(0)) { try h.acknowledge([0], at: 20) }
        h.send(0, at: 0)
        #expect(throws: unsent(1)) { try h.acknowledge([0, 1], at: 20) }
        #expect(throws: unsent(.max - 1)) { try h.acknowledge([.max - 1], at: 20) }
    }

    @Test func soItIsThroughTheWholeSession() throws {
        var delivery = Delivery(side: .initiator)
        let path = PathID(rawValue: 1), now = Instant(nanoseconds: 1)
        for counter in [0, 1, 2, 9] as [UInt32] {
            delivery.sent(.media, as: PacketNumber(epoch: 0, counter: counter), byteCount: 100, on: path, at: now)
        }
        let good: [UInt8] = [1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0x80]
        var acknowledged: [PathID] = []
        try delivery.handle(receipts: good.rawSpan, at: now) { path, _ in acknowledged.append(path) }
        #expect(acknowledged == [path])
        var bad = good
        bad[2] = 4
        #expect(throws: unsent(4)) { try delivery.handle(receipts: bad.rawSpan, at: now) { _, _ in } }
    }
}
