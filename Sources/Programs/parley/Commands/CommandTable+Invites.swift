import Basics
import ControlAPI
import Glibc
import Platform

extension CommandTable {
    static let invites: [CommandSpec] = [
        CommandSpec(
            path: ["invite", "create"], summary: "Make a code that lets one person become a contact.",
            options: [
                .value("--expires", "TIME", .duration, "When it lapses; 1h without it."),
                .flag("--no-qr", "Show no QR code on a terminal."),
            ],
            details: "Standard output is the bare code on a line of its own. On a terminal, standard error shows the "
                + "whole command to paste and a QR code.", run: create),
        CommandSpec(
            path: ["invite", "accept"], summary: "Become contacts with whoever made the code.",
            arguments: [ArgumentSpec(name: "CODE", kind: .text, summary: "The code; - reads it from standard input.")],
            options: [.value("--timeout", "TIME", .duration, "How long to try; 15s without it.")], run: accept),
        CommandSpec(path: ["invite", "list"], summary: "List our invites, without their codes.", run: list),
        CommandSpec(
            path: ["invite", "revoke"], summary: "Make an invite useless at once.",
            arguments: [ArgumentSpec(name: "INVITE", kind: .text, summary: "Its name in the list.")], run: revoke),
    ]

    @Sendable private static func create(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let expires = try invocation.duration("--expires").map { JSONValue($0.nanoseconds / 1_000_000_000) }
        let result = try context.connect().call(.inviteCreate, ["expires_s": expires])
        let code = result["code"]?.string ?? ""
        context.show(result) { _ in code }
        if context.isTerminal {
            context.say("\nThe other side, within the time, once:\n\n    parley invite accept \(code)\n")
            if !invocation.flag("--no-qr"), let lines = QRCode.lines(of: code, colours: true) {
                context.say(lines.joined(separator: "\n"))
            }
        }
        return .success
    }

    @Sendable private static func accept(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        var code = invocation.argument("CODE")
        if code == "-" {
            let bytes = try Files.read("-", limit: 4096)
            guard !bytes.isEmpty else {
                throw Failure(.badData, "invite_invalid", "no code came from standard input")
            }
            code = String(decoding: bytes, as: UTF8.self)
        }
        let timeout = try invocation.duration("--timeout").map { JSONValue($0.nanoseconds / 1_000_000) }
        let result = try context.connect().call(.inviteAccept, ["code": .string(code), "timeout_ms": timeout])
        context.show(result) { "\(Table.words($0["name"])) is a contact now: \(Table.words($0["peer"]))" }
        return .success
    }

    @Sendable private static func list(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        context.show(try context.connect().call(.inviteList)) { result in
            Table.text(
                ["INVITE", "STATE", "EXPIRES"],
                (result["invites"]?.array ?? []).map { invite in
                    ["invite", "state", "expires"].map { Table.words(invite[$0]) }
                })
        }
        return .success
    }

    @Sendable private static func revoke(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let invite = JSONValue.string(invocation.argument("INVITE"))
        context.show(try context.connect().call(.inviteRevoke, ["invite": invite])) { _ in "" }
        return .success
    }
}
