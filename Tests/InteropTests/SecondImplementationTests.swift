import Foundation
import Testing

/// A second implementation of the wire, in Python and from `Docs/PROTOCOL.md`, against a running daemon.
@Suite(.enabled(if: Stranger.isInstalled, "python3-nacl or python3-cbor2 is not installed"))
struct SecondImplementationTests {
    /// Runs a script against a daemon of its own, which must still be there afterwards and stop cleanly.
    private func play(_ script: String) throws {
        try TemporaryFolder.with { folder in
            let addresses = #"{listen: {addresses: ["127.0.0.1", "127.0.0.42"]}}"#
            try folder.write(Array(addresses.utf8), to: "config/parley.json5")
            let daemon = try Daemon(home: folder)
            let result = try Command(path: Stranger.python).run(
                ["-B", Stranger.scripts.appendingPathComponent(script).path, daemon.socket], in: folder)
            let told = String(decoding: result.output, as: UTF8.self)
            #expect(result.exitCode == 0, "\(told)\(result.error)")
            #expect(told.hasSuffix("all of it\n"))
            #expect(daemon.stop() == 0)
            print(told.split(separator: "\n").map { "\(script): \($0)" }.joined(separator: "\n"))
        }
    }

    @Test func itPairsCallsAndIsCalled() throws { try play("stranger.py") }

    @Test func strangersAndFloodsGetNothing() throws { try play("hostile.py") }

    @Test func exportsThatNobodyReadsKeepNobodyWaiting() throws { try play("exports.py") }
}

/// The scripts, and what they need.
private enum Stranger {
    static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Stranger")
    /// Debian's own, whose packages these are.
    static let python = "/usr/bin/python3"

    static var isInstalled: Bool {
        let result = try? TemporaryFolder.with { folder in
            try Command(path: python).run(["-c", "import cbor2, nacl.bindings"], in: folder)
        }
        return result?.exitCode == 0
    }
}

/// A daemon of its own, which stands beside the tests.
private final class Daemon {
    let socket: String
    private let process = Process()

    /// Starts it and waits until it can be asked.
    init(home: TemporaryFolder) throws {
        socket = home.url.appendingPathComponent("run/parley.sock").path
        let ready = Pipe()
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("parleyd")
        process.environment = ["PARLEY_HOME": home.url.path, "PATH": "/usr/bin:/bin"]
        process.standardError = ready
        try process.run()
        // Its first line tells where it listens.
        var log = Data()
        while !log.contains(UInt8(ascii: "\n")) {
            let more = ready.fileHandleForReading.availableData
            guard !more.isEmpty else { throw CocoaError(.executableLoad) }
            log += more
        }
        ready.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
    }

    deinit { if process.isRunning { process.terminate() } }

    /// Stops it; its exit code.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
