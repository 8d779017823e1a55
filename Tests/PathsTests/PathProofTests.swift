import Basics
import Paths
import TestSupport
import Testing

/// A path proves itself by a challenge answered between the same ends (PROTOCOL §4).
@Suite struct PathProofTests {
    @Test func answeredChallengeProvesThePath() throws {
        let h = PathHarness()
        let path = try h.add()
        #expect(h.info(path)?.state == .validating)
        #expect(h.messages.count == 1 && h.messages[0].message.kind == .challenge)
        h.now += .milliseconds(30)
        try h.answer(on: path)
        let info = try #require(h.info(path))
        #expect(info.state == .up && info.roundTrip == .milliseconds(30) && info.since == h.now && info.kind == .host)
        #expect(h.takeReports() == [.changed(from: nil, to: path), .up(path)])
    }

    @Test func foreignAnswersProveNothing() throws {
        let h = PathHarness()
        let first = try h.add(), second = try h.add(.host, PathHarness.ends(2))
        let token = h.messages[0].message.token
        try h.deliver(h.answer(token), on: second)  // the right token between other ends
        try h.deliver(h.answer(token ^ 1), on: first)
        #expect(h.info(first)?.state == .validating && h.info(second)?.state == .validating)
        try h.deliver(h.answer(token), on: first)
        #expect(h.info(first)?.state == .up)
    }

    @Test func challengeIsAnsweredWhereItCame() throws {
        let h = PathHarness()
        _ = try h.add()
        let second = try h.add(.host, PathHarness.ends(2))
        try h.deliver(h.bytes(0, 0x0102_0304_0506_0708), on: second)
        let last = try #require(h.messages.last)
        #expect(last.path == second && last.message.kind == .answer && last.message.token == 0x0102_0304_0506_0708)
        var payload = [UInt8](repeating: 0, count: 12), span = payload.mutableRawSpan
        #expect(last.message.write(into: &span) == 10)
        #expect(payload == [4, 1, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0])
    }

    @Test func brokenPathPacketsAreAViolation() throws {
        let h = PathHarness()
        var random = SplitMix(seed: 2)
        let path = try h.add()
        let good = h.bytes(0, 5)
        let bad = (0..<10).map { Array(good.prefix($0)) } + [good + [0], [5] + good.dropFirst(), h.bytes(2, 5)]
        for bytes in bad { #expect(throws: PathViolation.malformed) { try h.deliver(bytes, on: path) } }
        for _ in 0..<1_000 {
            let bytes = (0..<Int.random(in: 0...20, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            try? h.deliver(bytes, on: path)
        }
    }

    @Test func unansweredChallengesAreRepeatedEverMoreRarelyUntilThePathExpires() throws {
        let h = PathHarness()
        let path = try h.add(), begin = h.now
        try h.pass(.seconds(60))
        let times = h.messages.map { ($0.at - begin).milliseconds }
        #expect(times.prefix(6) == [0, 200, 600, 1_400, 3_000, 6_200])
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 <= 5_000 })
        #expect(times.last ?? 0 <= 30_000)
        #expect(Set(h.messages.map(\.message.token)).count == times.count)
        #expect(
            h.takeReports() == [.changed(from: nil, to: path), .down(path, .expired), .changed(from: path, to: nil)])
        #expect(h.nextTimeout == .distantFuture && h.all.isEmpty)
    }

    @Test func provenPathIsAskedEveryFourToFiveSeconds() throws {
        let h = PathHarness()
        let path = try h.add()
        try h.answer(on: path)
        try h.pass(.seconds(60), answering: [path])
        let gaps = zip(h.messages, h.messages.dropFirst()).map { ($1.at - $0.at).milliseconds }
        #expect(gaps.allSatisfy { (4_000...5_000).contains($0) })
        #expect(Set(gaps).count > 3)  // by chance
        #expect(h.info(path)?.state == .up)
    }

    @Test func pathIsGoneThirtySecondsAfterItsLastSignOfLife() throws {
        let h = PathHarness()
        let path = try h.add()
        try h.answer(on: path)
        try h.pass(.seconds(12), answering: [path])
        let last = try #require(h.info(path)?.lastAlive)
        try h.pass(last + .milliseconds(29_999) - h.now)
        #expect(h.info(path) != nil)
        try h.pass(.milliseconds(1))
        #expect(h.info(path) == nil)
    }

    @Test func acknowledgedPacketsKeepAPathAliveWithoutAnswers() throws {
        let h = PathHarness()
        let path = try h.add()
        try h.answer(on: path)
        for _ in 0..<60 {
            h.send(on: path)
            try h.pass(.seconds(1))
            h.acknowledge(path, roundTrip: .milliseconds(44))
        }
        #expect(h.info(path)?.roundTrip == .milliseconds(44))
        #expect(h.info(path)?.state == .up)
    }

    @Test func receiptsDoNotProveAPath() throws {
        let h = PathHarness()
        let path = try h.add()
        h.acknowledge(path)
        #expect(h.info(path)?.state == .validating)
    }

    @Test func handshakeOverThePathProvesIt() throws {
        let h = PathHarness()
        let path = try h.add(isProven: true)
        #expect(h.info(path)?.state == .up && h.allows(1 << 20, on: path))
        #expect(h.takeReports() == [.up(path), .changed(from: nil, to: path)])
        #expect(h.messages.count == 1)  // asked all the same, for the round trip
        #expect(try h.add(isProven: true) == path)
        #expect(h.takeReports() == [])
    }
}
