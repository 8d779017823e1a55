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
