import Basics
import Streams
import Testing

@Suite struct ControlMessageTests {
    @Test func backlogIsBoundedAndTheSenderIsTold() throws {
        var harness = Harness(seed: 1)
        let message = sample(60_000, seed: 1)
        for _ in 0..<4 { _ = try harness.a.delivery.streams.send(message: message.rawSpan) }
        #expect(throws: StreamError.backlogFull) { try harness.a.delivery.streams.send(message: message.rawSpan) }
        try harness.run()
        #expect(harness.a.events == [.canSend])
        #expect(try harness.a.delivery.streams.send(message: message.rawSpan) == 4)
        try harness.run()
        #expect(harness.b.messages.map(\.id) == [0, 1, 2, 3, 4])
    }

    @Test func messageHasAMaximumLength() throws {
        var streams = StreamMultiplexer(side: .initiator)
        #expect(throws: StreamError.messageTooLong(65_537)) {
            try streams.send(message: [UInt8](repeating: 0, count: 65_537).rawSpan)
        }
        #expect(try streams.send(message: [UInt8](repeating: 0, count: 65_536).rawSpan) == 0)
    }

    @Test func repeatedIdIsNotDeliveredAgain() throws {
        var streams = StreamMultiplexer(side: .responder)
        let bytes: [UInt8] = [1, 4, 0xA] + [1, 4, 0xB] + [1, 3, 0xC] + [1, 9, 0xD]
        try streams.handle(frames: FrameBytes.stream(0, bytes).rawSpan, receiving: .control)
        #expect(streams.poll() == .message(id: 4, bytes: [0xA]))
        #expect(streams.poll() == .message(id: 9, bytes: [0xD]))
        #expect(streams.poll() == nil)
    }

    @Test func messageIsDeliveredWhenItsLastByteComes() throws {
        var streams = StreamMultiplexer(side: .responder)
        let bytes: [UInt8] = [3, 0, 7, 8, 9, 0, 1]
        for (offset, byte) in bytes.enumerated() {
            try streams.handle(frames: FrameBytes.stream(0, at: offset, [byte]).rawSpan, receiving: .control)
            #expect(
                streams.poll()
                    == (offset == 4
                        ? .message(id: 0, bytes: [7, 8, 9]) : offset == 6 ? .message(id: 1, bytes: []) : nil))
        }
    }

    @Test func undeliveredMessagesFillTheCreditAndNoMore() throws {
        var harness = Harness(seed: 2)
        // B does not poll: its memory stays at the credit, A's at its backlog.
        var sent = 0
        while (try? harness.a.delivery.streams.send(message: sample(10_000, seed: 1).rawSpan)) != nil {
            sent += 1
            try harness.drain(.a)
        }
        #expect(sent == 26)
        #expect(harness.b.delivery.streams.receiveMemory <= StreamLimits.standard.controlCredit)
    }
}
