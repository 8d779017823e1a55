import Basics
import Foundation
import NetworkLoop
import Platform
import Testing

@testable import ControlSocket

/// How bytes become lines.
@Suite(.timeLimit(.minutes(10))) struct LineTests {
    init() { NetworkActor.runInBackground() }

    @Test func aLineIsAnsweredAndEmptyOnesAreIgnored() async throws {
        let echo = try await Echo()
        let client = try Client.greeted(echo.path)
        try client.send("one\n\n\ntwo\n")
        #expect(try client.line() == "one")
        #expect(try client.line() == "two")
        #expect(await echo.lines == ["one", "two"])
    }

    @Test func aLineMayComeInPieces() async throws {
        let echo = try await Echo()
        let client = try Client.greeted(echo.path)
        for character in "first\nsecond\n" { try client.send(String(character)) }
        #expect(try client.line() == "first")
        #expect(try client.line() == "second")
    }

    @Test func anyBytesAreALine() async throws {
        let echo = try await Echo()
        let client = try Client(echo.path), other = try Client.greeted(echo.path)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<50 {
            let garbage = (0..<5_000).map { _ in UInt8.random(in: 0...255, using: &random) }
            try UnixSocket.send(garbage.rawSpan, on: client.descriptor)
            try other.send("still here\n")
            #expect(try other.line() == "still here")
        }
    }

    @Test func theLongestLineIsHandedOn() async throws {
        let echo = try await Echo()
        let client = try Client.greeted(echo.path)
        let longest = String(repeating: "x", count: (1 << 20) - 1)
        try client.send(longest + "\n")
        #expect(try client.line() == longest)
    }

    @Test(arguments: ["\n", ""]) func aLongerLineIsAnErrorAndTheEnd(end: String) async throws {
        let echo = try await Echo()
        let client = try Client.greeted(echo.path), other = try Client.greeted(echo.path)
        try client.send(String(repeating: "x", count: 1 << 20) + end)
        #expect(try client.line() == "error lineTooLong")
        #expect(try client.line() == nil)
        try other.send("undisturbed\n")
        #expect(try other.line() == "undisturbed")
        await echo.wait { $0.contains { if case .closed = $0 { true } else { false } } }
        #expect(await echo.reasons == [.fault(.lineTooLong)])
    }

    @Test func whoSendsOnAfterTheErrorComesToReadIt() async throws {
        let echo = try await Echo()
        let client = try Client.greeted(echo.path)
        try client.send(String(repeating: "x", count: 3 << 20) + "\n")
        #expect(try client.line() == "error lineTooLong")
    }

    @Test func manyLinesInOneWriteAreAllHandedOn() async throws {
        let echo = try await Echo()
        let client = try Client.greeted(echo.path)
        let lines = (0..<20_000).map(String.init)
        // Both ways at once, as the answers are more than the buffers hold.
        let number = client.descriptor.rawValue
        let text = lines.map { $0 + "\n" }.joined()
        let writer = WorkerThread("writer") {
            let bytes = Array(text.utf8)
            let copy = Descriptor(owning: dup(number))
            try? UnixSocket.send(bytes.rawSpan, on: copy)
        }
        #expect(try lines.map { _ in try client.line() } == lines)
        writer.join()
    }

    @Test func whatWasSentBeforeHangingUpIsHandedOn() async throws {
        let echo = try await Echo()
        func shout() throws {
            let client = try Client(echo.path)
            try client.send("a\nb\nc\nhalf")
        }
        try shout()
        await echo.wait { $0.contains { if case .closed = $0 { true } else { false } } }
        #expect(await echo.lines == ["a", "b", "c"])
        #expect(await echo.reasons == [.hungUp])
    }

    @Test func whoOnlyStopsSendingStillGetsAnswers() async throws {
        let echo = try await Echo()
        let client = try Client.greeted(echo.path)
        try client.send("question\n")
        client.endSending()
        #expect(try client.line() == "question")
        await #expect(echo.socket?.clientCount == 1)
    }
}
