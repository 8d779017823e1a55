import Basics
import Foundation

/// One run of the command as a process of its own.
struct Command {
    let status: Int32
    let output: String
    let error: String

    /// The JSON text on standard output.
    var json: JSONValue? { try? JSONValue(parsing: output) }

    /// Runs the command to its end, or until `interruptWhen` says that it shall be interrupted. It stands beside the tests.
    static func run(
        _ arguments: String..., socket: String = "/nonexistent/socket", input: String = "",
        interruptWhen isDue: (@Sendable () -> Bool)? = nil
    ) throws -> Command {
        try run(arguments, socket: socket, input: input, interruptWhen: isDue)
    }

    /// The same with the arguments in a list.
    static func run(
        _ arguments: [String], socket: String, input: String = "", interruptWhen isDue: (@Sendable () -> Bool)? = nil
    ) throws -> Command {
        let process = Process(), output = Pipe(), error = Pipe(), standardInput = Pipe()
        process.executableURL = Self.path
        process.arguments = arguments
        process.environment = ["PARLEY_SOCKET": socket, "HOME": "/nonexistent"]
        process.standardOutput = output
        process.standardError = error
        process.standardInput = standardInput
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        if let isDue {
            while !isDue(), process.isRunning { usleep(1000) }
            process.interrupt()
        }
        let written = try output.fileHandleForReading.readToEnd() ?? Data()
        let told = try error.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Command(
            status: process.terminationStatus, output: String(decoding: written, as: UTF8.self),
            error: String(decoding: told, as: UTF8.self))
    }

    private static let path = URL(fileURLWithPath: CommandLine.arguments[0])
        .deletingLastPathComponent().appendingPathComponent("parley")
}

/// A folder for one test, gone with it.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("parley-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and gives its path.
    func write(_ name: String, _ text: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }

    /// The text of a file; nil when there is none.
    func read(_ name: String) -> String? { try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }
}

extension TestDaemon.Turn {
    /// All that a descriptor gives.
    func text(of index: Int) -> String {
        let file = FileHandle(fileDescriptor: descriptors[index], closeOnDealloc: false)
        return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    }

    /// Writes to a descriptor.
    func write(_ text: String, to index: Int) {
        try? FileHandle(fileDescriptor: descriptors[index], closeOnDealloc: false).write(contentsOf: Data(text.utf8))
    }
}
