import Basics
import ControlAPI
import Journal
import Testing

@testable import NodeEngine

/// A blocked contact sees what somebody offline looks like: nothing at all, whatever it sends.
@Suite struct BlockedContactTests {
    /// Datagrams that node 0 sends from now on.
    private func watch(_ world: World) -> () -> Int {
        var count = 0
        let own = world.machines[0].address
        world.watches = { source, _ in if source == own { count += 1 } }
        return { count }
    }

    private func block(_ world: World) {
        _ = world.call(0, "contact.block", ["peer": "bob"])
        world.run(.milliseconds(20))
    }

    @Test(arguments: [false, true]) func itGetsNoAnswerToAnything(isInCall: Bool) throws {
        let world = World()
        try #require(world.pair())
        if isInCall { try #require(world.connect()) }
        block(world)
        let sent = watch(world)
        world.run(.seconds(30))
        _ = world.call(1, "call.start", ["to": "alice"])
        world.run(.seconds(60))
        _ = world.call(1, "net.ping", ["peer": "alice"], limit: .seconds(30))
        #expect(sent() == 0)
        #expect(world.events(0, "call.incoming").isEmpty)
        #expect(world.isClosed(0))
        if isInCall { #expect(world.machines[0].journalledCauses == ["hangup"]) }
    }

    @Test func whatWasAnsweredBeforeIsNotAnsweredAgain() throws {
        let world = World()
        var initiations: [[UInt8]] = []
        world.loses = { packet in
            if packet.first == 0xC1 { initiations.append(packet) }
            return false
        }
        try #require(world.pair())
        #expect(initiations.count == 1)
        block(world)
        let sent = watch(world)
        for packet in initiations { world.inject(packet, from: 1, to: 0) }
        world.run(.seconds(10))
        #expect(sent() == 0)
    }

    @Test func anAttemptOfOursIsOver() throws { try blockDuringHandshake(by: 0, losing: 0xC2, asking: "bob") }

    @Test func aHandshakeThatIsNotConfirmedIsOver() throws {
        try blockDuringHandshake(by: 1, losing: 0xC4, asking: "alice")
    }

    /// Node 0 blocks node 1 while a handshake that `node` began hangs, for want of packets of one type.
    private func blockDuringHandshake(by node: Int, losing type: UInt8, asking peer: String) throws {
        let world = World()
        try #require(world.pair())
        world.restart(node)
        world.loses = { $0.first == type }
        _ = world.ask(node, "net.ping", ["peer": .string(peer)])
        world.run(.milliseconds(100))
        block(world)
        world.loses = { _ in false }
        let sent = watch(world)
        world.run(.seconds(20))
        #expect(sent() == 0)
        #expect(world.call(0, "daemon.status")?["result"]?["sessions"]?.int == 0)
    }

    /// The store refuses once: what has happened goes again until it is there, or a restart would undo it.
    @Test func aBlockWhileItRingsOutlivesAStoreThatRefusedIt() throws {
        let world = World()
        try #require(world.pair())
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(1)) { !world.events(1, "call.incoming").isEmpty }
        world.machines[1].diskFailure = .noSpace
        _ = world.ask(1, "contact.block", ["peer": "alice"])
        world.run(.seconds(1))
        world.machines[1].diskFailure = nil
        world.run(.seconds(20))
        world.restart(1)
        let contacts = world.call(1, "contact.list")?["result"]?["contacts"]?.array
        #expect(contacts?.first?["blocked"]?.bool == true)
    }

    @Test func whoIsAdmittedAgainIsEnteredFirst() throws {
        let world = World()
        try #require(world.pair())
        _ = world.call(1, "contact.block", ["peer": "alice"])
        world.run(.seconds(1))
        world.machines[1].diskFailure = .other("dead")
        let refused = world.call(1, "contact.block", ["peer": "alice", "blocked": false], limit: .seconds(30))
        #expect(refused?["result"] == nil)
        #expect(world.call(1, "contact.get", ["peer": "alice"])?["result"]?["blocked"]?.bool == true)
        world.machines[1].diskFailure = nil
        world.run(.seconds(20))
        let admitted = world.call(1, "contact.block", ["peer": "alice", "blocked": false])
        #expect(admitted?["result"]?["blocked"]?.bool == false)
        #expect(world.machines[1].entries.last { $0.event == "contact.block" }?.fields["blocked"]?.bool == false)
        world.restart(1)
        #expect(world.call(1, "contact.get", ["peer": "alice"])?["result"]?["blocked"]?.bool == false)
    }
}
