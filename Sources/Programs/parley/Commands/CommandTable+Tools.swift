import Basics
import ControlAPI
import Glibc
import Platform

extension CommandTable {
    static let tools: [CommandSpec] = [
        CommandSpec(
            path: ["rpc"], summary: "Ask for a method of the control protocol.",
            arguments: [
                ArgumentSpec(name: "METHOD", kind: .method, summary: "The method, such as daemon.status."),
                ArgumentSpec(
                    name: "KEY=VALUE", kind: .text, arity: .many,
                    summary: "Parameters; a value that is JSON is taken as JSON, any other as a text. "
                        + "A single - reads an object of parameters from standard input."),
            ],
            details: "Prints the result. Descriptors cannot be passed.", run: call),
        CommandSpec(
            path: ["completion"], summary: "Print the completions for a shell.",
            arguments: [
                ArgumentSpec(
                    name: "SHELL", kind: .choice(Completions.Shell.allCases.map(\.rawValue)), summary: "Which shell.")
            ], run: completion),
        CommandSpec(
            path: ["complete"], summary: "Print what completions offer: the names of the contacts.",
            arguments: [ArgumentSpec(name: "KIND", kind: .choice(["peers"]), summary: "Of what.")], run: complete),
        CommandSpec(path: ["manual"], summary: "Print the manual page as man(7) source.", run: manual),
    ]

    @Sendable private static func call(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        let words = invocation.argumentList("KEY=VALUE")
        let parameters = words == ["-"] ? try parametersFromInput() : try parameters(words)
        let result = try context.connect().call(invocation.argument("METHOD"), parameters)
        context.write(context.isJSON || isatty(STDOUT_FILENO) == 0 ? result.text() : result.text(.indented))
        return .success
    }

    /// `a=1 b=[2] c=word d="3"`: JSON where it is JSON, else a text.
    static func parameters(_ words: [String]) throws(Failure) -> JSONObject {
        var object = JSONObject()
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else { throw .usage("\"\(word)\" is not KEY=VALUE") }
            guard object[parts[0]] == nil else { throw .usage("\(parts[0]) stands twice") }
            object[parts[0]] = (try? JSONValue(parsing: parts[1])) ?? .string(parts[1])
        }
        return object
    }

    private static func parametersFromInput() throws(Failure) -> JSONObject {
        let bytes = try Files.read("-", limit: RPCLine.longest)
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(parsing: bytes) } catch {
            throw .usage("standard input: \(error)")
        }
        guard let object = value.object else { throw .usage("standard input holds no JSON object") }
        return object
    }

    @Sendable private static func completion(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        guard let shell = Completions.Shell(rawValue: invocation.argument("SHELL")) else {
            preconditionFailure("the parser lets no other shell through")
        }
        context.write(Completions.script(for: shell, context.commands))
        return .success
    }

    @Sendable private static func complete(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        // Somebody is typing: a daemon that does not answer at once is left alone.
        alarm(1)
        let contacts = try context.connect().call(.contactList)["contacts"]?.array ?? []
        context.write(contacts.compactMap { $0["name"]?.string }.joined(separator: "\n"))
        return .success
    }

    @Sendable private static func manual(_ invocation: Invocation, _ context: Context) throws(Failure) -> ExitCode {
        context.write(ManualPage.source(context.commands))
        return .success
    }
}
