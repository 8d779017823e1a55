import Basics
import Platform
import Testing

/// What the machine tells of itself: clocks, interfaces, limits.
@Suite struct MachineTests {
    @Test func theClocksGoForward() {
        let first = MonotonicClock.now
        let boot = BootClock.now
        #expect(MonotonicClock.now >= first)
        #expect(BootClock.now >= boot)
        #expect(WallClock.now > WallTime(milliseconds: 1_700_000_000_000))
        #expect(WallClock.synchronization.maximumError >= .zero)
    }

    @Test func theBootHasAName() throws {
        let name = try #require(BootClock.bootID)
        #expect(name.utf8.count == 32)
        #expect(Hex.decode(name) != nil)
    }

    @Test func theLoopbackInterfaceIsListed() throws {
        let loopback = try InterfaceAddress.all().first { $0.address == IPAddress("127.0.0.1") }
        #expect(loopback?.isLoopback == true)
        #expect(loopback?.prefixLength == 8)
        #expect(loopback?.index == 1)
    }

    @Test func aHardenedProcessLeavesNoCore() throws {
        try ProcessHardening.forbidCoreDumps()
        #expect(!ProcessHardening.canDumpCore)
        try ProcessHardening.raiseDescriptorLimit()
    }

    @Test func aLockedValueIsChangedByOneThreadAtATime() {
        let counter = Locked(0)
        let threads = (0..<4).map { _ in
            WorkerThread("counter") { for _ in 0..<10_000 { counter.withLock { $0 += 1 } } }
        }
        for thread in threads { thread.join() }
        #expect(counter.withLock { $0 } == 40_000)
    }
}
