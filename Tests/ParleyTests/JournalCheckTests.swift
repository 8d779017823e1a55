import Basics
import Foundation
import Journal
import JournalTestSupport
import Testing

/// `parley journal verify --journal`: a folder is judged without any daemon.
@Suite struct JournalCheckTests {
    private let folder: TemporaryFolder
    private let key: String

    /// A log that was stopped in good order, written to a folder.
    init() throws {
        folder = try TemporaryFolder()
        let disk = try SampleLog.stopped(seed: 1, callEntryCount: 24)
        key = try JournalVerifier.verify(disk).vkey.description
        for (path, bytes) in disk.files {
            let file = URL(fileURLWithPath: "\(folder.path)/\(path)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: file)
        }
    }

    private func verify(_ options: String...) throws -> Command {
        let arguments = ["journal", "verify", "--journal", folder.path, "--json"] + options
        return try Command.run(arguments, socket: "/nonexistent/socket")
    }

    /// Checks that the log does not verify, and says why.
    private func expect(_ kind: String, _ command: Command) {
        #expect(command.status == 13 && command.json?["ok"] == false && command.json?["kind"]?.string == kind)
    }

    @Test func aWholeLogVerifies() throws {
        for command in [try verify(), try verify("--key", key), try verify("--anchor", "\(folder.path)/checkpoint")] {
            #expect(command.status == 0 && command.json?["ok"] == true && command.json?["vkey"]?.string == key)
        }
        let plain = try Command.run("journal", "verify", "--journal", folder.path)
        #expect(plain.status == 0 && plain.output.hasPrefix("witnessed to entry 0 by 0 parties; "))
    }

    @Test func theFiveFailuresAreTold() throws {
        let other = try JournalVerifier.verify(try SampleLog.stopped(seed: 2, callEntryCount: 8)).vkey.description
        expect("journal_wrong_key", try verify("--key", other))
        let entries = "\(folder.path)/tile/entries/000", manager = FileManager.default
        try Data(try Data(contentsOf: URL(fileURLWithPath: entries)).dropLast(300)).write(
            to: URL(fileURLWithPath: entries))
        expect("journal_truncated", try verify())
        try manager.removeItem(atPath: "\(folder.path)/checkpoint")
        expect("journal_unsigned", try verify())
        try manager.removeItem(atPath: folder.path)
        try manager.createDirectory(atPath: "\(folder.path)/tmp", withIntermediateDirectories: true)
        expect("journal_empty", try verify())
        try manager.removeItem(atPath: folder.path)
        expect("journal_absent", try verify())
    }

    @Test func whatCannotBeMeantIsWrongUse() throws {
        #expect(try verify("--key", "nonsense").status == 64)
        #expect(try verify("--anchor", "/nonexistent/anchor").status == 65)
        #expect(try Command.run("journal", "verify", "--key", key).status == 64)
    }
}
