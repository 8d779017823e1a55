import Basics
import Calling
import ControlAPI
import Testing

@testable import NodeEngine

/// What front ends are told of the ordinary course of things.
@Suite struct EventTests {
    private func connect(_ world: World) -> String? {
        let call = world.call(0, "call.start", ["to": "bob"])?["result"]?["call"]?.string
        world.run(.seconds(5)) { !world.events(1, "call.incoming").isEmpty }
        _ = world.call(1, "call.answer")
        world.run(.seconds(5)) { !world.events(0, "call.connected").isEmpty }
        return call
    }

    /// A ping that waits for a session sleeps: it keeps nobody busy.
    @Test func aPingToNobodyWakesTheNodeSeldom() {
        let world = World()
        #expect(world.pair())
        world.run(.seconds(130))
        world.loses = { _ in true }
        let ping = world.ask(0, "net.ping", ["peer": "bob"])
        var wakes = 0
        world.run(.seconds(20)) {
            wakes += 1
            return world.answer(0, ping) != nil
        }
        #expect(world.answer(0, ping)?["error"]?["data"]?["kind"] == "unreachable")
        #expect(wakes < 200)
    }

    @Test func contactsComeAndGo() {
        let world = World()
        #expect(world.pair())
        for (index, name) in [(0, "bob"), (1, "alice")] {
            world.run(.seconds(1))
            #expect(world.events(index, "contact.online").map { $0["name"]?.string } == [name])
        }
        world.run(.seconds(300))
        #expect(world.events(0, "contact.offline").count == 1 && world.events(1, "contact.offline").count == 1)
    }

    @Test func aCallSaysSinceWhenTheOtherSideIsHeard() throws {
        let world = World()
        #expect(world.pair())
        let call = try #require(connect(world))
        #expect(world.call(0, "call.get", ["call": .string(call)])?["result"]?["media_started"] == nil)
        let peer = try #require(
            world.machines[0].media.compactMap { command in
                if case .join(_, let peer, _) = command { peer } else { nil }
            }.first)
        let id = try #require(
            world.machines[0].media.compactMap { command in
                if case .join(let call, _, _) = command { call } else { nil }
            }.first)
        world.tell(0, .started(id, peer))
        #expect(world.call(0, "call.get", ["call": .string(call)])?["result"]?["media_started"]?.string != nil)
        #expect(world.events(0, "call.media_started").count == 1)
    }

    @Test func theSourcesOfACallAreListed() throws {
        let world = World()
        #expect(world.pair())
        _ = world.call(0, "call.start", ["to": "bob", "sources": ["test:speech", "test:tone"]])
        func states() -> [String?]? {
            world.call(0, "media.sources")?["result"]?["sources"]?.array?.map { $0["state"]?.string }
        }
        #expect(states() == ["waiting", "waiting"])
        let prepared = world.machines[0].media.compactMap { command in
            if case .prepare(let call, _, _, _, _) = command { call } else { nil }
        }
        let call = try #require(prepared.first)
        world.tell(0, .sourceRunning(call, .audio))
        world.tell(0, .sourceEnded(call, source: 1, fault: nil))
        #expect(states() == ["running", "ended"])
        let uris = world.call(0, "media.sources")?["result"]?["sources"]?.array?.map { $0["uri"]?.string }
        #expect(uris == ["test:speech", "test:tone"])
    }

    @Test func aMissedCallIsRemembered() {
        let world = World()
        #expect(world.pair())
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(1))
        _ = world.call(0, "call.end")
        world.run(.seconds(1))
        #expect(world.call(1, "call.list")?["result"]?["calls"]?.array?.isEmpty == true)
        let ended = world.call(1, "call.list", ["ended": true])?["result"]?["calls"]?.array ?? []
        #expect(ended.map { $0["closing"]?["outcome"]?.string } == ["missed"])
        #expect(ended.first?["closing"]?["video"]?["received"] == 0)
    }

    @Test func aSignedCheckpointIsTold() {
        let world = World()
        _ = world.call(0, "events.subscribe")
        #expect(world.pair())
        world.run(.seconds(120))
        let sizes = world.events(0, "journal.sealed").compactMap { $0["size"]?.int }
        #expect(sizes.last == world.call(0, "journal.head")?["result"]?["signed"]?.int)
        #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0 < $1 })
    }
}
