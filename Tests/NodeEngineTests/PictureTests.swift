import Basics
import Calling
import ControlAPI
import Mesh
import RTP
import TestSupport
import Testing

@testable import NodeEngine

/// The pictures of a call between two whole nodes: what leaves, what is asked for again, and what ties it to its sound.
@Suite struct PictureTests {
    /// Two nodes in a call that was answered.
    private static func talking(_ media: JSONValue? = nil, answer: JSONValue? = nil) throws -> (World, CallID) {
        let world = World()
        #expect(world.pair())
        _ = world.call(0, "call.start", JSONValue(members: ["to": "bob", "media": media]))
        world.run(.seconds(1)) { !world.events(1, "call.incoming").isEmpty }
        _ = world.call(1, "call.answer", JSONValue(members: ["media": answer]))
        world.run(.seconds(1))
        return (world, try #require(world.liveCall(0)))
    }

    /// Node 0 sends a frame of `byteCount` bytes.
    private static func show(
        _ world: World, _ call: CallID, _ byteCount: Int = 3_000, isKeyFrame: Bool = false, at mediaTime: UInt32 = 0
    ) -> [UInt8] {
        let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var descriptor = VP8Descriptor()
        descriptor.baseIndex = 1
        descriptor.layer = TemporalLayer(index: 0, isSync: false)
        let frame = EncodedPicture(
            descriptor: descriptor, isKeyFrame: isKeyFrame, mediaTime: mediaTime, due: world.now)
        world.machines[0].node.send(frame, bytes.rawSpan, in: call, at: world.moment)
        world.drain(0)
        world.run(.milliseconds(20))
        return bytes
    }

    private static func commands(_ world: World, _ index: Int) -> [MediaCommand] { world.machines[index].media }

    private static func keyFrames(_ world: World) -> Int {
        commands(world, 0).count { if case .keyFrame = $0 { true } else { false } }
    }

    private static func drops(_ world: World, _ index: Int, _ reason: String) -> Int {
        world.call(index, "daemon.status")?["result"]?["drops"]?[reason]?.int ?? 0
    }

    @Test func aFrameArrivesInPiecesThatMakeItAgain() throws {
        let (world, call) = try Self.talking()
        #expect(world.events(1, "call.incoming").last?["media"] == ["audio", "video"])
        let sent = Self.show(world, call, isKeyFrame: true)
        let pieces = world.machines[1].received
        #expect(pieces.count == 3 && pieces.map(\.isMarked) == [false, false, true])
        #expect(zip(pieces, pieces.dropFirst()).allSatisfy { $1.sequence == $0.sequence.next })
        #expect(Set(pieces.map(\.timestamp)).count == 1)
        let bytes = try world.machines[1].receivedPayloads.flatMap { payload in
            [UInt8](try VP8Payload(parsing: payload.rawSpan).piece)
        }
        #expect(bytes == sent)
        #expect(world.call(0, "call.stats")?["result"]?["video"]?["packets"]?["sent"]?.int == 3)
    }

    @Test func nothingIsSentBeforeAKeyFrameAndOneIsAskedFor() throws {
        let (world, call) = try Self.talking()
        _ = Self.show(world, call)
        #expect(world.machines[1].received.isEmpty && Self.keyFrames(world) == 1)
        _ = Self.show(world, call, isKeyFrame: true)
        _ = Self.show(world, call)
        #expect(world.machines[1].received.count == 6 && Self.keyFrames(world) == 1)
    }

    @Test(arguments: [(["audio"], nil), (nil, ["audio"])] as [(JSONValue?, JSONValue?)])
    func whoWantsSoundOnlyGetsNoPicture(media: JSONValue?, answer: JSONValue?) throws {
        let (world, call) = try Self.talking(media, answer: answer)
        _ = Self.show(world, call, isKeyFrame: true)
        #expect(world.machines[1].received.isEmpty)
        for index in [0, 1] {
            let live = world.call(index, "call.list")?["result"]?["calls"]?.array?.first
            #expect(live?["media"] == ["audio"], "node \(index)")
            let kinds = Self.commands(world, index).compactMap { command -> Set<MediaKind>? in
                if case .prepare(_, let kinds, _, _, _) = command { kinds } else { nil }
            }
            #expect(kinds.last == (index == 0 && media == nil ? [.audio, .video] : [.audio]), "node \(index)")
        }
        #expect(world.call(0, "call.mute", ["kind": "video"])?["error"] != nil || media == nil)
    }

    @Test func whatIsAskedForComesAgainUnderItsOwnSource() throws {
        let (world, call) = try Self.talking()
        _ = Self.show(world, call, isKeyFrame: true)
        let first = try #require(world.machines[1].received.first)
        let entry = NACKEntry(packetID: first.sequence, following: 0b10)
        world.ask(1, .packets([entry]), of: 0)
        let again = world.machines[1].received.suffix(2)
        #expect(again.map(\.sequence) == [first.sequence, first.sequence.advanced(by: 2)])
        #expect(again.allSatisfy { $0.kind == .repairedPicture && $0.ssrc != first.ssrc })
        #expect(again.map(\.isMarked) == [false, true] && again.allSatisfy { $0.timestamp == first.timestamp })
        #expect(world.machines[1].receivedPayloads.suffix(2).first == world.machines[1].receivedPayloads.first)
        // Within a round trip it does not come twice.
        world.run(.milliseconds(300))
        world.ask(1, .packets([entry, entry, entry]), of: 0)
        #expect(world.machines[1].received.count == 7)
        #expect(world.call(0, "call.stats")?["result"]?["video"]?["packets"]?["resent"]?.int == 4)
    }

    @Test func keyFramesComeOnRequestAndNotTooOften() throws {
        let (world, call) = try Self.talking()
        _ = Self.show(world, call, isKeyFrame: true)
        world.run(.seconds(1))
        let before = Self.keyFrames(world)
        for _ in 0..<10 { world.ask(1, .keyFrame, of: 0) }
        #expect(Self.keyFrames(world) == before + 1)
        world.run(.milliseconds(400))
        world.ask(1, .keyFrame, of: 0)
        #expect(Self.keyFrames(world) == before + 2)
    }

    @Test func reportsTieThePictureToItsSound() throws {
        let (world, call) = try Self.talking()
        for kind in MediaKind.allCases { world.tell(0, .sourceRunning(call, kind)) }
        for number in 0..<80 {
            world.speak(0, at: UInt32(number * 960))
            if number == 0 || number.isMultiple(of: 5) {
                _ = Self.show(world, call, 500, isKeyFrame: number == 0, at: UInt32(number * 1_800))
            } else {
                world.run(.milliseconds(20))
            }
        }
        let reports = Self.commands(world, 1).compactMap { command -> (SenderReport, SenderReport)? in
            guard case .reported(_, _, let sound?, let picture?) = command else { return nil }
            return (sound, picture)
        }
        let (sound, picture) = try #require(reports.last)
        #expect(sound.ntpTime == picture.ntpTime)
        let received = world.machines[1].received
        let voice = try #require(received.last { $0.kind == .sound }), image = received.last { $0.kind == .picture }
        // Both clocks began together: at the moment of the report they have run equally long.
        let soundTime = Int32(bitPattern: sound.timestamp &- voice.timestamp) + 79 * 960
        let pictureTime = Int32(bitPattern: picture.timestamp &- (image?.timestamp ?? 0)) + 75 * 1_800
        #expect(abs(Int(soundTime) * 15 / 8 - Int(pictureTime)) <= 200, "\(soundTime) \(pictureTime)")
    }

    @Test func whatIsAskedAboutStreamsThatAreNotOursChangesNothing() throws {
        let (world, call) = try Self.talking()
        _ = Self.show(world, call, isKeyFrame: true)
        let own = try #require(world.machines[1].node.device?.switchboard.calls.values.first?.media)
        let ours = try #require(own.first { $0.kind == .video }?.ssrc)
        let theirs = try #require(world.machines[1].received.first).ssrc
        let entries = [NACKEntry(packetID: try #require(world.machines[1].received.first).sequence, following: .max)]
        let before = (world.machines[1].received.count, Self.keyFrames(world))
        for (from, media) in [(ours, theirs &+ 1), (ours &+ 1, theirs), (theirs, theirs), (0, 0)] {
            for packet in [
                RTCPPacket.missing(from: from, media: media, entries), .pictureLoss(from: from, media: media),
                .senderReport(
                    SenderReport(
                        ssrc: from &+ 7, ntpTime: NTPTime(rawValue: 1), timestamp: 1, packetCount: 1, octetCount: 1), []
                ),
            ] { world.hand(0, control: packet, from: 1) }
        }
        #expect((world.machines[1].received.count, Self.keyFrames(world)) == before)
        #expect(Self.drops(world, 0, "media_unbound") > 0)
    }

    @Test(arguments: UInt64(0)..<8) func noControlPacketEndsACall(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let (world, call) = try Self.talking()
        _ = Self.show(world, call, isKeyFrame: true)
        for _ in 0..<200 {
            var bytes = (0..<Int.random(in: 1...120, using: &random)).map { _ in
                UInt8.random(in: 0 ... .max, using: &random)
            }
            bytes[0] = bytes[0] & 0x3F | 0x80
            if bytes.count > 1 { bytes[1] = UInt8.random(in: 192...223, using: &random) }
            world.hand(0, control: bytes, from: 1)
        }
        #expect(world.call(0, "call.list")?["result"]?["calls"]?.array?.first?["state"]?.string == "connected")
    }

    @Test func howACallWentIsToldSecondBySecondAndAfterItsEnd() throws {
        let (world, call) = try Self.talking()
        for _ in 0..<5 {
            world.run(.milliseconds(1_000))
            var report = MediaReport()
            report.video.framesShown = 30 * (world.now.nanoseconds > 0 ? 1 : 0)
            world.tell(0, .measured(call, report))
        }
        let live = world.call(0, "call.stats", ["series": true])?["result"]
        let moments = try #require(live?["series"]?.array)
        #expect(moments.count >= 5)
        #expect(moments.first?["video_fps"]?.double ?? 0 > 0 && moments.last?["video_fps"]?.double == 0)
        let times = moments.compactMap { $0["t"]?.double }
        #expect(times == times.sorted() && times.count == moments.count)
        #expect(world.call(0, "call.stats")?["result"]?["series"] == nil)
        _ = world.call(0, "call.end")
        world.run(.seconds(1))
        world.tell(0, .stopped(call, MediaReport()))
        world.run(.seconds(1))
        for name in ["last", call.description] {
            let ended = world.call(0, "call.stats", ["call": .string(name), "series": true])?["result"]
            #expect(ended?["call"]?.string == call.description, "\(name)")
            #expect(ended?["series"]?.array?.count == moments.count, "\(name)")
        }
    }
}

extension World {
    /// The viewer at node `index` asks node `other` for something.
    func ask(_ index: Int, _ wish: VideoWish, of other: Int) {
        guard let call = liveCall(index),
            let peer = machines[index].node.device?.switchboard.calls[call]?.participants.keys.first
        else { return }
        machines[index].node.ask(peer, in: call, for: wish, at: moment)
        drain(index)
        run(.milliseconds(20))
    }

    /// Node `index` gets RTCP from node `other`.
    func hand(_ index: Int, control packet: RTCPPacket, from other: Int) {
        var bytes = [UInt8](repeating: 0, count: 1_200)
        var writer = RTCPWriter(), span = bytes.mutableRawSpan
        guard writer.append(packet, to: &span) else { return }
        hand(index, control: Array(bytes.prefix(writer.byteCount)), from: other)
    }

    func hand(_ index: Int, control bytes: [UInt8], from other: Int) {
        machines[index].node.hand(control: bytes)
        machines[index].node.settle(at: moment)
        drain(index)
    }
}

extension Node {
    /// The only link gets RTCP.
    mutating func hand(control bytes: [UInt8]) {
        guard let link = device?.links.values.first else { return }
        device?.receive(control: bytes.rawSpan, on: link, &context)
    }
}
