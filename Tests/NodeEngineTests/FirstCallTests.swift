import Basics
import Calling
import ControlAPI
import Mesh
import Testing

@testable import NodeEngine

/// Two whole nodes: an invite, a call, words, and its end.
@Suite struct FirstCallTests {
    @Test func anInviteMakesBothContactsOfEachOther() throws {
        let world = World()
        let isPaired = world.pair()
        #expect(isPaired)
        world.run(.seconds(1))
        let alice = world.call(0, "contact.list")?["result"]?["contacts"]?.array
        let bob = world.call(1, "contact.list")?["result"]?["contacts"]?.array
        #expect(alice?.first?["name"]?.string == "bob")
        #expect(bob?.first?["name"]?.string == "alice")
        let invites = world.call(0, "invite.list")?["result"]?["invites"]?.array
        #expect(invites?.first?["state"]?.string == "used")
    }

    @Test func aCallIsAnsweredAndHungUp() throws {
        let world = World()
        #expect(world.pair())
        let started = try #require(world.call(0, "call.start", ["to": "bob"])?["result"]?["call"]?.string)
        world.run(.seconds(1)) { !world.events(1, "call.incoming").isEmpty }
        let ringing = try #require(world.events(1, "call.incoming").first)
        #expect(ringing["level"]?.string == "L1")
        let answered = world.call(1, "call.answer")
        #expect(answered?["result"] != nil, "\(String(describing: answered))")
        world.run(.seconds(1)) { !world.events(0, "call.connected").isEmpty }
        #expect(world.events(0, "call.connected").first?["call"]?.string == started)
        #expect(world.call(0, "call.end")?["result"] != nil)
        world.run(.seconds(1))
        #expect(world.events(0, "call.ended").first?["outcome"]?.string == "hangup")
        #expect(world.events(1, "call.ended").first?["outcome"]?.string == "remote_hangup")
    }

    @Test func mediaFlowsOnlyWhenBothWantIt() throws {
        let world = World()
        #expect(world.pair())
        _ = world.call(0, "call.start", ["to": "bob"])
        let call = try #require(world.machines[0].node.device?.switchboard.calls.keys.first)
        func speak() {
            let frame = [UInt8](repeating: 0x78, count: 80)
            world.machines[0].node.send(
                audio: frame.rawSpan, mediaTime: 0, due: world.now, marker: false, in: call, at: world.moment)
            world.drain(0)
            world.run(.milliseconds(50))
        }
        world.run(.seconds(1))
        speak()
        #expect(world.machines[1].received.isEmpty)
        _ = world.call(1, "call.answer")
        world.run(.seconds(1))
        speak()
        #expect(world.machines[1].received.count == 1)
        _ = world.call(0, "call.end")
        speak()
        #expect(world.machines[1].received.count == 1)
    }
}
