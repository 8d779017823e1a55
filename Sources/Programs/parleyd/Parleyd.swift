import Basics
import ControlAPI
import Glibc
import NetworkLoop
import NodeEngine
import Platform
import Vault

/// The daemon's composition root: reads the command line, prepares the process, and runs the network loop.
@main
enum Parleyd {
    static func main() {
        exit(run(Array(CommandLine.arguments.dropFirst())).rawValue)
    }

    private static func run(_ words: [String]) -> ExitCode {
        let arguments: Arguments
        do throws(Arguments.Refusal) { arguments = try Arguments(words) } catch {
            complain("\(error.reason); parleyd --help tells what there is")
            return .usage
        }
        switch arguments.task {
        case .showHelp: print(Arguments.help, terminator: "")
        case .showVersion: print("parleyd \(Node.version)")
        case .showOpenRPC: print(OpenRPC.document.text(.indented))
        case .run: return serve(arguments)
        }
        return .success
    }

    private static func serve(_ arguments: Arguments) -> ExitCode {
        do throws(StartFailure) {
            var startup: Startup? = try Startup(arguments)
            try NetworkActor.run { () throws(StartFailure) -> Daemon? in
                guard let startup = startup.take() else { return nil }
                return try Daemon(startup)
            }
            return .success
        } catch {
            complain(error.reason)
            return error.code
        }
    }

    private static func complain(_ text: String) { Log.error(text) }
}
