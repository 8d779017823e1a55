import Basics
import ControlAPI
import Testing

@testable import parley

@Suite struct ArgumentParserTests {
    private let parser = ArgumentParser(commands: CommandTable.all)

    private func invocation(_ line: String) throws -> Invocation {
        guard case .run(let invocation) = try parser.parse(line.split(separator: " ").map(String.init)) else {
            throw Failure.usage("help was understood")
        }
        return invocation
    }

    private func help(_ line: String) throws -> [String] {
        guard case .help(let specs) = try parser.parse(line.split(separator: " ").map(String.init)) else { return [] }
        return specs.map(\.name)
    }

    @Test func wordsOptionsAndArgumentsMayMix() throws {
        let call = try invocation("--json call --source file:a.wav bob --source=test:tone --duration 10s --socket /s")
        #expect(call.spec.name == "call" && call.argument("PEER") == "bob" && call.flag("--json"))
        #expect(call.optionList("--source") == ["file:a.wav", "test:tone"] && call.option("--socket") == "/s")
        #expect(try call.duration("--duration") == .seconds(10) && call.duration("--timeout") == nil)
        #expect(try invocation("--socket /x invite create").option("--socket") == "/x")
    }

    @Test(arguments: [
        "hold", "verify bob", "room create x --policy y", "record start", "consent give", "file send", "send bob hello",
        "book list", "net check", "net explain bob", "net relays", "help room",
    ])
    func whatIsPromisedForLaterIsSaidToBe(line: String) throws {
        do throws(Failure) {
            _ = try parser.parse(line.split(separator: " ").map(String.init))
            Issue.record("it was understood")
        } catch {
            #expect(error.exit == .usage && error.message.contains("not in this version"))
        }
    }

    @Test func aBareHyphenAndWhatFollowsTwoAreArguments() throws {
        #expect(try invocation("invite accept -").argument("CODE") == "-")
        #expect(try invocation("contact rename bob -- --bob").argument("NAME") == "--bob")
        #expect(try invocation("daemon -- --home /p").argumentList("ARGUMENT") == ["--home", "/p"])
        #expect(try invocation("rpc net.ping peer=bob count=3").argumentList("KEY=VALUE") == ["peer=bob", "count=3"])
    }

    @Test(arguments: [
        "", "cal", "invite", "invite make", "call", "call a b", "call bob --duration", "call bob --duration x",
        "call bob --nothing", "call bob --force=1", "call bob --duration 1 --duration 2", "call bob --wait soon",
        "wait call last", "wait call last soon", "id create", "completion tcsh", "events --count -1", "--socket", "-x",
    ])
    func wrongUseIsRefused(line: String) throws {
        let failure = #expect(throws: Failure.self) {
            let invocation = try invocation(line)
            _ =
                try invocation.spec.options.contains { $0.name == "--duration" }
                ? invocation.duration("--duration") : nil
            _ = try invocation.spec.options.contains { $0.name == "--count" } ? invocation.integer("--count") : nil
        }
        #expect(failure?.exit == .usage)
    }

    @Test func slipsOfThePenGetAHint() throws {
        #expect(throws: Failure.self) { try invocation("staus") }
        let failure = #expect(throws: Failure.self) { try invocation("staus") }
        #expect(failure?.message.contains("did you mean stats or status?") == true)
        #expect(ArgumentParser.distance("kitten", "sitting") == 3 && ArgumentParser.distance("", "ab") == 2)
    }

    @Test func helpIsForAllForAGroupAndForOne() throws {
        #expect(try help("help").count == CommandTable.all.count && help("--help").count == CommandTable.all.count)
        #expect(try help("help id").allSatisfy { $0.hasPrefix("id ") } && help("id --help") == help("help id"))
        #expect(try help("call bob --help") == ["call"] && help("help call") == ["call"] && help("-h") == help("help"))
        #expect(try invocation("--version").spec.name == "version")
    }

    @Test(arguments: [
        ("10", 10_000), ("10s", 10_000), ("1.5s", 1500), ("250ms", 250), ("2m", 120_000), ("1h", 3_600_000), ("0", 0),
    ])
    func timesAreRead(text: String, milliseconds: Int) {
        #expect(Duration(words: text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "s", "1 s", "-1s", "1d", "1e3", "nan", "9999999999999999999999s", "1.2.3s", "٣s"])
    func whatIsNoTimeIsRefused(text: String) {
        #expect(Duration(words: text) == nil)
    }

    @Test func parametersAreJSONWhereTheyCanBe() throws {
        let parameters = try CommandTable.parameters(["a=1", "b=[2]", "c=word", "d=\"3\"", "e=", "f=x=y", "g=null"])
        #expect(parameters == ["a": 1, "b": [2], "c": "word", "d": "3", "e": "", "f": "x=y", "g": .null])
        #expect(throws: Failure.self) { try CommandTable.parameters(["a"]) }
        #expect(throws: Failure.self) { try CommandTable.parameters(["a=1", "a=2"]) }
        #expect(throws: Failure.self) { try CommandTable.parameters(["=1"]) }
    }
}
