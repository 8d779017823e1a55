import Basics
import Testing

@testable import Streams

/// RFC 9002 §7.
@Suite struct CongestionTests {
    private typealias H = LedgerHarness
    private let mss = NewReno.datagramByteCount

    private func acknowledge(_ reno: inout NewReno, _ byteCount: Int, sentAt: Int = 1, isLimitedByUse: Bool = false) {
        reno.acknowledged(
            byteCount: byteCount, sentAt: H.time(sentAt), isLimitedByUse: isLimitedByUse, roundTrip: RTTEstimator(),
            at: H.time(sentAt + 10))
    }

    @Test func slowStartDoublesAWindowARoundTrip() {
        var reno = NewReno()
        #expect(reno.window == 10 * mss)
        for _ in 0..<10 { acknowledge(&reno, mss) }
        #expect(reno.window == 20 * mss)
    }

    @Test func lossHalvesTheWindowOnceARoundTrip() {
        var reno = NewReno()
        reno.lost(newestSentAt: H.time(5), isPersistent: false, at: H.time(20))
        #expect(reno.window == 5 * mss)
        reno.lost(newestSentAt: H.time(20), isPersistent: false, at: H.time(25))
        #expect(reno.window == 5 * mss)
        acknowledge(&reno, 100 * mss, sentAt: 19)  // sent before the loss was seen
        #expect(reno.window == 5 * mss)
        reno.lost(newestSentAt: H.time(21), isPersistent: false, at: H.time(40))
        #expect(reno.window == 5 * mss / 2)
        for time in 5..<30 {
            reno.lost(newestSentAt: H.time(time * 10), isPersistent: false, at: H.time(time * 10 + 5))
        }
        #expect(reno.window == 2 * mss)
    }

    @Test func avoidanceGrowsByADatagramAWindow() {
        var reno = NewReno()
        reno.lost(newestSentAt: H.time(5), isPersistent: false, at: H.time(20))
        for _ in 0..<5 { acknowledge(&reno, mss, sentAt: 30) }
        #expect(reno.window == 6 * mss)
        for _ in 0..<6 { acknowledge(&reno, mss, sentAt: 50) }
        #expect(reno.window == 7 * mss)
    }

    @Test func unusedWindowDoesNotGrow() {
        var reno = NewReno()
        acknowledge(&reno, mss, isLimitedByUse: true)
        #expect(reno.window == 10 * mss)
    }

    /// The example of RFC 9002 §7.6.3, in milliseconds: nothing comes through between 1 s and 12 s.
    @Test func outageIsPersistentCongestion() throws {
        var h = H(), counter = UInt32(0)
        for second in -40 ..< -1 {  // settles the round trip at 1 s, with no deviation
            h.send(counter, at: second * 1_000)
            try h.acknowledge([counter], at: second * 1_000 + 1_000)
            counter += 1
        }
        let first = counter
        h.send(first, at: 0)
        h.send(first + 1, at: 1_000)
        try h.acknowledge([first], at: 1_200)
        for number in 2...6 { h.send(first + UInt32(number), at: number * 1_000) }
        h.send(first + 7, at: 8_000)
        h.send(first + 8, at: 12_000)
        #expect(h.ledger.paths[0].controller.window > 2 * mss)
        try h.acknowledge([first + 8], at: 12_200)
        #expect(h.lost.count == 7)
        #expect(h.ledger.paths[0].controller.window == 2 * mss)
    }

    @Test func lossesAroundAnAcknowledgedPacketAreNotPersistent() throws {
        var h = H()
        for counter in UInt32(0)..<5 { h.send(counter, at: Int(counter)) }
        try h.acknowledge([0, 1, 2, 3, 4], at: 20)
        for (counter, time) in zip(UInt32(5)..., [100, 300, 500, 700, 900, 1_000, 1_001, 1_002]) {
            h.send(counter, at: time)
        }
        try h.acknowledge([7, 9, 12], at: 1_030)
        #expect(h.lost == H.frames(5, 6, 8))
        #expect(h.ledger.paths[0].controller.window > 2 * mss)
    }

    @Test func streamsStayWithinTheWindowAndMediaCounts() throws {
        var delivery = Delivery(side: .initiator)
        let path = PathID(rawValue: 1), now = H.time(1)
        let id = try delivery.streams.open(.file)
        _ = try delivery.streams.write([UInt8](repeating: 7, count: 100_000).rawSpan, to: id)
        for counter in UInt32(0)..<4 {
            delivery.sent(.media, as: PacketNumber(epoch: 0, counter: counter), byteCount: 1_200, on: path, at: now)
        }
        var counter = UInt32(4), payload = [UInt8](repeating: 0, count: 1_176)
        for step in 0..<100 {
            var span = payload.mutableRawSpan
            let later = now + .milliseconds(Int64(step))
            while let draft = delivery.writePacket(into: &span, on: path, sending: .all, at: later) {
                let number = PacketNumber(epoch: 0, counter: counter)
                delivery.sent(draft, as: number, byteCount: 1_200, on: path, at: later)
                counter += 1
            }
        }
        #expect(counter == 10)
        #expect(delivery.statistics(of: path)?.inFlight == 12_000)
    }

    @Test func pacerSpreadsWhatIsBeyondABurst() throws {
        var pacer = Pacer(), now = H.time(0), sent = 0
        // A window of 40 datagrams a round trip of 100 ms, at 5/4 of it: one in 2 ms after a burst of ten.
        while now < H.time(100) {
            if let later = pacer.delay(mss, window: 40 * mss, roundTrip: .milliseconds(100), at: now) {
                #expect(later > now)
                now = later
            } else {
                pacer.sent(mss)
                sent += 1
            }
        }
        #expect((58...61).contains(sent))
    }

    @Test func pacedTransferWakesUpAndFinishes() throws {
        var harness = Harness(seed: 3, faults: LinkFaults(delay: .milliseconds(100)))
        let id = try harness.a.delivery.streams.open(.file), bytes = sample(600_000, seed: 2)
        harness.a.send(bytes, on: id)
        let begin = harness.now
        try harness.run()
        #expect(harness.b.bytes[id] == bytes)
        #expect(harness.now - begin < .seconds(3))
        #expect(harness.mostInTransit < 600)
    }
}
