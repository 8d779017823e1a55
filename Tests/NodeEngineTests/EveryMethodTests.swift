import Basics
import ControlAPI
import Testing

@testable import NodeEngine

/// Every method of the control protocol is carried out or refused, in every state of the daemon: none stops it.
@Suite struct EveryMethodTests {
    /// The least parameters that each method takes.
    private func parameters(_ method: MethodName, _ fill: (Field) -> JSONValue) -> JSONValue {
        let required = method.method.parameters.filter(\.isRequired)
        return .object(JSONObject(required.map { ($0.name, fill($0)) }))
    }

    private func value(of field: Field) -> JSONValue {
        switch field.name {
        case "fd", "passphraseFd": 0
        case "since": 0
        case "peer", "to": "bob"
        case "call": "AAAAAAAAAAAAAAAAAAAAAA"
        case "uri": "test:tone"
        default: "x"
        }
    }

    private func isAnswered(_ world: World, _ method: MethodName) -> Bool {
        let before = world.machines[0].media.count
        let request: JSONValue = [
            "jsonrpc": "2.0", "id": "q", "method": .string(method.rawValue), "params": parameters(method, value(of:)),
        ]
        world.machines[0].lines.removeAll()
        world.machines[0].node.handle(
            line: request.encoded().rawSpan, RequestLine(number: 1), descriptorCount: 1, from: ClientNumber(number: 1),
            at: world.moment)
        world.drain(0)
        world.run(.seconds(16)) { world.machines[0].lines.contains { $0["id"]?.string == "q" } }
        let isLater = [.identityExport, .journalVerify, .journalQuery, .journalExport].contains(method)
        return isLater || before != world.machines[0].media.count
            || world.machines[0].lines.contains { $0["id"]?.string == "q" }
    }

    @Test(arguments: MethodName.allCases)
    func isAnsweredWithContacts(method: MethodName) {
        let world = World()
        #expect(world.pair())
        #expect(isAnswered(world, method))
    }

    @Test(arguments: MethodName.allCases)
    func isAnsweredDuringACall(method: MethodName) {
        let world = World()
        #expect(world.pair())
        _ = world.call(0, "call.start", ["to": "bob"])
        world.run(.seconds(1))
        _ = world.call(1, "call.answer")
        world.run(.seconds(1))
        #expect(isAnswered(world, method))
    }

    /// Each refusal is among those that the documents name.
    @Test(arguments: MethodName.allCases)
    func refusalsAreThoseOfTheTable(method: MethodName) {
        let world = World()
        #expect(world.pair())
        #expect(world.call(0, "identity.lock")?["result"] != nil)
        for _ in 0..<2 {
            world.machines[0].lines.removeAll()
            _ = isAnswered(world, method)
            let kind = world.machines[0].lines.compactMap { $0["error"]?["data"]?["kind"]?.string }.first
            let allowed = method.errors.map(\.rawValue)
            #expect(kind == nil || allowed.contains(kind ?? ""), "\(kind ?? "")")
            world.machines[0].node.stop(at: world.moment)
        }
    }

    /// Who waits for something that needs the keys is told when they go.
    @Test func whoWaitsIsAnsweredWhenTheIdentityIsLocked() {
        let world = World(names: ["alice", "bob", "carol"])
        #expect(world.pair())
        let code = world.call(2, "invite.create")?["result"]?["code"]?.string ?? ""
        world.loses = { _ in true }
        let accept = world.ask(0, "invite.accept", ["code": .string(code)])
        let ping = world.ask(0, "net.ping", ["peer": "bob"])
        #expect(world.call(0, "identity.lock")?["result"] != nil)
        for request in [accept, ping] {
            #expect(world.answer(0, request)?["error"]?["data"]?["kind"] == "not_ready")
        }
    }

    @Test(arguments: MethodName.allCases)
    func isAnsweredWhileLocked(method: MethodName) {
        let world = World()
        #expect(world.pair())
        #expect(world.call(0, "identity.lock")?["result"] != nil)
        world.run(.seconds(1))
        let isUnlock = method == .identityUnlock
        #expect(isUnlock || isAnswered(world, method))
    }
}
