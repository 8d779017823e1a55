import Basics
import Calling
import ControlAPI
import Mesh
import TestSupport
import Testing

@testable import NodeEngine

/// The sound of a call between two whole nodes: what a contact may send, and what front ends are told.
@Suite struct MediaTests {
    /// Two nodes in a call that was answered.
    private static func talking() throws -> (World, CallID) {
        let world = World()
        #expect(world.pair())
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(1)) { !world.events(1, "call.incoming").isEmpty }
        _ = world.call(1, "call.answer")
        world.run(.seconds(1))
        return (world, try #require(world.machines[0].node.device?.switchboard.calls.keys.first))
    }

    private static func drops(_ world: World, _ reason: String) -> Int {
        world.call(1, "daemon.status")?["result"]?["drops"]?[reason]?.int ?? 0
    }

    /// A contact may send any payload at any time: each is played or counted, and the call goes on.
    @Test(arguments: UInt64(0)..<6) func noPayloadEndsACall(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let (world, call) = try Self.talking()
        let before = world.machines[1].received.count, count = 600
        var wellFormed = 0
        for _ in 0..<count {
            // Lengths of every kind, none included; what is longer than a packet may be is never sent.
            let length = Bool.random(using: &random) ? Int.random(in: 0...4, using: &random) : 160
            let payload = (0..<length).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
            if Self.isWellFormed(payload) { wellFormed += 1 }
            world.machines[0].node.send(
                audio: payload.rawSpan, mediaTime: UInt32.random(in: 0 ... .max, using: &random), due: world.now,
                marker: Bool.random(using: &random), in: call, at: world.moment)
            world.drain(0)
            world.run(.milliseconds(Int.random(in: 0...3, using: &random)))
        }
        world.run(.seconds(1))
        let received = world.machines[1].received.count - before
        #expect(received == wellFormed, "seed \(seed)")
        #expect(received + Self.drops(world, "media_malformed") == count, "every packet is played or counted")
        #expect(world.call(1, "call.list")?["result"]?["calls"]?.array?.first?["state"]?.string == "connected")
        let lost = world.call(1, "call.stats")?["result"]?["audio"]?["lost"]?.int ?? -1
        #expect((0...count - received).contains(lost), "what was dropped counts as lost: \(lost)")
    }

    /// RFC 6716 §3: 1 to 48 frames, no more than 120 ms.
    private static func isWellFormed(_ payload: [UInt8]) -> Bool {
        guard let first = payload.first else { return false }
        let configuration = Int(first >> 3)
        let tenths =
            configuration < 12
            ? [100, 200, 400, 600][configuration % 4]
            : configuration < 16 ? [100, 200][configuration % 2] : [25, 50, 100, 200][configuration % 4]
        switch first & 3 {
        case 0: return true
        case 3: return payload.count > 1 && (1...1_200 / tenths).contains(Int(payload[1] & 63))
        default: return 2 * tenths <= 1_200
        }
    }

    @Test func aSourceThatFailsIsToldWithWhatIsAtFault() throws {
        let (world, call) = try Self.talking()
        for cause in MediaFault.Cause.allCases {
            world.tell(0, .sourceEnded(call, source: 0, fault: MediaFault(cause, "it broke")))
        }
        let told = world.events(0, "media.source_failed")
        #expect(told.map { $0["fault"]?.string } == ["data", "system", "exhausted"])
        #expect(told.allSatisfy { $0["source"]?.string == "0" && $0["reason"]?.string == "it broke" })
        #expect(world.call(0, "call.list")?["result"]?["calls"]?.array?.count == 1, "the call goes on")
    }

    @Test(arguments: [(MediaFault.Cause.data, 65), (.system, 65), (.exhausted, 75)])
    func aRefusalTellsWhetherToTryAgain(cause: MediaFault.Cause, exit: Int) throws {
        let world = World()
        #expect(world.pair())
        world.machines[0].isMediaSlow = true
        _ = world.call(0, "call.start", ["to": "bob", "sources": ["file:x.wav?fd=0"]])
        let prepared = world.machines[0].media.compactMap { command in
            if case .prepare(let call, _, _, _, _) = command { call } else { nil }
        }
        world.tell(0, .refused(try #require(prepared.first), MediaFault(cause, "it cannot be")))
        let error = try #require(world.machines[0].lines.compactMap { $0["error"] }.last)
        #expect(error["data"]?["exit"]?.int == exit && error["data"]?["detail"] == "it cannot be")
    }

    @Test func aSinkThatFailsIsTold() throws {
        let (world, call) = try Self.talking()
        world.tell(0, .sinkFailed(call, sink: 1, .audio, reason: String(repeating: "ä", count: 200)))
        let told = try #require(world.events(0, "media.sink_failed").first)
        #expect(told["call"]?.string == call.description && told["sink"]?.string == "1")
        #expect(told["reason"]?.string == String(repeating: "ä", count: 128), "no longer than the table says")
        #expect(world.call(0, "call.list")?["result"]?["calls"]?.array?.count == 1, "the call goes on")
    }

    /// A path may say who somebody is.
    @Test func aRefusedSourceIsLoggedWithoutItsPath() throws {
        let world = World { $0.autoAnswer = .contacts }
        try #require(world.pair())
        world.machines[1].isMediaSlow = true
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(1))
        guard case .prepare(let call, _, _, _, _)? = world.machines[1].media.last else {
            Issue.record("media is not asked for")
            return
        }
        let fault = MediaFault(.system, "No such file or directory", about: "file:/home/carol/diagnosis.wav")
        world.tell(1, .refused(call, fault))
        let line = try #require(world.machines[1].logged.last)
        #expect(line.contains("No such file") && !line.contains("carol"))
    }
}
