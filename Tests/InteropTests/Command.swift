import Foundation

/// A program that others wrote, found on the path.
struct Command {
    private let path: String

    /// The program `name`; nil when it is not installed.
    init?(_ name: String) {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        guard let folder = folders.first(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") })
        else { return nil }
        path = "\(folder)/\(name)"
    }

    /// The program at `path`.
    init(path: String) { self.path = path }

    /// Runs it to its end in `folder`.
    func run(
        _ arguments: [String], in folder: TemporaryFolder, environment: [String: String] = [:]
    ) throws -> (exitCode: Int32, output: [UInt8], error: String) {
        let process = Process(), output = Pipe()
        let errors = folder.url.appendingPathComponent(".stderr")
        try Data().write(to: errors)
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder.url
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, [UInt8](data), try String(contentsOf: errors, encoding: .utf8))
    }
}
