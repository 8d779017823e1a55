import Basics
import Calling
import ControlAPI
import Crypto
import Journal
import Mesh
import Testing
import Transport

@testable import NodeEngine

/// What a contact who means ill, or a device that an invite brought, can make us write.
@Suite struct HostileContactTests {
    /// Node 1 comes back as another device of the same person, which knows the first node and has no pairing with it.
    private func becomeAnotherDevice(_ world: World, _ number: UInt8) throws {
        let machine = world.machines[1]
        var bytes = machine.secret.bytes.withBytes { [UInt8]($0) }
        for index in 65..<97 { bytes[index] = number }  // the Noise static key: see `Identity.encoded`
        machine.secret = SharedSecret(SecretBytes(copying: bytes.rawSpan))
        for (key, row) in machine.rows[Table.contacts] ?? [:] {
            var contact = try #require(Contact(decoding: row))
            for device in contact.devices.keys { contact.devices.update(device) { $0.pairing = nil } }
            machine.rows[Table.contacts]?[key] = contact.encoded
        }
        world.restart(1)
    }

    private func reaches(_ world: World) -> Bool {
        world.call(1, "net.ping", ["peer": "alice", "timeout_ms": 2000])?["result"] != nil
    }

    private func drops(_ world: World, _ reason: String) -> Int {
        world.call(0, "daemon.status")?["result"]?["drops"]?[reason]?.int ?? 0
    }

    private func entries(_ world: World, _ event: String) -> Int {
        world.machines[0].entries.count { $0.event == event }
    }

    @Test func moreAndMoreDevicesOfAContactLeaveNothing() throws {
        let world = World()
        try #require(world.pair())
        let rows = { world.machines[0].rows["stamps"]?.count ?? 0 }
        try #require(rows() == 1)
        var answered = 0
        for number in 1...20 {
            try becomeAnotherDevice(world, UInt8(number))
            let before = (rows(), world.machines[0].entries.count)
            if reaches(world) { answered += 1 } else { #expect((rows(), world.machines[0].entries.count) == before) }
        }
        #expect(answered == 8 && rows() == 9)
        #expect(drops(world, "too_many_devices") > 0)
        // A day later another may come, and the one that was silent longest gives way.
        world.run(.seconds(86_400))
        for number in 21...24 {
            try becomeAnotherDevice(world, UInt8(number))
            #expect(reaches(world))
        }
        #expect(rows() == 9)
        world.restart(0)
        #expect(rows() == 9, "over a restart too")
        _ = world.call(0, "contact.remove", ["peer": "bob"])
        world.run(.seconds(1))
        #expect(rows() == 0)
    }

    @Test func theDeviceOfAnInviteThatNeverEndsThePairingIsEnteredOnce() throws {
        let world = World()
        for index in world.machines.indices { _ = world.call(index, "events.subscribe") }
        let code = try #require(world.call(0, "invite.create")?["result"]?["code"])
        var source: SocketAddress?
        world.watches = { from, _ in source = from }
        // Its session is confirmed, and it says nothing more.
        world.loses = { source == world.machines[1].address && $0.first == 0xC4 && $0.count > 25 }
        for _ in 0..<10 {
            _ = world.call(1, "invite.accept", ["code": code, "timeout_ms": 1000])
            world.run(.seconds(60))
        }
        for event in ["contact.add", "key.first_seen", "level.change"] {
            #expect(entries(world, event) == 1, "\(event)")
        }
        #expect(world.events(0, "contact.added").count == 1)
        world.loses = { _ in false }
        let accepted = world.call(1, "invite.accept", ["code": code])
        #expect(accepted?["result"] != nil, "\(accepted?.text() ?? "")")
        world.restart(1)
        #expect(reaches(world), "both have the newest pairing secret")
    }

    /// A session that is gone before the entry is stored must not make the next one an entry of its own.
    @Test func theDeviceOfAnInviteThatGoesAtOnceIsEnteredOnce() throws {
        let world = World()
        for index in world.machines.indices { _ = world.call(index, "events.subscribe") }
        let code = try #require(world.call(0, "invite.create")?["result"]?["code"])
        let device = world.machines[1].node.device?.identity.noisePublic ?? .zero
        for _ in 0..<10 {
            world.ask(1, "invite.accept", ["code": code, "timeout_ms": 1000])
            world.run(.seconds(1)) { world.machines[0].node.device?.links[device]?.session != nil }
            var context = Context(random: SeededRandom(seed: 1), at: world.moment)
            if let link = world.machines[0].node.device?.links[device] {
                world.machines[0].node.device?.drop(link, because: .requested, &context)
            }
            world.run(.seconds(2))
        }
        for event in ["contact.add", "key.first_seen", "level.change"] {
            #expect(entries(world, event) == 1, "\(event)")
        }
    }

    /// Nobody wished for a call that the configuration answers.
    @Test func callsThatAreAnsweredByConfigurationHaveALimit() throws {
        let world = World { $0.autoAnswer = .contacts }
        try #require(world.pair())
        func call() {
            _ = world.call(1, "call.start", ["to": "alice"], limit: .seconds(1))
            world.run(.milliseconds(400))
            _ = world.call(1, "call.end", limit: .seconds(1))
            world.run(.milliseconds(100))
        }
        let began = world.now
        for _ in 0..<120 { call() }
        let minutes = Int((world.now - began).inSeconds / 60)
        let joined = entries(world, "call.join")
        #expect(joined >= 60 && joined <= 60 + 12 * (minutes + 1), "\(joined) in \(minutes) minutes")
        // An intercom that is called every few seconds works.
        world.run(.seconds(600))
        let before = entries(world, "call.join")
        for _ in 0..<200 {
            // Later, each call would begin with a new session, which is the contact's act as well.
            world.run(.seconds(4))
            call()
        }
        #expect(entries(world, "call.join") == before + 200)
        world.run(.seconds(3_700))
        #expect(entries(world, "flood") >= 1)
    }
}
