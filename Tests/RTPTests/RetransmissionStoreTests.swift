import Basics
import TestSupport
import Testing

@testable import RTP

@Suite struct RetransmissionStoreTests {
    private static func sequence(_ number: Int) -> SequenceNumber {
        SequenceNumber(rawValue: UInt16(truncatingIfNeeded: number))
    }

    @Test func aPacketIsSentAgainOnceInARoundTrip() {
        var store = RetransmissionStore()
        store.roundTrip = .milliseconds(80)
        store.sent(Self.sequence(7), packet: 70, pictureID: PictureID(9), byteCount: 1_000, at: .zero)
        var answers: [Int] = []
        for millisecond in 0..<240 {
            let packet = store.requested(Self.sequence(7), oldest: 0, at: .zero + .milliseconds(millisecond))
            if let packet {
                answers.append(millisecond)
                #expect(packet.packet == 70 && packet.pictureID == PictureID(9))
            }
        }
        #expect(answers == [0, 80, 160])
        #expect(store.statistics.tooSoon == 237)
    }

    @Test func whatIsUnknownOldOrOverwrittenIsNotSent() {
        var store = RetransmissionStore()
        for number in 0..<2_000 {
            store.sent(
                Self.sequence(number), packet: number, pictureID: PictureID(0), byteCount: 1_000,
                at: .zero + .milliseconds(number))
        }
        let now: Instant = .zero + .milliseconds(2_000)
        var known: [Int] = []
        for number in 0..<70_000 where store.requested(Self.sequence(number), oldest: 1_990, at: now) != nil {
            known.append(number)
        }
        #expect(known == Array(1_990..<2_000), "the caller has the bytes of no more, and each is sent once")
        var old: [Int] = []
        for number in 0..<1_990 where store.requested(Self.sequence(number), oldest: 0, at: now) != nil {
            old.append(number)
        }
        #expect(old.first == 976, "the store remembers 1,024, and the budget pays for some")
        let muchLater: Instant = .zero + .milliseconds(1_999 + 1_101)
        #expect(store.requested(Self.sequence(1_999), oldest: 0, at: muchLater) == nil)
    }

    @Test func whoAsksForEverythingGetsHalfAsMuchAgainAtMost() {
        var store = RetransmissionStore()
        store.roundTrip = .milliseconds(1)
        var sentByteCount = 0
        for number in 0..<20_000 {
            let now: Instant = .zero + .milliseconds(number)
            store.sent(Self.sequence(number), packet: number, pictureID: PictureID(0), byteCount: 1_000, at: now)
            sentByteCount += 1_000
            for back in 0..<50 { _ = store.requested(Self.sequence(number - back), oldest: 0, at: now) }
        }
        let again = store.statistics.sentAgainByteCount
        #expect(again <= sentByteCount / 2 + RetransmissionStore.budgetBurst)
        #expect(again > sentByteCount / 3, "but that it gets")
        #expect(store.statistics.overBudget > 0)
    }
}
