import Basics
import ControlAPI
import Testing

@Suite struct EventLogTests {
    private let time = WallTime(milliseconds: 1_795_456_200_123)

    private func log(_ count: Int) -> EventLog {
        var log = EventLog(boot: "b1")
        for _ in 0..<count { _ = log.append(.daemonStopping, [:], at: time) }
        return log
    }

    private func numbers(_ replay: EventLog.Replay) -> [UInt64] { replay.events.map(\.sequence) }

    @Test func anEventIsOneLineWithItsPlace() throws {
        var log = log(1)
        let event = log.append(.journalSealed, JSONObject([("size", 9)]), at: time)
        #expect(
            String(decoding: event.line, as: UTF8.self) == #"{"jsonrpc":"2.0","method":"event","params":"#
                + #"{"boot":"b1","seq":2,"t":"2026-11-23T17:50:00.123Z","type":"journal.sealed","data":{"size":9}}}"#
                + "\n")
        #expect(event.json["data"]?["size"] == 9 && log.newest == 2)
    }

    @Test func numbersAreDenseAndGivenBeforeTheFilter() {
        var log = EventLog(boot: "b1")
        for index in 0..<6 { _ = log.append(index % 2 == 0 ? .daemonStopping : .identityLocked, [:], at: time) }
        #expect(numbers(log.replay(since: 0)) == [1, 2, 3, 4, 5, 6])
        #expect(numbers(log.replay(since: 2, EventFilter(topics: ["identity"]))) == [4, 6])
        #expect(numbers(log.replay(since: 0, EventFilter(topics: ["identity", "daemon"]), maximum: 2)) == [1, 2])
        #expect(numbers(log.replay(since: 0, EventFilter(topics: ["call"]))) == [])
        #expect(numbers(log.replay(since: 5, EventFilter(topics: []))) == [6])
    }

    @Test func whatFollowsIsWithoutAGap() {
        let log = log(5)
        for since in 0...UInt64(5) {
            let replay = log.replay(since: since, boot: "b1")
            #expect(!replay.hasGap && numbers(replay) == Array(since + 1..<6))
        }
        let empty = EventLog(boot: "b1").replay(since: 0)
        #expect(!empty.hasGap && empty.events.isEmpty)
    }

    @Test(arguments: [(6, nil), (UInt64.max, "b1"), (3, "b0"), (0, "b0")] as [(UInt64, String?)])
    func anotherRunAndNumbersNotGivenYetAreAGapAndGetAllThereIs(since: UInt64, boot: String?) {
        let replay = log(5).replay(since: since, boot: boot)
        #expect(replay.hasGap && numbers(replay) == [1, 2, 3, 4, 5])
    }

    @Test func theNewestTenThousandAreKept() {
        let log = log(EventLog.capacity + 3)
        let all = log.replay(since: 3)
        #expect(!all.hasGap && all.events.count == 10_000 && all.events.first?.sequence == 4)
        let late = log.replay(since: 2)
        #expect(late.hasGap && late.events.count == 10_000 && late.events.first?.sequence == 4)
    }

    @Test func topicsAreThePartBeforeTheDot() {
        #expect(EventType.topics == ["daemon", "identity", "contact", "invite", "call", "media", "journal"])
        #expect(EventFilter(topics: ["call"]).admits(.callEnded) && !EventFilter(topics: ["call"]).admits(.inviteUsed))
        #expect(EventFilter().admits(.daemonReady))
    }
}
