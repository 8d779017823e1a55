import Basics
import ControlAPI
import Platform

extension CommandTable {
    private static let who = ArgumentSpec(name: "PEER", kind: .peer, summary: "The contact's name or id.")

    static let contacts: [CommandSpec] = [
        CommandSpec(path: ["contact", "list"], summary: "List the contacts.", run: list),
        CommandSpec(path: ["contact", "show"], summary: "Show one contact.", arguments: [who], run: show),
        CommandSpec(
            path: ["contact", "rename"], summary: "Change what we call a contact.",
            arguments: [who, ArgumentSpec(name: "NAME", kind: .text, summary: "The new name.")], run: rename),
        CommandSpec(
            path: ["contact", "block"], summary: "Give a contact no answer any more.", arguments: [who],
            options: [.flag("--off", "Unblock.")], run: block),
        CommandSpec(
            path: ["contact", "rm"], summary: "Forget a contact and the secrets shared with its devices.",
            arguments: [who], run: remove),
        CommandSpec(
            path: ["contact", "export"], summary: "Write names and ids of the contacts as vCards to standard output.",
            run: export),
        CommandSpec(
            path: ["contact", "import"], summary: "Take over the names of contacts from vCards.",
            arguments: [ArgumentSpec(name: "FILE", kind: .file, summary: "Where from; - is standard input.")],
            details: "A card is for the contact whose id stands in it as IMPP:parley:ID. Cards for others are named: "
                + "only an invite makes a contact. Exits 2 when there were some.", run: restore),
    ]

    @Sendable private static func list(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        context.show(try context.connect().call(.contactList)) { result in
            Table.text(
                ["NAME", "LEVEL", "ONLINE", "BLOCKED", "ID"],
                (result["contacts"]?.array ?? []).map { contact in
                    ["name", "level", "online", "blocked", "peer"].map { Table.words(contact[$0]) }
                })
        }
        return .success
    }

    @Sendable private static func show(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let peer = JSONValue.string(invocation.argument("PEER"))
        context.show(try context.connect().call(.contactGet, ["peer": peer])) { Table.text($0) }
        return .success
    }

    @Sendable private static func rename(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let peer = JSONValue.string(invocation.argument("PEER")), name = JSONValue.string(invocation.argument("NAME"))
        context.show(try context.connect().call(.contactSet, ["peer": peer, "name": name])) { Table.text($0) }
        return .success
    }

    @Sendable private static func block(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let peer = JSONValue.string(invocation.argument("PEER")), isBlocked = JSONValue.bool(!invocation.flag("--off"))
        context.show(try context.connect().call(.contactBlock, ["peer": peer, "blocked": isBlocked])) { Table.text($0) }
        return .success
    }

    @Sendable private static func remove(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let peer = JSONValue.string(invocation.argument("PEER"))
        context.show(try context.connect().call(.contactRemove, ["peer": peer])) { _ in "" }
        return .success
    }

    @Sendable private static func export(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let contacts = try context.connect().call(.contactList)
        context.show(contacts) { result in
            (result["contacts"]?.array ?? []).map { contact in
                VCard(name: contact["name"]?.string ?? "", peer: contact["peer"]?.string ?? "").text
            }.joined()
        }
        return .success
    }

    @Sendable private static func restore(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let path = invocation.argument("FILE")
        guard let text = String(validating: try Files.read(path, limit: 16 << 20), as: UTF8.self) else {
            throw Failure(.badData, "integrity", "\(path) is no text in UTF-8")
        }
        let client = try context.connect()
        var results: [JSONValue] = []
        for card in VCard.cards(in: text) {
            let peer = JSONValue.string(card.peer), name = JSONValue.string(card.name)
            do throws(Failure) {
                _ = try client.call(.contactSet, ["peer": peer, "name": name])
                results.append(["peer": peer, "name": name, "ok": true])
            } catch {
                guard error.exit != .notRunning else { throw error }
                results.append(["peer": peer, "name": name, "ok": false, "kind": .string(error.kind)])
            }
        }
        let done = results.filter { $0["ok"] == true }.count
        context.show(["results": .array(results)]) { _ in "\(done) of \(results.count) names taken over" }
        return done == results.count ? .success : .partial
    }
}
