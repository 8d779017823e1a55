import ControlAPI
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

    @Test func helpShowsEveryOption() {
        for spec in commands {
            let text = HelpText.text(about: [spec])
            for option in spec.options { #expect(text.contains("  \(option.usage)")) }
            #expect(text.hasPrefix("Usage: parley \(spec.name)"))
        }
    }
}
