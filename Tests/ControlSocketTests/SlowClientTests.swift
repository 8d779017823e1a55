import Basics
import Foundation
import NetworkLoop
import Platform
import Testing

@testable import ControlSocket

/// Clients that write or read too slowly.
@Suite(.timeLimit(.minutes(10))) struct SlowClientTests {
    init() { NetworkActor.runInBackground() }

    @Test func halfALineThenSilenceIsTheEndAndIdlenessIsNot() async throws {
        let echo = try await Echo { $0.lineTimeout = .milliseconds(50) }
        let idle = try Client.greeted(echo.path), slow = try Client.greeted(echo.path)
        try slow.send("{\"half\":")
        #expect(try slow.line() == "error lineUnfinished")
        #expect(try slow.line() == nil)
        try idle.send("awake\n")
        #expect(try idle.line() == "awake")
        #expect(await echo.reasons == [.fault(.lineUnfinished)])
    }

    @Test func aByteNowAndThenDoesNotBuyTime() async throws {
        let echo = try await Echo { $0.lineTimeout = .milliseconds(50) }
        let slow = try Client.greeted(echo.path)
        let begin = MonotonicClock.now
        while await echo.reasons.isEmpty {
            try? slow.send("x")
            usleep(1_000)
        }
        #expect(MonotonicClock.now >= begin + .milliseconds(50))
        #expect(await echo.reasons == [.fault(.lineUnfinished)])
    }

    @Test @NetworkActor func whoDoesNotReadIsClosedAtTheBacklog() async throws {
        let echo = try Echo { $0.backlogByteCount = 100_000 }
        let deaf = try Client(echo.path), other = try Client(echo.path)
        await echo.wait { $0.count == 2 }
        let line = [UInt8](repeating: 120, count: 10_000)
        let clients: [ClientID] = echo.events.compactMap { if case .opened(let id) = $0 { id } else { nil } }
        var sent = 0
        while let backlog = echo.socket?.backlog(of: clients[0]), echo.socket?.clientCount == 2 {
            #expect(backlog <= 100_000)
            echo.socket?.send(line, to: clients[0])
            sent += 1
            #expect(sent < 1_000)
        }
        #expect(echo.reasons == [])  // never told from within a call
        await echo.wait { $0.contains(.closed(clients[0], .notReading)) }
        echo.socket?.send(Array("you are well".utf8), to: clients[1])
        #expect(try other.line() == "hello")
        #expect(try other.line() == "you are well")
        _ = deaf.descriptor.rawValue
    }

    @Test @NetworkActor func whoReadsAgainIsToldToTheDelegate() async throws {
        let echo = try Echo()
        let client = try Client(echo.path)
        await echo.wait { $0.count == 1 }
        guard case .opened(let id)? = echo.events.first else { return }
        let line = [UInt8](repeating: 120, count: 500_000)
        echo.socket?.send(line, to: id)
        echo.socket?.send(line, to: id)
        #expect(try #require(echo.socket).backlog(of: id) > 0)
        let reader = Task.detached { [descriptor = dup(client.descriptor.rawValue)] in
            let copy = Descriptor(owning: descriptor)
            var chunk = [UInt8](repeating: 0, count: 65_536)
            var count = 0
            while count < 1_000_000 {
                var span = chunk.mutableRawSpan
                count += (try? copy.read(into: &span)) ?? 0
            }
        }
        await echo.wait { $0.contains(.drained(id)) }
        #expect(echo.socket?.backlog(of: id) == 0)
        await reader.value
    }

    @Test @NetworkActor func whoDoesNotReadAnswersIsAskedNoMore() async throws {
        let echo = try Echo { $0.pauseByteCount = 1_000 }
        let client = try Client(echo.path)
        echo.answer = { [unowned echo] id, _, _ in echo.socket?.send([UInt8](repeating: 120, count: 400_000), to: id) }
        try client.send((0..<100).map { "\($0)\n" }.joined())
        await echo.wait { $0.count > 1 }
        for _ in 0..<10 { await turn() }
        #expect(echo.lines.count < 5)
        #expect(echo.reasons == [])
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
