import Basics
import Calling
import ControlAPI
import Journal
import Mesh
import Streams
import Testing

@testable import NodeEngine

/// What an offer may cause, and when.
@Suite struct OfferTests {
    /// Node 0 says something on the control stream to node 1.
    private func say(_ world: World, _ message: CallMessage) throws { try say(world, [message.fields]) }

    private func say(_ world: World, _ messages: [CBORMap]) throws {
        let peer = world.machines[0].node.device?.contacts.contacts.keys.first
        let found = peer.flatMap { world.machines[0].node.device?.liveLink(to: $0) }
        let link = try #require(found)
        for message in messages {
            let bytes = CBORValue.map(message).encoded
            _ = try link.delivery.streams.send(message: bytes.rawSpan)
        }
        world.machines[0].node.settle(at: world.moment)
        world.drain(0)
        world.run(.milliseconds(200))
    }

    private func offer(_ number: UInt8, lifetime: Duration = .seconds(30)) throws -> CallMessage {
        let call = try #require(CallID([UInt8](repeating: number, count: 16)))
        return CallMessage(call: call, .offer(lifetime: lifetime, media: [.audio(ssrc: 7)]))
    }

    @Test func oneThatIsOverDoesNotRing() throws {
        let world = World()
        try #require(world.pair())
        try say(world, try offer(1, lifetime: .zero))
        #expect(world.events(1, "call.incoming").isEmpty && world.liveCall(1) == nil)
    }

    /// There would be nobody to hang up.
    @Test func oneBehindAGoodbyeDoesNotRing() throws {
        let world = World { $0.autoAnswer = .contacts }
        try #require(world.pair())
        try say(world, [SessionMessage.goodbye.fields, try offer(1).fields])
        world.run(.seconds(5))
        #expect(world.events(1, "call.incoming").isEmpty && world.liveCall(1) == nil)
        #expect(world.call(0, "call.start", ["to": "bob"])?["result"] != nil)
        world.run(.seconds(2))
        #expect(world.events(1, "call.connected").count == 1, "it is not busy")
    }

    /// Declined calls are not unanswered, but each is an entry that the caller alone causes.
    @Test func aContactCausesNoMoreThanSixtyEntriesAnHour() throws {
        let world = World()
        try #require(world.pair())
        let before = world.machines[1].entries.count
        for number in 1...100 {
            try say(world, try offer(UInt8(number)))
            if world.liveCall(1) != nil { _ = world.call(1, "call.decline") }
        }
        world.run(.seconds(1))
        let caused = world.machines[1].entries[before...].filter { ["call.ring", "call.refused"].contains($0.event) }
        #expect(caused.count <= 60)
        #expect(world.events(1, "call.incoming").count == caused.count { $0.event == "call.ring" })
        world.run(.seconds(3_700))
        let floods = world.machines[1].entries.filter { $0.event == "flood" }
        #expect(floods.count == 1 && floods.first?.fields["count"]?.int ?? 0 >= 100 - 60)
    }

    @Test(arguments: [false, true]) func oneThatComesWhileOurMediaIsOpenedIsAnswered(isFirst: Bool) throws {
        let world = World()
        try #require(world.pair())
        world.machines[1].isMediaSlow = true
        let start = world.ask(1, "call.start", ["to": "alice"])
        if isFirst { world.run(.milliseconds(5)) }
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.milliseconds(100))
        #expect(world.answer(1, start) == nil)
        guard case .prepare(let call, _, _, _, _)? = world.machines[1].media.last else {
            Issue.record("media is not asked for, or twice")
            return
        }
        world.tell(1, .prepared(call, []))
        world.run(.seconds(2))
        #expect(world.answer(1, start)?["result"]?["call"]?.string == call.description)
        for node in [0, 1] { #expect(world.events(node, "call.connected").count == 1) }
        _ = world.call(0, "call.end")
        world.expectEnding("hangup", "remote_hangup")
    }

    @Test func oneThatIsTakenBackWhileOurMediaIsOpenedEndsOurs() throws {
        let world = World()
        try #require(world.pair())
        world.machines[1].isMediaSlow = true
        let start = world.ask(1, "call.start", ["to": "alice"])
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.milliseconds(100))
        _ = world.call(0, "call.end")
        world.run(.milliseconds(100))
        if case .prepare(let call, _, _, _, _)? = world.machines[1].media.first { world.tell(1, .prepared(call, [])) }
        world.run(.seconds(1))
        #expect(world.answer(1, start)?["error"] != nil)
        #expect(world.isClosed(0) && world.isClosed(1))
        world.machines[1].isMediaSlow = false
        #expect(world.connect())
    }

    @Test func theSeventhUnansweredWithinAnHourIsRefused() throws {
        let world = World()
        try #require(world.pair())
        for number in 1...6 {
            try say(world, try offer(UInt8(number)))
            let call = try #require(CallID([UInt8](repeating: UInt8(number), count: 16)))
            try say(world, CallMessage(call: call, .end(.cancelled)))
        }
        #expect(world.events(1, "call.incoming").count == 6)
        try say(world, try offer(7))
        #expect(world.events(1, "call.incoming").count == 6)
        #expect(world.events(1, "call.turned_away").last?["cause"]?.string == "refused")
        world.run(.seconds(3_601))
        _ = world.call(0, "net.ping", ["peer": "bob"])
        try say(world, try offer(8))
        #expect(world.events(1, "call.incoming").count == 7)
    }
}
