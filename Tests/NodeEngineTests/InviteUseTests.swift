import Basics
import ControlAPI
import Journal
import Mesh
import Testing

@testable import NodeEngine

/// An invite makes one contact, once, while it holds.
@Suite struct InviteUseTests {
    private func world() throws -> (World, String) {
        let world = World(names: ["alice", "bob", "carol"])
        for index in world.machines.indices { _ = world.call(index, "events.subscribe") }
        return (world, try #require(world.call(0, "invite.create")?["result"]?["code"]?.string))
    }

    private func accept(_ world: World, _ index: Int, _ code: String) -> JSONValue? {
        world.call(index, "invite.accept", ["code": .string(code)])
    }

    private func kind(_ answer: JSONValue?) -> String? { answer?["error"]?["data"]?["kind"]?.string }

    private func contacts(_ world: World, _ index: Int) -> Int? {
        world.call(index, "contact.list")?["result"]?["contacts"]?.array?.count
    }

    @Test func theSecondDeviceGetsSilenceAndRaisesAnAlarm() throws {
        let (world, code) = try world()
        try #require(accept(world, 1, code)?["result"] != nil)
        let before = world.now
        #expect(kind(accept(world, 2, code)) == "unreachable")
        #expect(world.now - before >= .seconds(15))
        #expect(world.events(0, "invite.reused").count == 1, "once, however often it is tried")
        #expect(contacts(world, 0) == 1 && contacts(world, 2) == 0)
        #expect(world.machines[0].entries.count { $0.event == "invite.fail" } == 1)
    }

    @Test func aRevokedInviteIsSilence() throws {
        let (world, code) = try world()
        let invite = try #require(world.events(0, "invite.created").first?["invite"])
        #expect(world.call(0, "invite.revoke", ["invite": invite])?["result"] != nil)
        #expect(kind(accept(world, 1, code)) == "unreachable")
        #expect(contacts(world, 0) == 0 && contacts(world, 1) == 0)
    }

    @Test func anExpiredInviteIsRefusedHereAndSilenceThere() throws {
        let (world, code) = try world()
        world.run(.seconds(3_700))
        #expect(kind(accept(world, 1, code)) == "invite_expired")
        #expect(contacts(world, 0) == 0)
    }

    /// A code is an order to send packets to somebody: whoever wrote it must not make us knock at others' doors.
    @Test func aCodeSendsUsNowhereButToHosts() throws {
        let world = World()
        let texts = [
            "224.0.0.251:5353", "255.255.255.255:9", "0.0.0.0:4000", "127.0.0.1:22", "10.9.9.9:0", "10.9.9.9:1",
        ]
        let key = Bytes32.zero
        let code = InviteCode(
            peer: PeerID(key: key), noiseStatic: try #require(Bytes32([9] + [UInt8](repeating: 0, count: 31))),
            secret: [UInt8](repeating: 1, count: 16), id: 7, expiry: world.moment.wall + .seconds(3_600),
            addresses: texts.compactMap { SocketAddress($0) })
        #expect(code.addresses.count == texts.count)
        var targets: Set<String> = []
        world.watches = { _, target in targets.insert(target.description) }
        #expect(kind(accept(world, 0, code.text)) == "unreachable")
        #expect(targets == ["10.9.9.9:1"])
    }

    @Test func theSameDeviceMayTryAgainUntilBothHaveEachOther() throws {
        let (world, code) = try world()
        world.loses = { $0.first == 0xC4 }
        #expect(kind(accept(world, 1, code)) == "unreachable")
        world.loses = { _ in false }
        let again = accept(world, 1, code)
        #expect(again?["result"] != nil, "\(again?.text() ?? "")")
        #expect(contacts(world, 0) == 1 && contacts(world, 1) == 1)
        #expect(world.events(0, "invite.reused").isEmpty)
    }
}
