import Basics
import ControlAPI
import Journal
import Mesh
import Testing

@testable import NodeEngine

/// Contacts that an imported identity brings along.
@Suite struct ImportTests {
    private func contact() throws -> Contact {
        let peer = PeerID(key: Bytes32([UInt8](repeating: 9, count: 32)) ?? .zero)
        let device = ContactDevice(noiseStatic: .zero, pairing: nil, addresses: [])
        return Contact(
            peer: peer, name: "carol", device: device, added: WallTime(milliseconds: 0),
            subject: "AAAAAAAAAAAAAAAAAAAAAA")
    }

    private func names(_ world: World) -> [String?] {
        world.call(0, "contact.list")?["result"]?["contacts"]?.array?.map { $0["name"]?.string } ?? []
    }

    @Test(arguments: [true, false]) func contactsAppearOnlyWhenTheyAreEntered(isDiskWell: Bool) throws {
        let world = World()
        let contact = try contact()
        world.machines[0].diskFailure = isDiskWell ? nil : .other("dead")
        world.open(0, for: nil, importing: [contact.encoded])
        #expect(names(world).isEmpty)
        world.run(.seconds(1))
        #expect(names(world) == (isDiskWell ? ["carol"] : []))
        #expect(world.machines[0].entries.contains { $0.event == "contact.add" } == isDiskWell)
        #expect((world.machines[0].rows[Table.contacts]?.count ?? 0) == (isDiskWell ? 1 : 0))
    }
}
