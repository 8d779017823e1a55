import Basics
import Foundation
import NetworkLoop
import Platform
import Testing

@testable import ControlSocket

/// Many clients, and clients that want too much.
@Suite(.timeLimit(.minutes(10))) struct CrowdTests {
    init() { NetworkActor.runInBackground() }

    @Test func oneMoreThanTheLimitIsClosedWithoutAByte() async throws {
        let echo = try await Echo { $0.connections = 3 }
        var clients = try (0..<3).map { _ in try Client.greeted(echo.path) }
        #expect(try Client(echo.path).line() == nil)
        #expect(await echo.events.filter { $0 == .refused(.tooMany) }.count == 1)
        clients.removeLast()
        await echo.wait { $0.contains { if case .closed = $0 { true } else { false } } }
        let late = try Client.greeted(echo.path)
        try late.send("in\n")
        #expect(try late.line() == "in")
    }

    @Test func thousandsOfConnectionsDoNotDisturbAClient() async throws {
        let echo = try await Echo()
        let client = try Client.greeted(echo.path)
        for round in 0..<10 {
            let crowd = try (0..<300).map { _ in try Client(echo.path) }
            try client.send("round \(round)\n")
            #expect(try client.line() == "round \(round)")
            #expect(crowd.count { (try? $0.line()) == nil } >= 45)  // with 256 at most; no byte for the others
        }
    }

    @Test func clientsTakeTurnsLineByLine() async throws {
        let echo = try await Echo()
        let greedy = try Client.greeted(echo.path), modest = try Client.greeted(echo.path)
        await sendAtOnce([
            (greedy.descriptor.rawValue, (0..<2_000).map { "greedy \($0)\n" }.joined()),
            (modest.descriptor.rawValue, "modest\n"),
        ])
        #expect(try modest.line() == "modest")
        let lines = await echo.lines
        #expect(try #require(lines.firstIndex(of: "modest")) < 100)
    }

    @Test func whoeverHoldsMostGoesWhenBuffersAreFull() async throws {
        let echo = try await Echo { ($0.bufferedByteCount, $0.lineTimeout) = (100_000, .seconds(600)) }
        let small = try Client.greeted(echo.path)
        try small.send("small")
        var hogs: [Client] = []
        while await echo.reasons.isEmpty {
            let hog = try Client(echo.path)
            try? hog.send(String(repeating: "x", count: 30_000))
            hogs.append(hog)
            #expect(hogs.count < 10)
            for _ in 0..<20 { await turn() }
        }
        #expect(await echo.reasons.allSatisfy { $0 == .buffersFull })
        try small.send(" line\n")
        #expect(try small.line() == "small line")
    }

    @Test func theCountOfBuffersComesBackToNothing() async throws {
        let echo = try await Echo()
        for _ in 0..<10 {
            let client = try Client(echo.path)
            try client.send("half", with: [0, 1])
        }
        await echo.wait { $0.count { if case .closed = $0 { true } else { false } } == 10 }
        #expect(await echo.socket?.counted.byteCount == 0)
        #expect(await echo.socket?.counted.descriptors == 0)
        #expect(await echo.socket?.connections.isEmpty == true)
    }

    /// Sends all before anything of it is read: it is the reader's own thread that sends.
    @NetworkActor private func sendAtOnce(_ texts: [(descriptor: Int32, text: String)]) {
        for (descriptor, text) in texts {
            let bytes = Array(text.utf8)
            let copy = Descriptor(owning: dup(descriptor))
            try? UnixSocket.send(bytes.rawSpan, on: copy)
        }
    }
}
