import Basics
import ControlAPI
import Testing

@testable import NodeEngine

/// A lock holds, whatever is under way.
@Suite struct LockingTests {
    @Test func anUnlockThatWasUnderWayOpensNothing() throws {
        let world = World()
        #expect(world.call(0, "identity.lock")?["result"] != nil)
        let number = world.ask(0, "identity.unlock")
        guard case .unlock(_, let request)? = world.machines[0].keys.last else {
            Issue.record("the vault is not asked")
            return
        }
        #expect(world.call(0, "identity.lock")?["result"] != nil)
        world.open(0, for: request)
        #expect(world.answer(0, number)?["error"]?["data"]?["kind"]?.string == "not_ready")
        #expect(world.call(0, "daemon.status")?["result"]?["state"]?.string == "locked")
        _ = world.ask(0, "identity.unlock")
        guard case .unlock(_, let later)? = world.machines[0].keys.last else { return }
        world.open(0, for: later)
        #expect(world.call(0, "daemon.status")?["result"]?["state"]?.string == "ready")
    }

    @Test func contactsAreShownTheNameOfTheConfiguration() throws {
        let world = World { $0.name = "Dr. Weber" }
        try #require(world.pair())
        let contacts = world.call(0, "contact.list")?["result"]?["contacts"]?.array
        #expect(contacts?.first?["name"]?.string == "Dr. Weber")
    }
}
