import Basics
import Platform
import Synchronization
import Testing

@testable import NetworkLoop

@Suite(.timeLimit(.minutes(10))) struct WakeTests {
    init() { NetworkActor.runInBackground() }

    @Test @NetworkActor func manySignalsBeforeTheLoopTurnsMakeOneCall() async {
        var count = 0
        let wake = Wake { count += 1 }
        for _ in 0..<100 { wake.signal() }
        await turn()
        #expect(count == 1)
        wake.signal()
        await turn()
        #expect(count == 2)
    }

    @Test func whatWasWrittenBeforeTheSignalIsSeenByTheCall() async {
        let written = Locked(0)
        let stream = AsyncStream<Int>.makeStream()
        let wake = Wake { stream.continuation.yield(written.withLock { $0 }) }
        let writers = (0..<4).map { _ in
            WorkerThread("writer") {
                for _ in 0..<1_000 {
                    written.withLock { $0 += 1 }
                    wake.signal()
                }
            }
        }
        for await seen in stream.stream where seen == 4_000 { break }
        for writer in writers { writer.join() }
        #expect(written.withLock { $0 } == 4_000)
    }
}
