import Foundation
import NetworkLoop
import Testing

@Suite(.timeLimit(.minutes(10))) struct SignalsTests {
    init() { NetworkActor.runInBackground() }

    @Test func signalsArriveOnTheNetworkThread() async {
        let stream = AsyncStream<Signals.Signal>.makeStream()
        let signals = await Signals { stream.continuation.yield($0) }
        var arrived = stream.stream.makeAsyncIterator()
        kill(getpid(), SIGHUP)
        #expect(await arrived.next() == .hangUp)
        kill(getpid(), SIGTERM)
        #expect(await arrived.next() == .terminate)
        kill(getpid(), SIGINT)
        #expect(await arrived.next() == .interrupt)
        kill(getpid(), SIGPIPE)  // would end the process
        withExtendedLifetime(signals) {}
    }
}
