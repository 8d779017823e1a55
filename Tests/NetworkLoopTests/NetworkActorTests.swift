import Basics
import Platform
import Testing

@testable import NetworkLoop

@Suite struct NetworkActorTests {
    init() { NetworkActor.runInBackground() }

    @Test @NetworkActor func isolatedWorkRunsOnTheNetworkThread() async {
        NetworkActor.assumeIsolated {}
        await Task.yield()
        NetworkActor.assumeIsolated {}
        try? await Task.sleep(for: .milliseconds(1))
        NetworkActor.assumeIsolated {}
    }

    @Test func workFromManyTasksIsDoneOnceEach() async {
        let counter = Counter()
        await withTaskGroup { group in
            for _ in 0..<1_000 { group.addTask { @NetworkActor in counter.value += 1 } }
        }
        #expect(await counter.value == 1_000)
    }

    @Test func enteringFromAnotherThreadStops() async {
        await #expect(processExitsWith: .failure) {
            NetworkActor.runInBackground()
            NetworkActor.assumeIsolated {}
        }
    }

    @Test func theLoopRunsOnTheCallingThreadUntilItIsStopped() async {
        await #expect(processExitsWith: .success) {
            let value = NetworkActor.run {
                let timer = LoopTimer { NetworkActor.stop() }
                timer.set(MonotonicClock.now + .milliseconds(1))
                return timer
            }
            withExtendedLifetime(value) {}
        }
    }
}

@NetworkActor private final class Counter {
    var value = 0
}
