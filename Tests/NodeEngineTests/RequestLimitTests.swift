import Basics
import Calling
import ControlAPI
import Journal
import Mesh
import Testing

@testable import NodeEngine

/// What one client, or all together, may have under way.
@Suite struct RequestLimitTests {
    private func kinds(_ world: World, _ requests: [Int]) -> [String?] {
        requests.map { world.answer(0, $0)?["error"]?["data"]?["kind"]?.string }
    }

    @Test(arguments: ["journal.verify", "journal.query"]) func whatReadsTheDiskIsLimited(method: String) {
        let world = World()
        let requests = (0..<1_000).map { _ in world.ask(0, method) }
        #expect(world.machines[0].reads.count == 8)
        #expect(kinds(world, requests).suffix(992).allSatisfy { $0 == "rate_limited" })
        #expect(kinds(world, requests).prefix(8).allSatisfy { $0 == nil })
        #expect(world.call(0, "identity.get")?["result"] != nil, "what is answered at once is not limited")
    }

    /// What a client asked for goes on when it has gone: it counts until it is done.
    @Test func clientsThatComeAndGoAreLimitedTogether() {
        let world = World()
        let node = world.machines[0]
        for number in 2..<102 {
            let client = ClientNumber(number: UInt64(number))
            node.node.clientOpened(client, uid: 0, at: world.moment)
            for id in 0..<4 {
                let line: JSONValue = ["jsonrpc": "2.0", "id": JSONValue(id), "method": "journal.verify"]
                node.node.handle(
                    line: line.encoded().rawSpan, RequestLine(number: 1), descriptorCount: 0, from: client,
                    at: world.moment)
            }
            node.node.clientClosed(client)
        }
        world.drain(0)
        #expect(node.reads.count == 32)
        for name in 1...32 {
            node.node.diskAnswered(
                DiskRequest(number: UInt64(name)), .success(.object(JSONObject())), at: world.moment)
        }
        world.drain(0)
        for _ in 0..<9 { world.ask(0, "journal.verify") }
        #expect(node.reads.count == 40)
    }

    @Test func whoWaitsForEventsIsLimitedAndFreedWhenItGoes() {
        let world = World()
        let newest = world.call(0, "events.subscribe")?["result"]?["seq"]
        let parameters: JSONValue = ["since": newest ?? 0, "topics": ["call"], "timeout_ms": 60_000]
        let requests = (0..<100).map { _ in world.ask(0, "events.next", parameters) }
        #expect(kinds(world, requests).count { $0 == "rate_limited" } == 36)
        world.machines[0].node.clientClosed(ClientNumber(number: 1))
        world.machines[0].node.clientOpened(ClientNumber(number: 1), uid: 0, at: world.moment)
        #expect(kinds(world, [world.ask(0, "events.next", parameters)]) == [nil])
    }

    @Test func aCallHasEightSourcesAtATime() throws {
        let world = World()
        try #require(world.pair())
        try #require(world.connect())
        let call = try #require(world.liveCall(0))
        func add(_ number: Int) -> Int {
            let request = world.ask(0, "media.addSource", ["uri": "test:tone"])
            world.tell(0, .sourceAdded(call, .success(AddedSource(number: number, kind: .audio))))
            return request
        }
        let requests = (0..<20).map { add($0) }
        #expect(kinds(world, requests).count { $0 == "busy" } == 12)
        for number in 0..<200 {
            world.tell(0, .sourceEnded(call, source: number, fault: nil))
            _ = add(number + 8)
        }
        let sources = world.call(0, "media.sources")?["result"]?["sources"]?.array ?? []
        #expect(sources.count == 64 && sources.last?["source"]?.string == "207")
        #expect(sources.suffix(8).allSatisfy { $0["state"]?.string == "running" })
    }

    /// A few may wait for whoever reads them, each by itself.
    @Test func exportsAreLimited() {
        let world = World()
        let requests = (0..<5).map { _ in world.ask(0, "journal.export", ["fd": 0], descriptorCount: 1) }
        world.run(.seconds(1))
        #expect(world.machines[0].reads.count == 2)
        #expect(kinds(world, requests).count { $0 == "rate_limited" } == 3)
    }

    /// Every way out of a wait gives its place back.
    @Test func nothingIsUnderWayBehindCallsPingsAndInvites() throws {
        let world = World()
        try #require(world.pair())
        for _ in 0..<70 {
            try #require(world.connect())
            _ = world.call(0, "net.ping", ["peer": "bob"])
            _ = world.call(0, "call.end")
            _ = world.call(0, "call.start", ["to": "nobody"])
            world.run(.seconds(1))
        }
        #expect(world.call(0, "contact.block", ["peer": "bob"])?["result"] != nil)
        #expect(world.call(0, "contact.block", ["peer": "bob", "blocked": false])?["result"] != nil)
        let isFree = world.machines.allSatisfy { $0.node.underWay.isEmpty }
        #expect(isFree)
    }

    /// Other users are turned away before a byte: that is counted, and entered at once, then once an hour.
    @Test func connectionsThatAreRefusedAreCountedAndEntered() {
        let world = World()
        let node = world.machines[0]
        func come(_ refusal: ClientRefusal) {
            node.node.clientRefused(refusal, at: world.moment)
            world.drain(0)
        }
        for _ in 0..<5 { come(.tooMany) }
        for _ in 0..<1_000 { come(.otherUser(uid: 1_001)) }
        world.run(.seconds(1))
        func fails() -> [JournalEntry] { node.entries.filter { $0.event == "auth.fail" } }
        #expect(fails().map { $0.fields["count"]?.int } == [1])
        #expect(fails().first?.fields["uid"]?.int == 1_001 && fails().first?.fields["method"]?.string == "socket")
        world.run(.seconds(3_601))
        #expect(fails().map { $0.fields["count"]?.int } == [1, 999])
        world.run(.seconds(7_200))
        #expect(fails().count == 2)
        let drops = world.call(0, "daemon.status")?["result"]?["drops"]
        #expect(drops?["client_of_other_user"]?.int == 1_000 && drops?["too_many_clients"]?.int == 5)
        _ = world.call(0, "identity.lock")
        #expect(world.call(0, "daemon.status")?["result"]?["drops"]?["too_many_clients"]?.int == 5)
        come(.otherUser(uid: 1_002))
        world.run(.seconds(1))
        #expect(fails().count == 2, "there is no journal to write to")
    }
}
