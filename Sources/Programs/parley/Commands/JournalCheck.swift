import Basics
import ControlAPI
import Journal
import Platform
import Vault

/// `parley journal verify`: by the daemon, or of a folder without one.
enum JournalCheck {
    @Sendable static func run(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let result = try verdict(invocation, context)
        context.show(result, words)
        return result["ok"] == true ? .success : .journalBroken
    }

    private static func verdict(_ invocation: Invocation, _ context: Context) throws(Failure) -> JSONValue {
        guard let folder = invocation.option("--journal") else {
            guard invocation.option("--key") == nil, invocation.option("--anchor") == nil else {
                throw .usage("--key and --anchor go with --journal")
            }
            return try context.connect().call(.journalVerify)
        }
        var options = JournalVerifier.Options()
        options.now = WallClock.now
        if let text = invocation.option("--key") {
            guard let key = VerifierKey(text) else { throw .usage("--key cannot be \"\(text)\"; allowed: NAME+ID+KEY") }
            options.key = key
        }
        if let path = invocation.option("--anchor") { options.anchor = try Files.read(path, limit: 1 << 20) }
        return verify(folder, options)
    }

    private static func verify(_ folder: String, _ options: JournalVerifier.Options) -> JSONValue {
        do throws(JournalReadFailure) {
            let reader = try JournalFolder(at: folder)
            do throws(VerificationFailure) { return try JournalVerifier.verify(reader, options).json } catch {
                return ["ok": false, "kind": .string(error.kind.name), "detail": .string(error.reason)]
            }
        } catch {
            let kind = ErrorKind.journalBroken.rawValue
            return ["ok": false, "kind": .string(kind), "detail": .string("\(error.path): \(error.reason)")]
        }
    }

    private static func words(_ result: JSONValue) -> String {
        guard result["ok"] == true else {
            let kind = result["kind"]?.string.flatMap(ErrorKind.init)
            return "\(kind?.row.title ?? "Journal broken"): \(Table.words(result["detail"]))"
        }
        let warnings = (result["warnings"]?.array ?? []).map { "warning: \(Table.words($0))" }
        return ([Table.words(result["summary"])] + warnings).joined(separator: "\n")
    }
}
