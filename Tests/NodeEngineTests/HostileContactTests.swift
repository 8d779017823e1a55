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
            world.run(.seconds(5))
            call()
        }
        #expect(entries(world, "call.join") == before + 200)
        world.run(.seconds(3_700))
        #expect(entries(world, "flood") >= 1)
    }
}
