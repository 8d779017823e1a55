import Basics
import Crypto
import Foundation
import JournalTestSupport
import Platform
import Testing

@testable import Journal
@testable import Vault

@Suite(.enabled(if: SmallDisk.isPossible, "only root can make a small disk"))
struct FullDiskTests {
    @Test func aStoreThatDoesNotFitIsFullAndKeepsWhatItHas() throws {
        let disk = try SmallDisk(byteCount: 1 << 20)
        let store = try StateStore(at: disk.path + "/store.db", key: .key(1))
        try store.put("n", [1], [1])
        try disk.fill(leaving: 100_000)
        let big = [UInt8](repeating: 7, count: 300_000)
        #expect(throws: StateStoreError.full) {
            try store.write([.put(namespace: "n", key: [1], value: [2]), .put(namespace: "n", key: [2], value: big)])
        }
        #expect(try store.get("n", [1]) == [1] && store.get("n", [2]) == nil)
        try disk.release()
        try store.put("n", [2], big)
        #expect(try store.get("n", [2]) == big)
    }

    @Test func aKeyFileThatDoesNotFitLeavesTheOldOne() throws {
        let disk = try SmallDisk(byteCount: 1 << 20), path = disk.path + "/identity.key"
        try KeyFile.write(SecretBytes("old"), to: path, protection: .none)
        try disk.fill(leaving: 0)
        #expect {
            try KeyFile.write(SecretBytes("new"), to: path, protection: .none, isReplacing: true)
        } throws: { error in
            guard case .system(let error) = error as? KeyFileError else { return false }
            return error.isNoSpace
        }
        #expect(try KeyFile.read(path).exposed == Array("old".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path).sorted() == ["ballast", "identity.key"])
    }

    @Test func journalStepsThatDoNotFitSaySoAndLeaveNoPart() throws {
        let disk = try SmallDisk(byteCount: 1 << 20)
        var files = try JournalFiles(at: disk.path + "/log")
        #expect(files.execute([.replace(path: "checkpoint", bytes: [1])]) == nil)
        try disk.fill(leaving: 100_000)
        let big = [UInt8](repeating: 7, count: 300_000)
        #expect(files.execute([.replace(path: "checkpoint", bytes: big)]) == .noSpace)
        #expect(files.execute([.allocate(path: "reserve", byteCount: 300_000)]) == .noSpace)
        #expect(files.execute([.write(path: "tile/0/000", offset: 0, bytes: big), .sync]) == .noSpace)
        let log = try JournalFolder(at: disk.path + "/log")
        #expect(try log.bytes(of: "checkpoint") == [1])
        #expect(try log.names(in: "tmp") == [] && log.byteCount(of: "reserve") == nil)

        try disk.release()
        #expect(files.execute([.write(path: "tile/0/000", offset: 0, bytes: big), .sync]) == nil)
        #expect(try log.bytes(of: "tile/0/000") == big)
    }

    @Test func aJournalGivesUpItsReserveToRecordWhatWithdraws() throws {
        let disk = try SmallDisk(byteCount: 2 << 20)
        var bench = try DiskBench(seed: 3, at: disk.path + "/log")
        #expect(try bench.folder.byteCount(of: "reserve") == 1 << 20)
        try disk.fill(leaving: 0)
        #expect(throws: Never.self) {
            for _ in 0..<200 { try bench.append(.callEnd(cause: "hangUp", duration: .seconds(1)), urgency: .withdraws) }
        }
        let health = bench.journal.health
        #expect(health == .full)
        #expect(try bench.folder.byteCount(of: "reserve") == nil)
        let isStored = bench.journal.isStored(bench.lastTicket)
        #expect(isStored)
    }
}
