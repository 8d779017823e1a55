import Basics
import ControlAPI
import Platform

extension CommandTable {
    private static let range: [OptionSpec] = [
        .value("--from", "MOMENT", .text, "Only entries from this moment on, such as 2026-11-23T17:50:00.123Z."),
        .value("--to", "MOMENT", .text, "Only entries before this moment."),
        .value("--types", "A,B", .text, "Only these types, such as call.end, or groups, such as call."),
        .value("--call", "CALL", .call, "Only entries about this call."),
        .value("--peer", "PEER", .peer, "Only entries about this contact."),
    ]

    static let journal: [CommandSpec] = [
        CommandSpec(
            path: ["journal", "show"], summary: "Show entries of the journal, oldest first.",
            options: range + [
                .value("--since", "NUMBER", .number, "Only entries with this number or a higher one."),
                .value("--max", "NUMBER", .number, "The most entries; all without it."),
            ], run: show),
        CommandSpec(
            path: ["journal", "verify"], summary: "Check the whole journal, and say what it proves.",
            options: [
                .value("--journal", "FOLDER", .folder, "Check the journal in this folder, without a daemon."),
                .value("--key", "VKEY", .text, "The verifier key that it must begin with; with --journal."),
                .value(
                    "--anchor", "FILE", .file, "A checkpoint kept elsewhere, which it must contain; with --journal."),
            ],
            details:
                "Exits 13 when it does not verify; \"kind\" then tells absent, empty, unsigned, truncated, another "
                + "key's, or broken.", run: JournalCheck.run),
        CommandSpec(path: ["journal", "head"], summary: "Show how far the journal is.", run: head),
        CommandSpec(
            path: ["journal", "export"], summary: "Write entries to a file, one JSON text a line.",
            arguments: [ArgumentSpec(name: "FILE", kind: .file, summary: "Where to; - is standard output.")],
            options: range + [.flag("--force", "Replace the file if it is there, once the export is whole.")],
            details: "The export is itself an entry of the journal.", run: export),
    ]

    private static func filter(_ invocation: Invocation) -> JSONObject {
        let names = [("from", "--from"), ("to", "--to"), ("call", "--call"), ("peer", "--peer")]
        var filter = JSONObject(
            names.compactMap { name, option in invocation.option(option).map { (name, JSONValue.string($0)) } })
        filter["types"] = invocation.words("--types").map { .array($0.map(JSONValue.string)) }
        return filter
    }

    @Sendable private static func show(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let client = try context.connect()
        var query = filter(invocation), rest = try invocation.integer("--max") ?? .max
        query["since"] = try invocation.integer("--since").map { JSONValue($0) }
        while rest > 0 {
            query["max"] = JSONValue(min(rest, 1000))
            let page = try client.call(MethodName.journalQuery.rawValue, query)
            for entry in page["entries"]?.array ?? [] {
                context.show(entry) { entry in
                    let personal = (entry["personal"]?.array ?? []).flatMap { $0.object?.members ?? [] }
                    let fields = (entry["d"]?.object?.members ?? []) + personal
                    let words = fields.map { "\($0.name)=\(Table.words($0.value))" }
                    return (["seq", "t", "ev"].map { Table.words(entry[$0]) } + words).joined(separator: "  ")
                }
            }
            rest -= page["entries"]?.array?.count ?? 0
            guard let next = page["next"] else { break }
            query["since"] = next
        }
        return .success
    }

    @Sendable private static func head(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        context.show(try context.connect().call(.journalHead)) { Table.text($0) }
        return .success
    }

    @Sendable private static func export(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let client = try context.connect()
        let file = try ExportFile(invocation.argument("FILE"), isReplacing: invocation.flag("--force"))
        var parameters = filter(invocation)
        parameters["fd"] = 0
        let result = try client.call(MethodName.journalExport.rawValue, parameters, with: [file.number])
        try file.keep()
        if !file.isStandardOutput { context.show(result) { "\(Table.words($0["entries"])) entries" } }
        return .success
    }
}
