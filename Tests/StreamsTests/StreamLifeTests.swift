import Basics
import Streams
import Testing

/// How streams open, end, are given up and are refused.
@Suite struct StreamLifeTests {
    @Test func resetReachesTheReader() throws {
        var harness = Harness(seed: 1, faults: LinkFaults(loss: 0.2))
        let id = try harness.a.delivery.streams.open(.chat)
        _ = try harness.a.delivery.streams.write([1, 2, 3].rawSpan, to: id)
        try harness.run()
        try harness.a.delivery.streams.reset(id, code: 77)
        try harness.run()
        #expect(harness.b.events.contains(.reset(id, code: 77)))
        #expect(throws: StreamError.notWritable(id)) { try harness.a.delivery.streams.write([1].rawSpan, to: id) }
    }

    @Test func stopMakesTheWriterReset() throws {
        var harness = Harness(seed: 2, faults: LinkFaults(loss: 0.2))
        let id = try harness.a.delivery.streams.open(.chat, .unidirectional)
        _ = try harness.a.delivery.streams.write(sample(5_000, seed: 1).rawSpan, to: id)
        try harness.run()
        try harness.b.delivery.streams.stop(id, code: 5)
        try harness.run()
        #expect(harness.a.events.contains(.stopped(id, code: 5)))
        #expect(harness.a.delivery.streams.isDrained)
        #expect(throws: StreamError.unknownStream(id)) { try harness.b.delivery.streams.read(id, upTo: 1) }
    }

    @Test func dataOfAClosedClassIsRefusedOnceAndTheStreamReset() throws {
        var harness = Harness(seed: 3)
        harness.b.receivable = [.control, PermitClasses(.chat)]
        let file = try harness.a.delivery.streams.open(.file), chat = try harness.a.delivery.streams.open(.chat)
        harness.a.send(sample(100_000, seed: 1), on: chat)
        _ = try harness.a.delivery.streams.write(sample(100_000, seed: 2).rawSpan, to: file)
        try harness.run()
        #expect(harness.b.events.filter { $0 == .refused(file) }.count == 1)
        #expect(!harness.b.events.contains(.opened(file)))
        #expect(harness.b.bytes[file] == nil)
        #expect(harness.a.events.contains(.stopped(file, code: StreamCode.classClosed)))
        #expect(harness.b.bytes[chat] == sample(100_000, seed: 1))
    }

    @Test func withdrawnPermitResetsTheStreamsOfItsClass() throws {
        var harness = Harness(seed: 4)
        let file = try harness.a.delivery.streams.open(.file), chat = try harness.a.delivery.streams.open(.chat)
        _ = try harness.a.delivery.streams.write(sample(500_000, seed: 1).rawSpan, to: file)
        _ = try harness.a.delivery.streams.write([9].rawSpan, to: chat)
        try harness.run(for: .milliseconds(60))
        harness.a.sendable = [.control, PermitClasses(.chat)]
        harness.a.delivery.streams.close(.file)
        try harness.run()
        #expect(harness.b.events.contains(.reset(file, code: StreamCode.classClosed)))
        #expect(harness.b.bytes[chat] == [9])
    }

    @Test func noMoreStreamsThanThePeerAllowsAndMoreWhenSomeEnd() throws {
        var limits = StreamLimits.standard
        limits.streams = 3
        var harness = Harness(seed: 5, faults: LinkFaults(loss: 0.2), limits: limits)
        var ids: [StreamID] = []
        for _ in 0..<3 { ids.append(try harness.a.delivery.streams.open(.chat, .unidirectional)) }
        #expect(throws: StreamError.streamLimit) { try harness.a.delivery.streams.open(.chat) }
        for id in ids { harness.a.send([1, 2, 3], on: id) }
        try harness.run()
        #expect(harness.a.events.contains(.canOpen))
        for _ in 0..<20 {
            let id = try harness.a.delivery.streams.open(.chat, .unidirectional)
            harness.a.send([4], on: id)
            try harness.run()
            #expect(harness.b.bytes[id] == [4])
        }
    }

    @Test func lateFramesOfAnEndedStreamAreIgnored() throws {
        let id = FrameBytes.id(index: 2, permit: 3, isOneWay: true)
        var streams = StreamMultiplexer(side: .responder)
        for _ in 0..<3 {
            try streams.handle(frames: FrameBytes.stream(id, [1, 2], isFinal: true).rawSpan, receiving: .all)
            while let event = streams.poll() {
                if case .readable(let stream) = event { #expect(try streams.read(stream, upTo: 9) == [1, 2]) }
            }
        }
        // The index below it was overtaken, not used up.
        let overtaken = FrameBytes.id(index: 1, permit: 4, isOneWay: true)
        try streams.handle(frames: FrameBytes.stream(overtaken, [5]).rawSpan, receiving: .all)
        #expect(streams.poll() == .opened(try #require(StreamID(rawValue: overtaken))))
    }

    @Test func emptyStreamFinishes() throws {
        var harness = Harness(seed: 6)
        let id = try harness.a.delivery.streams.open(.chat)
        try harness.a.delivery.streams.finish(id)
        try harness.run()
        #expect(harness.b.finished == [id])
        try harness.b.delivery.streams.finish(id)
        try harness.run()
        #expect(harness.a.finished == [id])
        #expect(throws: StreamError.unknownStream(id)) { try harness.a.delivery.streams.finish(id) }
    }

    @Test func controlIsNotAnOrdinaryStream() {
        var streams = StreamMultiplexer(side: .initiator)
        let refused = StreamError.unknownStream(.control)
        #expect(throws: refused) { try streams.write([1].rawSpan, to: .control) }
        #expect(throws: refused) { try streams.finish(.control) }
        #expect(throws: refused) { try streams.reset(.control, code: 0) }
        #expect(throws: refused) { try streams.stop(.control, code: 0) }
        #expect(throws: refused) { try streams.read(.control, upTo: 1) }
    }

    @Test func idsCarryOpenerDirectionAndClass() throws {
        var streams = StreamMultiplexer(side: .responder)
        let id = try streams.open(.file, .unidirectional)
        #expect(id.rawValue == FrameBytes.id(index: 1, permit: 4, isOneWay: true, byResponder: true))
        #expect(id.permit == .file && id.direction == .unidirectional && id.opener == .responder && id.index == 1)
        #expect(StreamID.control.rawValue == 0)
        #expect(StreamID(rawValue: 7 << 2) == nil)
        #expect(StreamID(rawValue: -1) == nil)
    }
}
