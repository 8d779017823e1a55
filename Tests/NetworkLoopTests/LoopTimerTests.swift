import Basics
import Platform
import Testing

@testable import NetworkLoop

@Suite(.timeLimit(.minutes(10))) struct LoopTimerTests {
    init() { NetworkActor.runInBackground() }

    @Test @NetworkActor func aTimerFiresOnceAndNeverEarly() async {
        let start = MonotonicClock.now
        var timer: LoopTimer?
        var count = 0
        let fired: Instant = await withCheckedContinuation { continuation in
            timer = LoopTimer {
                count += 1
                continuation.resume(returning: MonotonicClock.now)
            }
            timer?.set(start + .microseconds(2_500))
            #expect(timer?.deadline == start + .microseconds(2_500))
        }
        #expect(fired >= start + .microseconds(2_500))
        #expect(timer?.deadline == nil)
        await turn()
        #expect(count == 1)
    }

    @Test @NetworkActor func theDeadlineSetLastHolds() async {
        var fired: [String: Instant] = [:]
        let now = MonotonicClock.now
        let cancelled = LoopTimer { fired["cancelled"] = MonotonicClock.now }
        let postponed = LoopTimer { fired["postponed"] = MonotonicClock.now }
        let advanced = LoopTimer { fired["advanced"] = MonotonicClock.now }
        cancelled.set(now + .milliseconds(1))
        postponed.set(now + .milliseconds(1))
        advanced.set(now + .seconds(60))
        cancelled.set(nil)
        postponed.set(now + .milliseconds(10))
        advanced.set(now - .seconds(1))
        var last: LoopTimer?
        await withCheckedContinuation { continuation in
            last = LoopTimer { continuation.resume() }
            last?.set(now + .milliseconds(15))
        }
        #expect(fired.keys.sorted() == ["advanced", "postponed"])
        #expect(fired["postponed"].map { $0 >= now + .milliseconds(10) } == true)
        _ = (cancelled, postponed, advanced, last)
    }

    @Test @NetworkActor func aDestroyedTimerDoesNotFire() async {
        var hasFired = false
        var timer: LoopTimer? = LoopTimer { hasFired = true }
        timer?.set(MonotonicClock.now)
        timer = nil
        await turn()
        await turn()
        #expect(!hasFired)
    }
}

/// Waits until the loop has asked every source once.
@NetworkActor func turn() async {
    var wake: Wake?
    await withCheckedContinuation { continuation in
        wake = Wake { continuation.resume() }
        wake?.signal()
    }
    _ = wake
}
