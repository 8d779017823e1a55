import Basics
import ControlAPI
import Mesh
import Paths
import Testing

@testable import NodeEngine

/// Nodes to which a relay is the only way out.
@Suite struct RelayPolicyTests {
    private let turn = ICEServer(
        host: "192.0.2.1", port: 3478, service: .turn(.udp, username: "zelda", credential: Redacted("secret")))

    private func world() -> World {
        World {
            $0.icePolicy = .relay
            $0.iceServers = [turn]
        }
    }

    @Test func inviteAndPathsShowTheRelayAlone() throws {
        let world = world()
        #expect(world.pair())
        let text = try #require(world.call(0, "invite.create")?["result"]?["code"]?.string)
        #expect(try InviteCode(text: text).addresses == [world.machines[0].address])
        let status = world.call(0, "daemon.status")?["result"]
        #expect(status?["ice_policy"] == "relay" && status?["listen"] == ["10.0.0.1:4000"])
        let path = world.call(0, "net.paths", ["peer": "bob"])?["result"]?["paths"]?.array?.first
        #expect(path?["kind"] == "turn-udp" && path?["state"] == "active")
        #expect(path?["local"] == "10.0.0.1:4000" && path?["remote"] == "10.0.0.2:4000")
    }

    @Test func theAddressesOfThisMachineNeverCount() throws {
        let world = world()
        let own = try #require(IPAddress("198.51.100.7"))
        world.machines[0].node.networkChanged(interfaces: [own], at: world.moment)
        let text = try #require(world.call(0, "invite.create")?["result"]?["code"]?.string)
        #expect(try InviteCode(text: text).addresses == [world.machines[0].address])
    }

    @Test func withoutARelayThereIsNoInviteAndTheServerIsNamed() throws {
        let world = world()
        world.machines[0].node.relayed(to: nil, by: .udp, at: world.moment)
        world.machines[0].node.handle(ICEServerReport(server: turn, fault: .wrongCredential))
        let error = world.call(0, "invite.create")?["error"]
        #expect(error?["data"]?["kind"] == "not_ready")
        #expect(error?["message"]?.string?.contains("turn:192.0.2.1:3478?transport=udp") == true)
        #expect(world.call(0, "daemon.status")?["result"]?["listen"] == [])
    }

    @Test func contactsAreLetInAndOthersAreNot() throws {
        let world = world()
        #expect(world.machines[0].permitted.isEmpty)
        #expect(world.pair())
        world.run(.seconds(1))
        #expect(Set(world.machines[0].permitted) == [world.machines[1].address.ip])
        _ = world.call(0, "contact.block", ["peer": "bob"])
        world.run(.seconds(1))
        #expect(world.machines[0].permitted.isEmpty)
    }

    @Test func whoKnowsUsLearnsOurNewAddress() throws {
        let world = world()
        #expect(world.pair())
        world.run(.seconds(200))  // the session is gone
        #expect(world.call(0, "net.paths", ["peer": "bob"])?["result"]?["paths"] == [])
        world.machines[0].node.relayed(to: world.machines[0].address, by: .tcp, at: world.moment)
        _ = world.call(0, "daemon.status")
        world.run(.seconds(2))
        let path = world.call(0, "net.paths", ["peer": "bob"])?["result"]?["paths"]?.array?.first
        #expect(path?["kind"] == "turn-tcp" && path?["state"] == "active")
    }

    @Test func thePolicyChangesAtTheNextStartOnly() throws {
        let world = world()
        var changed = Configuration()
        changed.name = "zoe"
        world.machines[0].node.reconfigure(changed, at: world.moment)
        #expect(world.machines[0].node.configuration.icePolicy == .relay)
        #expect(world.machines[0].node.configuration.name == "zoe")
        #expect(world.call(0, "daemon.status")?["result"]?["ice_policy"] == "relay")
    }
}
