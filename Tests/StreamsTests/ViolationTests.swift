import Basics
import Streams
import Testing

/// What an honest peer never sends closes the session, and nothing else does. We are the responder.
@Suite struct ViolationTests {
    private let chat = FrameBytes.id(index: 1, permit: 3)

    private func violation(_ plaintexts: [UInt8]..., limits: StreamLimits = .standard) -> StreamViolation? {
        var streams = StreamMultiplexer(side: .responder, limits: limits)
        do throws(StreamViolation) {
            for plaintext in plaintexts { try streams.handle(frames: plaintext.rawSpan, receiving: .all) }
            return nil
        } catch {
            return error
        }
    }

    private func id(_ rawValue: Int) throws -> StreamID { try #require(StreamID(rawValue: rawValue)) }

    @Test func ordinaryFramesAreTaken() {
        #expect(violation(FrameBytes.stream(chat, [1, 2, 3])) == nil)
        #expect(violation(FrameBytes.stream(chat, [1, 2, 3]), FrameBytes.frame(0x04, chat, 7, 3)) == nil)
        #expect(
            violation(FrameBytes.frame(0x10, 1 << 40), FrameBytes.frame(0x12, 1_000), FrameBytes.frame(0x14, 9)) == nil)
        #expect(violation([0x02, 0, 0, 1, 0]) == nil)
        #expect(violation([0x02]) == nil)
    }

    @Test func finalSizeCannotChange() throws {
        let changed = StreamViolation.finalSize(try id(chat))
        // The stream is still known while the other half is open: now it has a final size, and may not grow.
        var streams = StreamMultiplexer(side: .responder)
        #expect(throws: Never.self) {
            try streams.handle(frames: FrameBytes.stream(chat, at: 4, [1, 2], isFinal: true).rawSpan, receiving: .all)
        }
        for bad in [
            FrameBytes.stream(chat, at: 6, [3]), FrameBytes.stream(chat, at: 3, [1], isFinal: true),
            FrameBytes.frame(0x04, chat, 0, 5), FrameBytes.frame(0x04, chat, 0, 7),
        ] {
            var copy = streams
            #expect(throws: changed) { try copy.handle(frames: bad.rawSpan, receiving: .all) }
        }
    }

    @Test func finalSizeIsNotBelowWhatCame() throws {
        let changed = StreamViolation.finalSize(try id(chat))
        #expect(violation(FrameBytes.stream(chat, at: 10, [1]), FrameBytes.stream(chat, [1], isFinal: true)) == changed)
        #expect(violation(FrameBytes.stream(chat, at: 10, [1]), FrameBytes.frame(0x04, chat, 0, 10)) == changed)
    }

    @Test func creditOfAStreamIsALimit() throws {
        let limit = StreamLimits.standard.streamCredit
        #expect(violation(FrameBytes.stream(chat, at: limit - 1, [1])) == nil)
        #expect(violation(FrameBytes.stream(chat, at: limit, [1])) == .overCredit(try id(chat)))
        #expect(violation(FrameBytes.stream(chat, at: 1 << 61, [1])) == .overCredit(try id(chat)))
        #expect(violation(FrameBytes.frame(0x04, chat, 0, limit + 1)) == .overCredit(try id(chat)))
        #expect(violation(FrameBytes.stream(0, at: StreamLimits.standard.controlCredit, [1])) == .overCredit(.control))
    }

    @Test func creditOfTheSessionIsALimit() throws {
        let last = StreamLimits.standard.streamCredit - 1
        var streams = StreamMultiplexer(side: .responder)
        for index in 1...16 {
            let frame = FrameBytes.stream(FrameBytes.id(index: index, permit: 3), at: last, [1])
            try streams.handle(frames: frame.rawSpan, receiving: .all)
        }
        #expect(throws: StreamViolation.overCredit(nil)) {
            let frame = FrameBytes.stream(FrameBytes.id(index: 17, permit: 3), [1])
            try streams.handle(frames: frame.rawSpan, receiving: .all)
        }
        // Control is outside it: a hang-up gets through a full session.
        try streams.handle(frames: FrameBytes.stream(0, [2, 0, 7, 7]).rawSpan, receiving: .all)
        #expect(streams.poll() == .message(id: 0, bytes: [7, 7]))
    }

    @Test func numberOfStreamsIsALimit() throws {
        let over = FrameBytes.id(index: 65, permit: 3)
        #expect(violation(FrameBytes.stream(FrameBytes.id(index: 64, permit: 3), [1])) == nil)
        #expect(violation(FrameBytes.stream(over, [1])) == .overStreamLimit(try id(over)))
    }

    @Test func oneIndexIsOneStream() throws {
        let other = FrameBytes.id(index: 1, permit: 4)
        #expect(
            violation(FrameBytes.stream(chat, [1]), FrameBytes.stream(other, [1])) == .overStreamLimit(try id(other)))
    }

    @Test func framesKeepToTheDirectionOfTheirStream() throws {
        let oneWay = FrameBytes.id(index: 1, permit: 3, isOneWay: true)
        let ours = FrameBytes.id(index: 1, permit: 3, isOneWay: true, byResponder: true)
        let unopened = FrameBytes.id(index: 1, permit: 3, byResponder: true)
        let second = FrameBytes.id(index: 0, permit: 1)
        #expect(violation(FrameBytes.frame(0x05, oneWay, 0)) == .wrongStream(try id(oneWay)))
        #expect(violation(FrameBytes.frame(0x11, oneWay, 9)) == .wrongStream(try id(oneWay)))
        #expect(violation(FrameBytes.stream(ours, [1])) == .wrongStream(try id(ours)))
        #expect(violation(FrameBytes.frame(0x05, ours, 0)) == .wrongStream(try id(ours)))
        #expect(violation(FrameBytes.stream(unopened, [1])) == .wrongStream(try id(unopened)))
        #expect(violation(FrameBytes.frame(0x11, unopened, 5)) == .wrongStream(try id(unopened)))
        #expect(violation(FrameBytes.stream(second, [1])) == .wrongStream(try id(second)))
    }

    @Test func controlNeverEnds() {
        #expect(violation(FrameBytes.stream(0, [1], isFinal: true)) == .controlEnded)
        #expect(violation(FrameBytes.frame(0x04, 0, 0, 0)) == .controlEnded)
        #expect(violation(FrameBytes.frame(0x05, 0, 0)) == .controlEnded)
    }

    @Test func controlMessageHasAMaximumLength() {
        let fits = FrameBytes.varint(65_536) + FrameBytes.varint(1)
        let over = FrameBytes.varint(65_537) + FrameBytes.varint(1)
        #expect(violation(FrameBytes.stream(0, fits)) == nil)
        #expect(violation(FrameBytes.stream(0, over)) == .messageTooLong(65_537))
        // Judged on arrival, behind a message that nobody has taken yet.
        #expect(violation(FrameBytes.stream(0, [1, 0, 9] + over)) == .messageTooLong(65_537))
    }

    @Test func unknownAndBrokenFramesAreRefused() {
        #expect(violation([0x02, 0x17]) == .unknownFrame(0x17))
        #expect(violation([0x02, 0x02]) == .unknownFrame(0x02))
        #expect(violation([0x02, 0x10]) == .malformed)
        #expect(violation([0x02, 0x10, 0x40]) == .malformed)
        #expect(violation([0x02, 0x0E, 0x20, 0, 5, 1]) == .malformed)
        #expect(violation(FrameBytes.stream(chat, at: 1 << 62 - 1, [1])) == .malformed)
        #expect(violation(FrameBytes.frame(0x05, chat, 1 << 32)) == .malformed)
        #expect(violation(FrameBytes.stream(FrameBytes.id(index: 1, permit: 7), [1])) == .malformed)
        #expect(violation([]) == .malformed)
        #expect(violation([0x01]) == .malformed)
    }

    @Test func piecesWithGapsAreBounded() throws {
        var limits = StreamLimits.standard
        limits.islands = 8
        let pieces = (0..<8).map { FrameBytes.stream(chat, at: 2 + 2 * $0, [1]) }
        var streams = StreamMultiplexer(side: .responder, limits: limits)
        for piece in pieces { try streams.handle(frames: piece.rawSpan, receiving: .all) }
        #expect(throws: StreamViolation.tooManyGaps(try id(chat))) {
            try streams.handle(frames: FrameBytes.stream(chat, at: 100, [1]).rawSpan, receiving: .all)
        }
    }
}
