import Basics
import ControlAPI

/// The command from its words to its end.
enum Program {
    static func run(_ words: [String]) -> ExitCode {
        var context = Context(commands: CommandTable.all, isJSON: words.contains("--json"), isQuiet: false, socket: nil)
        do throws(Failure) {
            switch try ArgumentParser(commands: CommandTable.all).parse(words) {
            case .help(let commands):
                context.write(
                    commands.count == CommandTable.all.count
                        ? HelpText.overview(commands) : HelpText.text(about: commands))
                return .success
            case .run(let invocation):
                context = Context(
                    commands: CommandTable.all, isJSON: invocation.flag("--json"),
                    isQuiet: invocation.flag("--quiet"), socket: invocation.option("--socket"))
                return try invocation.spec.run(invocation, context)
            }
        } catch {
            if context.isJSON { context.write(error.json.text()) }
            Context.sayAlways("parley: \(Table.printable(error.message))\n")
            if let hint = error.hint { Context.sayAlways("        \(Table.printable(hint))\n") }
            return error.exit
        }
    }
}
