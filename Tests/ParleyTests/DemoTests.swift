import Basics
import Foundation
import TestSupport
import Testing

/// The demonstration as far as it goes without building: what it refuses, and how it reads figures.
@Suite struct DemoTests {
    private func bash(_ arguments: [String], input: String = "") throws -> (
        status: Int32, output: String, error: String
    ) {
        let process = Process(), output = Pipe(), error = Pipe(), standardInput = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = arguments
        process.currentDirectoryURL = Project.root
        process.standardOutput = output
        process.standardError = error
        process.standardInput = standardInput
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let written = try output.fileHandleForReading.readToEnd() ?? Data()
        let told = try error.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (
            process.terminationStatus, String(decoding: written, as: UTF8.self), String(decoding: told, as: UTF8.self)
        )
    }

    @Test(arguments: [
        (["--smell", "x"], 64, "usage: contrib/demo [--speech FILE] [--video FILE]"), (["--video"], 64, "usage"),
        (["--speech", ""], 64, "usage"), (["--video", "/nonexistent/film.mp4"], 65, "/nonexistent/film.mp4"),
        (["--video", "Sources"], 65, "Sources cannot be read"), (["--speech", "none.wav"], 65, "none.wav cannot"),
    ])
    func whatItCannotShowIsRefusedBeforeAnythingIsInstalled(arguments: [String], status: Int, words: String) throws {
        let run = try bash(["contrib/demo"] + arguments)
        #expect(run.status == status && run.error.contains(words) && run.output.isEmpty)
    }

    /// It has no JSON reader of its own but a few lines of awk: they must see what a reader sees.
    @Test func itReadsFiguresAsTheyAre() throws {
        let script = try Project.text(of: "contrib/demo")
        let start = try #require(script.range(of: "\nflatten() {\n"))
        let end = try #require(script.range(of: "\n}\n", range: start.upperBound..<script.endIndex))
        let function = String(script[start.lowerBound..<end.upperBound])
        let odd: JSONValue = [
            "video": "fake", "a": ["b": ["c": -1.5e-3, "d": true], "e": "x, {\"sent\":7}: [y]"], "sent": .null,
        ]
        for object in [JSONValue.object(MeasuredCall.stats()), odd] {
            let run = try bash(["-c", function + "flatten"], input: object.text() + "\n")
            let lines = run.output.split(separator: "\n").map {
                $0.split(separator: "\t", maxSplits: 1).map(String.init)
            }
            let read = lines.map { "\($0[0])=\($0.count > 1 ? $0[1] : "")" }
            #expect(run.status == 0 && read == leaves(object, ""))
        }
    }

    private func leaves(_ value: JSONValue, _ path: String) -> [String] {
        guard let object = value.object else {
            return ["\(path)=\(value.string.map { $0.replacing("\"", with: "\\\"") } ?? value.text())"]
        }
        return object.members.flatMap { leaves($0.value, path.isEmpty ? $0.name : "\(path).\($0.name)") }
    }
}
