import Basics
import Foundation
import Testing

@testable import Journal
@testable import Vault

@Suite(.timeLimit(.minutes(10))) struct JournalFolderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func aFolderThatIsNotThereHasNothing() throws {
        let log = try JournalFolder(at: folder.path + "/none")
        #expect(try log.names(in: "") == nil && log.bytes(of: "checkpoint") == nil)
    }

    @Test func namesOfFoldersEndInASlash() throws {
        try folder.write([1], to: "checkpoint")
        try FileManager.default.createDirectory(atPath: folder.path + "/tile/0", withIntermediateDirectories: true)
        let log = try JournalFolder(at: folder.path)
        #expect(try log.names(in: "")?.sorted() == ["checkpoint", "tile/"])
        #expect(try log.names(in: "tile") == ["0/"])
        #expect(try log.names(in: "none") == nil && log.names(in: "checkpoint") == nil)
        #expect(try log.byteCount(of: "checkpoint") == 1 && log.bytes(of: "checkpoint/x") == nil)
    }

    @Test func whatIsNoFileIsNotReadAndNothingWaits() throws {
        try folder.write([1], to: "real")
        #expect(unsafe mkfifo(folder.path + "/pipe", 0o600) == 0)
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: "real")
        try FileManager.default.createDirectory(atPath: folder.path + "/folder", withIntermediateDirectories: false)
        let log = try JournalFolder(at: folder.path)
        for name in ["pipe", "link", "folder"] {
            #expect(throws: JournalReadFailure.self, "\(name)") { try log.bytes(of: name) }
        }
    }

    @Test func aJournalOnTheDiskVerifiesAndGoesOnAfterReopening() throws {
        let path = folder.path + "/log"
        func run() throws {
            var bench = try DiskBench(seed: 5, at: path)
            for _ in 0..<300 { try bench.append(.identityUnlock(method: "local")) }
            let isStored = bench.journal.isStored(bench.lastTicket)
            #expect(isStored)
        }
        try run()
        var bench = try DiskBench(reopening: path, seed: 5)
        try bench.append(.identityUnlock(method: "local"))
        let report = try JournalVerifier.verify(bench.folder)
        #expect(report.size > 300)
        #expect(try folder.mode(of: "log/tile/0/000") == 0o440)
    }
}
