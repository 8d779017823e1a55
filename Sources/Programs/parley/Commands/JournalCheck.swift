import Basics
import ControlAPI

/// `parley journal verify`.
enum JournalCheck {
    @Sendable static func run(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let result = try context.connect().call(.journalVerify)
        context.show(result, words)
        return result["ok"] == true ? .success : .journalBroken
    }

    private static func words(_ result: JSONValue) -> String {
        guard result["ok"] == true else {
            let kind = result["kind"]?.string.flatMap(ErrorKind.init)
            return "\(kind?.row.title ?? "Journal broken"): \(Table.words(result["detail"]))"
        }
        return result["summary"]?.string.map(Table.printable) ?? "the journal verifies"
    }
}
