import Basics
import Testing

@testable import Streams

/// RFC 9002 §6 over receipts.
@Suite struct LossDetectionTests {
    private typealias H = LedgerHarness

    @Test func packetIsLostWhenOneThreeLaterHasCome() throws {
        var h = H()
        for counter in UInt32(0)..<6 { h.send(counter, at: Int(counter)) }
        try h.acknowledge([2], at: 50)
        #expect(h.lost == [])  // two later is reordering
        try h.acknowledge([3], at: 51)
        #expect(h.lost == H.frames(0))
        try h.acknowledge([4, 5], at: 52)
        #expect(h.lost == H.frames(1))
        #expect(h.owner.acknowledged == H.frames(2, 3, 4, 5))
        #expect(h.ledger.packets.isEmpty)
        #expect(h.ledger.paths[0].inFlightByteCount == 0 && h.ledger.paths[0].inFlightCount == 0)
    }

    @Test func packetIsLostNineEighthsOfARoundTripAfterItLeft() throws {
        var h = H()
        h.send(0, at: 0)
        h.send(1, at: 0)
        try h.acknowledge([1], at: 80)
        #expect(h.lost == [])
        #expect(h.ledger.nextTimeout == H.time(90))
        #expect(h.timeout(at: 89) == 0)
        #expect(h.lost == [])
        #expect(h.timeout(at: 90) == 0)
        #expect(h.lost == H.frames(0))
        #expect(h.ledger.nextTimeout == .distantFuture)
    }

    @Test func skippedCountersAreNoLossAndNoReordering() throws {
        var h = H()
        h.send(0, at: 0)
        h.send(40, at: 0)
        h.send(41, at: 0)
        try h.acknowledge([41], at: 20)
        #expect(h.lost == [])
    }

    @Test func reorderingAcrossPathsIsNoLoss() throws {
        var h = H()
        h.send(0, on: H.second, at: 0)
        for counter in UInt32(1)..<10 { h.send(counter, at: 0) }
        try h.acknowledge(Set(1..<10), at: 20)
        #expect(h.lost == [])
        #expect(h.ledger.paths.first { $0.id == H.second }?.roundTrip.latest == nil)
        try h.acknowledge([0], at: 300)
        #expect(h.ledger.paths.first { $0.id == H.second }?.roundTrip.latest == .milliseconds(300))
        #expect(h.ledger.paths.first { $0.id == H.path }?.roundTrip.latest == .milliseconds(20))
    }

    @Test func probeIsAskedForAndBacksOff() throws {
        var h = H()
        h.send(0, at: 0)
        try h.acknowledge([0], at: 20)  // srtt 20, rttvar 10: a probe after 20 + 40 + 50
        h.send(1, at: 100)
        #expect(h.ledger.nextTimeout == H.time(210))
        #expect(h.timeout(at: 209) == 0)
        #expect(h.timeout(at: 210) == 1)
        #expect(h.lost == H.frames(1))  // given back to be sent again, and still awaited
        #expect(h.ledger.paths[0].inFlightCount == 1)
        h.send(2, at: 210)
        #expect(h.ledger.nextTimeout == H.time(210 + 220))
        #expect(h.timeout(at: 430) == 1)
        #expect(h.ledger.nextTimeout == H.time(430 + 440))
        try h.acknowledge([2], at: 500)
        #expect(h.ledger.paths[0].probeCount == 0)
    }

    @Test func packetsOnADesertedPathAreLostInsteadOfProbedFor() throws {
        var h = H()
        for counter in UInt32(0)..<3 { h.send(counter, on: H.second, at: 0) }
        h.send(3, at: 1)
        try h.acknowledge([3], at: 20)
        #expect(h.lost == [])
        let next = Int(h.ledger.nextTimeout.nanoseconds / 1_000_000)
        #expect(h.timeout(at: next) == 0)
        #expect(h.lost == H.frames(0, 1, 2))
        #expect(h.ledger.nextTimeout == .distantFuture)
    }

    @Test func probesAreNeverRarerThanTwoSeconds() {
        var h = H(), now = 0
        h.send(0, at: 0)
        for _ in 0..<12 {
            let next = Int(h.ledger.nextTimeout.nanoseconds / 1_000_000)
            #expect(next - now <= 2_000)
            #expect(h.timeout(at: next) == 1)
            now = next
        }
    }

    @Test func packetsThatAskForNothingAreNeitherAwaitedNorKeptForEver() {
        var h = H()
        for counter in UInt32(0)..<10_000 { h.send(counter, asks: false, at: Int(counter)) }
        #expect(h.ledger.nextTimeout == .distantFuture)
        #expect(h.ledger.packets.count <= 3_002)
        #expect(h.ledger.paths[0].inFlightByteCount == 0)
    }

    @Test func ledgerIsBoundedAndGivesBackWhatItForgets() {
        var h = H()
        for counter in UInt32(0)..<10_000 { h.send(counter, at: 0) }
        #expect(h.ledger.packets.count == SentPackets.capacity)
        #expect(h.lost.count == 10_000 - SentPackets.capacity)
        #expect(h.ledger.paths[0].inFlightCount == SentPackets.capacity)
    }

    @Test func lateReceiptOfALostPacketIsCounted() throws {
        var h = H()
        for counter in UInt32(0)..<6 { h.send(counter, at: 0) }
        try h.acknowledge([5], at: 20)
        #expect(h.lost == H.frames(0, 1, 2))
        h.send(6, at: 21)
        try h.acknowledge([1, 2, 3, 4], at: 22)
        #expect(h.owner.acknowledged == H.frames(5, 3, 4))
        try h.acknowledge([6], at: 44)
        #expect(h.ledger.paths[0].statistics.lost == 3)
    }

    @Test func abandonedPathGivesAllBack() throws {
        var h = H()
        h.send(0, at: 0)
        h.send(1, on: H.second, at: 0)
        h.ledger.abandon(H.path, owner: &h.owner)
        #expect(h.lost == H.frames(0))
        try h.acknowledge([0, 1], at: 9)  // one came all the same
        #expect(h.owner.acknowledged == H.frames(0, 1))
        #expect(h.ledger.paths.map(\.id) == [H.second])
    }

    @Test func keyEpochsFollowOneAnother() throws {
        var h = H()
        for counter in UInt32(0)..<4 { h.send(counter, epoch: 255, at: 0) }
        for counter in UInt32(0)..<4 { h.send(counter, epoch: 256, at: 1) }
        try h.acknowledge([0, 1, 2, 3], epoch: 256, at: 20)
        #expect(h.lost.count == 4)
        #expect(throws: StreamViolation.receiptOfUnknownEpoch(1)) { try h.acknowledge([0], epoch: 257, at: 21) }
        #expect(throws: StreamViolation.receiptOfUnknownEpoch(128)) { try h.acknowledge([0], epoch: 128, at: 21) }
        try h.acknowledge([2], epoch: 255, at: 22)
    }

    @Test func voidedEpochIsLostAndBeginsAnew() throws {
        var h = H()
        h.send(0, epoch: 1, at: 0)
        for counter in [0, 1, 3] as [UInt32] { h.send(counter, epoch: 2, at: 1) }
        h.ledger.void(epoch: 2, owner: &h.owner)
        #expect(h.lost == H.frames(0, 1, 3))
        #expect(h.ledger.paths[0].inFlightCount == 1)
        for counter in UInt32(0)..<3 { h.send(counter, epoch: 2, at: 2) }
        try h.acknowledge([0, 1, 2], epoch: 2, at: 20)
        #expect(h.owner.acknowledged == H.frames(0, 1, 2))
        #expect(h.lost == H.frames(0))
        #expect(h.ledger.packets.isEmpty)
    }

    @Test func packetOfAnotherKeyOfAnEpochVoidsTheFirst() throws {
        var h = H()
        h.send(0, epoch: 1, at: 0)
        for counter in [0, 1] as [UInt32] { h.send(counter, epoch: 2, at: 1) }
        h.send(0, epoch: 1, at: 2)
        #expect(h.lost == H.frames(0, 0, 1))
        h.send(1, epoch: 1, at: 2)
        try h.acknowledge([0, 1], epoch: 1, at: 20)
        #expect(h.owner.acknowledged == H.frames(0, 1))
    }

    @Test func firstEpochCanBeVoidedToo() throws {
        var h = H()
        h.send(4, at: 0)
        h.ledger.void(epoch: 0, owner: &h.owner)
        h.send(0, at: 1)
        h.send(1, at: 1)
        try h.acknowledge([0, 1], at: 20)
        #expect(h.owner.acknowledged == H.frames(0, 1))
    }

    @Test func paddingMayBeEnteredLate() throws {
        var h = H()
        for counter in [0, 1, 6] as [UInt32] { h.send(counter, at: 0) }
        h.send(3, asks: false, at: 1)
        try h.acknowledge([0, 1, 3, 6], at: 20)
        for skipped in [2, 4, 5] as [UInt32] {
            #expect(throws: StreamViolation.receiptOfUnsent(PacketNumber(epoch: 0, counter: skipped))) {
                try h.acknowledge([skipped], at: 21)
            }
        }
    }
}
