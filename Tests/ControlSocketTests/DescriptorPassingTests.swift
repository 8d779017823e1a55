import Basics
import Foundation
import NetworkLoop
import Platform
import Testing

@testable import ControlSocket

/// Descriptors that come with lines.
@Suite(.timeLimit(.minutes(10))) struct DescriptorPassingTests {
    init() { NetworkActor.runInBackground() }

    /// A pipe whose reading end shows what was written, and whether the writing end is closed.
    private final class Probe {
        let reader: Descriptor
        private(set) var writer: Descriptor?

        init() throws {
            var ends: [Int32] = [0, 0]
            try retrying("pipe") { unsafe pipe(&ends) }
            reader = Descriptor(owning: ends[0])
            writer = Descriptor(owning: ends[1])
        }

        /// The first bytes that were written.
        func begin(_ count: Int) throws -> String {
            var bytes = [UInt8](repeating: 0, count: count)
            var span = bytes.mutableRawSpan
            return String(decoding: bytes[..<(try reader.read(into: &span))], as: UTF8.self)
        }

        /// What was written before all writing ends were closed; our own is closed first.
        func rest() throws -> String {
            writer = nil
            return String(decoding: try reader.readAll(limit: 100), as: UTF8.self)
        }

        var number: Int32 { writer?.rawValue ?? -1 }
    }

    @NetworkActor private func answerWithDescriptors(_ echo: Echo) {
        echo.answer = { [unowned echo] client, text, descriptors in
            var descriptors = descriptors
            if let first = descriptors.take(0) {
                #expect(fcntl(first.rawValue, F_GETFD) == FD_CLOEXEC)
                let bytes = Array(text.utf8)
                try? first.writeAll(bytes.rawSpan)
            }
            echo.socket?.send(Array("\(descriptors.count)".utf8), to: client)
        }
    }

    @Test func descriptorsComeWithTheirLineAndTheRestIsClosed() async throws {
        let echo = try await Echo()
        await answerWithDescriptors(echo)
        let client = try Client.greeted(echo.path)
        let first = try Probe(), second = try Probe()
        try client.send("none\n")
        try client.send("both\n", with: [first.number, second.number])
        try client.send("none\n")
        #expect(try [client.line(), client.line(), client.line()] == ["0", "2", "0"])
        #expect(try first.rest() == "both")
        #expect(try second.rest() == "")
    }

    @Test func aLineInPiecesKeepsItsDescriptors() async throws {
        let echo = try await Echo()
        await answerWithDescriptors(echo)
        let client = try Client.greeted(echo.path)
        let first = try Probe(), second = try Probe()
        let long = String(repeating: "x", count: 50_000)
        try client.send(long, with: [first.number])
        try client.send("end\nnext\n", with: [second.number])
        #expect(try client.line() == "1")
        #expect(try client.line() == "1")
        #expect(try second.rest() == "next")
        #expect(try first.begin(4) == "xxxx")
    }

    @Test func descriptorsOfLinesThatNobodyEndsAreClosed() async throws {
        let echo = try await Echo()
        let probe = try Probe()
        func hangUp() throws { try Client(echo.path).send("half", with: [probe.number]) }
        try hangUp()
        await echo.wait { $0.contains { if case .closed = $0 { true } else { false } } }
        #expect(try probe.rest() == "")
    }

    @Test(arguments: [17, 64]) func moreDescriptorsThanALineMayHaveAreAnError(count: Int) async throws {
        let echo = try await Echo()
        let client = try Client.greeted(echo.path)
        let probe = try Probe()
        try client.send("many\n", with: Array(repeating: probe.number, count: count))
        #expect(try client.line() == "error tooManyDescriptors")
        #expect(try client.line() == nil)
        #expect(try probe.rest() == "")
    }

    /// The client did nothing wrong then, and may try again.
    @Test func aDescriptorThatFindsNoRoomIsToldFromTooMany() async {
        await #expect(processExitsWith: .success) {
            func read(passing count: Int, whenFull: Bool) -> (Bool, Bool) {
                var ends: [Int32] = [0, 0]
                guard unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0 else { exit(2) }
                let sender = Descriptor(owning: ends[0]), receiver = Descriptor(owning: ends[1])
                let numbers = Array(repeating: Int32(2), count: count)
                guard (try? UnixSocket.send([1].rawSpan, with: numbers, on: sender)) != nil else { exit(3) }
                if whenFull { while dup(2) >= 0 {} }
                var chunk: [UInt8] = [0]
                let result = StreamRead(from: receiver, into: &chunk, descriptors: 4)
                return (result.isTruncated, result.isExhausted)
            }
            guard read(passing: 3, whenFull: false) == (false, false) else { exit(4) }
            guard read(passing: 5, whenFull: false) == (true, false) else { exit(5) }
            guard read(passing: 3, whenFull: true) == (true, true) else { exit(6) }
            exit(0)
        }
    }

    @Test func whoHoardsMostGoesWhenTooManyWait() async throws {
        let echo = try await Echo { $0.waitingDescriptors = 20 }
        let modest = try Client.greeted(echo.path)
        let probe = try Probe()
        try modest.send("mod", with: [probe.number])
        let hoarders = try (0..<2).map { _ in try Client.greeted(echo.path) }
        for hoarder in hoarders { try hoarder.send("x", with: Array(repeating: probe.number, count: 15)) }
        await echo.wait { $0.contains { if case .closed = $0 { true } else { false } } }
        #expect(await echo.reasons == [.fault(.tooManyDescriptors)])
        try modest.send("est\n")
        #expect(try modest.line() == "modest")
    }
}
