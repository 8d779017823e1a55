import ControlAPI
import Foundation
import TestSupport
import Testing

@testable import parley

@Suite struct CommandTableTests {
    private let commands = CommandTable.all

    @Test func theVerbsOfTheContractAreThere() {
        let verbs = """
            daemon,up,down,status,version,doctor,rpc,events,wait daemon,wait online,wait peer,wait call,wait until,
            id show,id create,id lock,id unlock,id export,id import,id qr,
            contact list,contact show,contact rename,contact block,contact rm,contact import,contact export,
            invite create,invite accept,invite list,invite revoke,
            call,answer,decline,hangup,mute,calls,journal show,journal verify,journal head,journal export,
            net paths,net ping,stats
            """
        let names = Set(commands.map(\.name))
        for verb in verbs.replacing("\n", with: "").split(separator: ",") { #expect(names.contains(String(verb))) }
        #expect(names.count == commands.count)
    }

    @Test func noVerbIsBothACommandAndAGroup() {
        for spec in commands where spec.path.count == 2 {
            #expect(!commands.contains { $0.path == [spec.path[0]] }, "\(spec.name)")
        }
    }

    @Test func everyOptionIsNamedOnceAndLikeAnOption() {
        for spec in commands {
            let names = (spec.options + OptionSpec.global).map(\.name)
            #expect(Set(names).count == names.count && names.allSatisfy { $0.hasPrefix("--") }, "\(spec.name)")
            #expect(spec.arguments.dropLast().allSatisfy { $0.arity == .one }, "\(spec.name)")
        }
    }

    @Test func theManualPageIsTheGeneratedOne() throws {
        try Project.expectGenerated("contrib/man/parley.1", ManualPage.source(commands))
    }

    @Test(arguments: [
        (Completions.Shell.bash, "parley.bash"), (.zsh, "_parley"), (.fish, "parley.fish"),
    ])
    func theCompletionsAreTheGeneratedOnes(shell: Completions.Shell, name: String) throws {
        try Project.expectGenerated("contrib/completions/\(name)", Completions.script(for: shell, commands))
    }

    /// Who is completed by name, and how the words of the line then read.
    @Test(arguments: [
        ("B", ["Bob\\ Stone", "Bob\\ the\\ \\$\\(touch\\ ran\\)"]), ("Bob\\ S", ["Bob\\ Stone"]),
        ("\"Bob ", ["Bob Stone"]), ("C", ["Carol"]), ("--js", ["--json"]), ("a f", ["a file.wav"]),
    ])
    func bashKeepsNamesWhole(word: String, replies: [String]) throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("a file.wav", "")
        let script = """
            parley() { printf '%s\\n' "Bob Stone" 'Bob the $(touch ran)' Carol; }
            cd "$1"; COMP_WORDS=(parley call "$2"); COMP_CWORD=2; _parley; printf '%s\\n' "${COMPREPLY[@]}"
            """
        let bash = Process(), output = Foundation.Pipe()
        bash.executableURL = URL(fileURLWithPath: "/bin/bash")
        bash.arguments = ["-c", Completions.script(for: .bash, commands) + script, "bash", folder.path, word]
        bash.standardOutput = output
        try bash.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        #expect(String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init) == replies)
        #expect(folder.read("ran") == nil, "a name was run")
    }

    @Test func helpShowsEveryOption() {
        for spec in commands {
            let text = HelpText.text(about: [spec])
            for option in spec.options { #expect(text.contains("  \(option.usage)")) }
            #expect(text.hasPrefix("Usage: parley \(spec.name)"))
        }
    }
}
