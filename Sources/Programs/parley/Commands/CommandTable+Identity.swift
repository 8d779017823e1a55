import Basics
import ControlAPI
import Glibc
import Platform

extension CommandTable {
    private static let noPassphrase = OptionSpec.flag(
        "--no-passphrase", "Leave the keys on disk without a passphrase: whoever can read the disk has them.")

    static let identity: [CommandSpec] = [
        CommandSpec(path: ["id", "show"], summary: "Show who we are.", run: show),
        CommandSpec(
            path: ["id", "create"], summary: "Make the identity of this daemon.",
            options: [
                .value("--name", "NAME", .text, "The name that contacts see first.", required: true), noPassphrase,
            ] + Passphrase.options(of: "the passphrase"),
            details: "On a terminal it asks for a passphrase, which seals the keys on disk.", run: create),
        CommandSpec(path: ["id", "lock"], summary: "End all calls and wipe the keys from memory.", run: lock),
        CommandSpec(
            path: ["id", "unlock"], summary: "Unseal the keys.", options: Passphrase.options(of: "the passphrase"),
            run: unlock),
        CommandSpec(
            path: ["id", "export"], summary: "Write the identity and the contacts to a sealed file.",
            arguments: [ArgumentSpec(name: "FILE", kind: .file, summary: "Where to; - is standard output.")],
            options: [.flag("--force", "Replace the file if it is there, once the export is whole.")]
                + Passphrase.options(of: "the file's passphrase"),
            details: "The file is an age file: the tool age opens it with the same passphrase.", run: export),
        CommandSpec(
            path: ["id", "import"], summary: "Take over an identity that was exported.",
            arguments: [ArgumentSpec(name: "FILE", kind: .file, summary: "Where from; - is standard input.")],
            options: Passphrase.options(of: "the file's passphrase") + [noPassphrase]
                + Passphrase.options("new-", of: "the passphrase that shall seal the keys here"), run: restore),
        CommandSpec(path: ["id", "qr"], summary: "Show our id as a QR code.", run: qr),
    ]

    @Sendable private static func show(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        context.show(try context.connect().call(.identityGet)) { Table.text($0) }
        return .success
    }

    @Sendable private static func create(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let client = try context.connect()
        let name = JSONValue.string(invocation.option("--name") ?? "")
        let result: JSONValue
        if invocation.flag("--no-passphrase") {
            result = try client.call(.identityCreate, ["name": name, "unprotected": true])
        } else {
            let passphrase = try Passphrase.descriptor(invocation, prompt: "Passphrase", isNew: true, context)
            result = try client.call(
                .identityCreate, ["name": name, "passphraseFd": 0], with: [passphrase.rawValue])
        }
        context.show(result) { Table.text($0) }
        return .success
    }

    @Sendable private static func lock(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        context.show(try context.connect().call(.identityLock)) { _ in "" }
        return .success
    }

    @Sendable private static func unlock(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let client = try context.connect()
        if !Passphrase.isGiven(invocation), let result = try unlockWithout(client) {
            context.show(result) { _ in "" }
            return .success
        }
        let passphrase = try Passphrase.descriptor(invocation, prompt: "Passphrase", isNew: false, context)
        context.show(try client.call(.identityUnlock, ["passphraseFd": 0], with: [passphrase.rawValue])) { _ in "" }
        return .success
    }

    /// The daemon may need no passphrase from us: the keys have none, or systemd gave it one. Nil when it needs ours.
    private static func unlockWithout(_ client: Client) throws(Failure) -> JSONValue? {
        do throws(Failure) { return try client.call(.identityUnlock) } catch {
            guard error.kind == ErrorKind.locked.rawValue else { throw error }
            return nil
        }
    }

    @Sendable private static func export(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let client = try context.connect()
        let file = try ExportFile(invocation.argument("FILE"), isReplacing: invocation.flag("--force"))
        let passphrase = try Passphrase.descriptor(invocation, prompt: "Passphrase of the file", isNew: true, context)
        let result = try client.call(
            .identityExport, ["fd": 0, "passphraseFd": 1], with: [file.number, passphrase.rawValue])
        try file.keep()
        if !file.isStandardOutput { context.show(result) { "\(Table.words($0["bytes"])) bytes" } }
        return .success
    }

    @Sendable private static func restore(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let client = try context.connect()
        let file = try Files.open(invocation.argument("FILE"))
        let passphrase = try Passphrase.descriptor(invocation, prompt: "Passphrase of the file", isNew: false, context)
        let result: JSONValue
        if invocation.flag("--no-passphrase") {
            result = try client.call(
                .identityImport, ["fd": 0, "passphraseFd": 1, "unprotected": true],
                with: [file.rawValue, passphrase.rawValue])
        } else {
            let new = try Passphrase.descriptor(invocation, "new-", prompt: "New passphrase", isNew: true, context)
            result = try client.call(
                .identityImport, ["fd": 0, "passphraseFd": 1, "newPassphraseFd": 2],
                with: [file.rawValue, passphrase.rawValue, new.rawValue])
        }
        context.show(result) { Table.text($0) }
        return .success
    }

    @Sendable private static func qr(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let peer = try context.connect().call(.identityGet)["peer"]?.string ?? ""
        context.show(["peer": .string(peer)]) { _ in
            ((QRCode.lines(of: peer, colours: isatty(STDOUT_FILENO) == 1) ?? []) + [peer]).joined(separator: "\n")
        }
        return .success
    }
}
