import Basics
import ControlAPI
import Paths
import Testing

@testable import NodeEngine

/// What clients are told of the STUN and TURN servers of the configuration.
@Suite struct ServerFaultTests {
    private let stun = ICEServer(host: "stun.example.org", port: 3478, service: .stun)
    private let turn = ICEServer(
        host: "192.0.2.1", port: 3478, service: .turn(.udp, username: "zelda", credential: Redacted("secret")))

    /// Alice and bob, who know each other and have only ivy's way left; ICE finds no pair.
    private func apart() -> World? {
        let world = World(names: ["alice", "bob", "ivy"]) { $0.iceServers = [stun, turn] }
        world.pairs = { _, _ in nil }
        guard world.pair(), world.acquaint(2, 0), world.acquaint(2, 1) else { return nil }
        world.run(.seconds(5))
        world.passes = { source, target in source == 2 || target == 2 }
        world.run(.seconds(200))
        return world
    }

    private func servers(_ world: World) -> [JSONValue] {
        world.call(0, "daemon.status")?["result"]?["servers"]?.array ?? []
    }

    @Test func theStatusTellsWhatEachServerDoes() throws {
        let world = World { $0.iceServers = [stun, turn, turn] }
        #expect(servers(world).map { $0["state"]?.string } == ["untried", "untried"])
        #expect(
            servers(world).map { $0["url"]?.string } == [
                "stun:stun.example.org:3478", "turn:192.0.2.1:3478?transport=udp",
            ])
        world.machines[0].node.handle(ICEServerReport(server: stun, fault: nil))
        world.machines[0].node.handle(ICEServerReport(server: turn, fault: .wrongCredential))
        #expect(servers(world).map { $0["state"]?.string } == ["working", "faulty"])
        let fault = try #require(servers(world)[1]["fault"]?.string)
        #expect(fault.contains("credential"))
        world.machines[0].node.handle(ICEServerReport(server: turn, fault: nil))
        #expect(servers(world)[1]["state"] == "working" && servers(world)[1]["fault"] == nil)
        let text = world.call(0, "daemon.status")?.text() ?? ""
        #expect(!text.contains("secret") && !text.contains("zelda"))
    }

    @Test func whatIsKnownIsLoggedOnce() {
        let world = World { $0.iceServers = [stun, turn] }
        for _ in 0..<3 { world.machines[0].node.handle(ICEServerReport(server: turn, fault: .silent)) }
        _ = world.call(0, "daemon.status")
        #expect(world.machines[0].logged.count { $0.contains("does not answer") } == 1)
    }

    @Test func aServerThatIsNoLongerConfiguredIsForgotten() {
        var book = ICEServerBook()
        book.keep([stun, turn])
        book.learn(ICEServerReport(server: turn, fault: .silent))
        book.keep([turn])
        #expect(book.entries.map(\.server) == [turn] && book.complaint?.contains("does not answer") == true)
        book.keep([stun])
        book.learn(ICEServerReport(server: turn, fault: .silent))
        #expect(book.entries.map(\.state) == [.untried] && book.complaint == nil)
    }

    @Test func whereANameLeadsIsKnownAsLongAsTheServerIsConfigured() throws {
        let (first, second) = (try #require(IPAddress("192.0.2.7")), try #require(IPAddress("2001:db8::7")))
        var book = ICEServerBook()
        book.keep([stun, turn])
        let literal = try #require(SocketAddress("192.0.2.1:3478"))
        #expect(book.addresses == [literal])
        book.learn([first, second], of: "stun.example.org")
        book.learn([first], of: "other.example.org")
        #expect(book.addresses == [SocketAddress(first, port: 3478), SocketAddress(second, port: 3478), literal])
        book.keep([turn])
        book.keep([stun, turn])
        #expect(book.addresses == [literal])
    }

    /// Nobody leads us to our own servers: neither by an invite nor by candidates.
    @Test func noPeerLeadsUsToAServerThatIsNamed() throws {
        let world = World { $0.iceServers = [stun] }
        let server = SocketAddress(try #require(IPAddress("192.0.2.7")), port: 3478)
        var asked: Set<SocketAddress> = []
        world.watches = { asked.insert($1) }
        world.machines[1].node.listening(on: [server], interfaces: [])
        for isKnown in [true, false] {
            if isKnown { world.machines[0].node.handle([server.ip], ofServer: "stun.example.org") }
            let code = try #require(world.call(1, "invite.create")?["result"]?["code"]?.string)
            let answer = world.call(0, "invite.accept", ["code": .string(code), "timeout_ms": 500])
            #expect(answer?["error"]?["data"]?["kind"]?.string == "unreachable")
            #expect(asked.contains(server) == !isKnown)
            world.machines[0].node.handle([], ofServer: "stun.example.org")
        }
    }

    @Test func aCallWithoutAPathNamesTheServersThatAreOfNoUse() throws {
        let world = try #require(apart())
        world.machines[0].node.handle(ICEServerReport(server: turn, fault: .refused))
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(18))
        let ended = try #require(world.events(0, "call.ended").first)
        #expect(ended["outcome"]?.string == "unreachable")
        #expect(ended["cause"]?.string?.contains("turn:192.0.2.1:3478?transport=udp: nothing listens there") == true)
        #expect(try #require(world.events(1, "call.ended").first)["cause"] == nil)  // bob knows of no fault
    }

    @Test func whoIsNotThereIsNotTheServersFault() throws {
        let world = try #require(apart())
        world.machines[0].node.handle(ICEServerReport(server: turn, fault: .refused))
        world.machines[1].isStopped = true
        world.run(.seconds(700))
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(18))
        let ended = try #require(world.events(0, "call.ended").first)
        #expect(ended["outcome"]?.string == "unreachable" && ended["cause"] == nil)
    }

    @Test func theErrorOfAPingNamesThemToo() throws {
        let world = try #require(apart())
        world.machines[0].node.handle(ICEServerReport(server: turn, fault: .wrongCredential))
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(3))
        let error = world.call(0, "net.ping", ["peer": "bob", "timeout_ms": 300])?["error"]
        #expect(error?["data"]?["kind"]?.string == "unreachable")
        #expect(error?["message"]?.string?.contains("turn:192.0.2.1:3478?transport=udp") == true)
        #expect(error?["data"]?["hint"]?.string?.contains("ice.turn") == true)
    }
}
