import Basics
import Foundation
import JournalTestSupport
import TestSupport
import Testing

@testable import Journal
@testable import Vault

@Suite struct JournalFilesTests {
    let folder: TemporaryFolder
    let log: String

    init() throws {
        folder = try TemporaryFolder()
        log = folder.path + "/journal/abc"
    }

    private func bytes(_ path: String) throws -> [UInt8]? { try JournalFolder(at: log).bytes(of: path) }

    @Test func writesMakeFilesAndFoldersForTheirOwner() throws {
        var files = try JournalFiles(at: log)
        #expect(
            files.execute([
                .write(path: "tile/entries/000", offset: 0, bytes: [1, 2, 3]),
                .write(path: "tile/entries/000", offset: 3, bytes: [4]), .sync,
            ]) == nil)
        #expect(try bytes("tile/entries/000") == [1, 2, 3, 4])
        #expect(try folder.mode(of: "journal/abc/tile/entries") == 0o700)
        #expect(try folder.mode(of: "journal/abc/tile/entries/000") == 0o600)
    }

    @Test func aWriteBehindTheEndWouldLeaveAHoleAndFails() throws {
        var files = try JournalFiles(at: log)
        #expect(files.execute([.write(path: "a", offset: 1, bytes: [1])]) != nil)
        #expect(files.execute([.write(path: "a", offset: 0, bytes: [1, 2])]) == nil)
        #expect(files.execute([.write(path: "a", offset: 3, bytes: [1])]) != nil)
        #expect(try bytes("a") == [1, 2])
    }

    @Test func aReplacedFileIsWholeAndLeavesNothingBehind() throws {
        var files = try JournalFiles(at: log)
        #expect(files.execute([.replace(path: "cp/000000000007", bytes: [1, 2, 3])]) == nil)
        #expect(files.execute([.replace(path: "cp/000000000007", bytes: [9])]) == nil)
        #expect(try bytes("cp/000000000007") == [9])
        #expect(try folder.names(in: "journal/abc") == ["cp", "tmp"])
        #expect(try folder.names(in: "journal/abc/cp") == ["000000000007"])
        #expect(try folder.names(in: "journal/abc/tmp").isEmpty)
    }

    @Test func whatACrashLeftOfAReplacementIsInNobodysWay() throws {
        var files = try JournalFiles(at: log)
        #expect(files.execute([.replace(path: "checkpoint", bytes: [1])]) == nil)
        try folder.write([7, 7, 7], to: "journal/abc/tmp/new")
        #expect(files.execute([.replace(path: "checkpoint", bytes: [2])]) == nil)
        #expect(try bytes("checkpoint") == [2])
    }

    @Test func aSealedFileIsReadOnlyAndARepeatedBatchStillPasses() throws {
        var files = try JournalFiles(at: log)
        let batch: [JournalOperation] = [
            .write(path: "tile/0/000", offset: 0, bytes: [1]), .sync, .seal(path: "tile/0/000"),
        ]
        #expect(files.execute(batch) == nil)
        #expect(try folder.mode(of: "journal/abc/tile/0/000") == 0o440)
        #expect(files.execute(batch) == nil)
        #expect(try folder.mode(of: "journal/abc/tile/0/000") == 0o440)
        #expect(try bytes("tile/0/000") == [1])
    }

    @Test func truncatingCutsAndNeverExtends() throws {
        var files = try JournalFiles(at: log)
        #expect(files.execute([.write(path: "a", offset: 0, bytes: [1, 2, 3])]) == nil)
        #expect(files.execute([.truncate(path: "a", byteCount: 2), .truncate(path: "a", byteCount: 5)]) == nil)
        #expect(try bytes("a") == [1, 2])
        let failure = files.execute([.truncate(path: "none", byteCount: 0)])
        #expect(failure == .other("none: openat: No such file or directory"))
    }

    @Test(arguments: [false, true]) func removedAndWipedFilesAreGoneAndMayBeMissing(wiped: Bool) throws {
        var files = try JournalFiles(at: log)
        func gone(_ path: String) -> JournalOperation { wiped ? .wipe(path: path) : .remove(path: path) }
        #expect(
            files.execute([.write(path: "keys/a.age", offset: 0, bytes: [1, 2, 3]), .seal(path: "keys/a.age")]) == nil)
        #expect(files.execute([gone("keys/a.age"), gone("keys/a.age"), gone("none/at/all")]) == nil)
        #expect(try bytes("keys/a.age") == nil)
        #expect(files.execute([.write(path: "none/at/all", offset: 0, bytes: [5])]) == nil)
        #expect(try bytes("none/at/all") == [5])
    }

    @Test func wipingOverwritesTheBytesThemselves() throws {
        var files = try JournalFiles(at: log)
        #expect(files.execute([.replace(path: "keys/a", bytes: [1, 2, 3])]) == nil)
        // A second name keeps the file's bytes in sight.
        try FileManager.default.linkItem(atPath: log + "/keys/a", toPath: folder.path + "/witness")
        #expect(files.execute([.wipe(path: "keys/a")]) == nil)
        #expect(try folder.bytes(of: "witness") == [0, 0, 0])
    }

    @Test func anAllocatedFileTakesUpItsRoom() throws {
        var files = try JournalFiles(at: log)
        #expect(files.execute([.allocate(path: "reserve", byteCount: 1 << 20)]) == nil)
        #expect(files.execute([.allocate(path: "reserve", byteCount: 1 << 20)]) == nil)
        var status = stat()
        #expect(unsafe stat(log + "/reserve", &status) == 0)
        #expect(status.st_size == 1 << 20 && status.st_blocks * 512 >= 1 << 20)
    }

    @Test func aBatchStopsAtItsFirstFailureAndTheOthersGoOn() throws {
        var files = try JournalFiles(at: log)
        let failures = files.execute([
            JournalBatch(number: 1, [.write(path: "a", offset: 0, bytes: [1]), .sync]),
            JournalBatch(number: 2, [.truncate(path: "none", byteCount: 0), .write(path: "b", offset: 0, bytes: [1])]),
            JournalBatch(number: 3, [.write(path: "c", offset: 0, bytes: [1]), .sync]),
        ])
        #expect(failures[0] == nil && failures[1] != nil && failures[2] == nil)
        #expect(try bytes("a") == [1] && bytes("b") == nil && bytes("c") == [1])
    }

    @Test func moreFilesThanMayBeOpenAtOnceAreWritten() throws {
        var files = try JournalFiles(at: log)
        let names = (0..<200).map { "pii/\($0)" }
        #expect(files.execute(names.map { .write(path: $0, offset: 0, bytes: Array($0.utf8)) } + [.sync]) == nil)
        for name in names { #expect(try bytes(name) == Array(name.utf8)) }
    }

    @Test func anyBatchesLeaveWhatTheyLeaveInMemory() throws {
        for seed in 0..<UInt64(20) {
            var random = SplitMix(seed: seed), memory = MemoryDisk()
            var files = try JournalFiles(at: log + "\(seed)")
            for number in 0..<40 {
                let batches = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    JournalBatch(
                        number: UInt64(number),
                        (0..<Int.random(in: 1...6, using: &random)).map { _ in Self.operation(&random) })
                }
                let expected = batches.map { batch in (try? memory.execute(batch)) == nil }
                #expect(files.execute(batches).map { $0 != nil } == expected, "seed \(seed)")
            }
            let folder = try JournalFolder(at: log + "\(seed)")
            #expect(try folder.paths(below: "") == memory.files.keys.sorted(), "seed \(seed)")
            for (path, bytes) in memory.files { #expect(try folder.bytes(of: path) == bytes, "seed \(seed) \(path)") }
        }
    }

    private static func operation(_ random: inout SplitMix) -> JournalOperation {
        let path = ["a", "tile/0/000", "tile/0/001", "keys/k.age"].randomElement(using: &random) ?? "a"
        let bytes = [UInt8](repeating: .random(in: 0...255, using: &random), count: .random(in: 0...40, using: &random))
        switch Int.random(in: 0..<7, using: &random) {
        case 0, 1: return .write(path: path, offset: .random(in: 0...20, using: &random), bytes: bytes)
        case 2: return .write(path: path, offset: 0, bytes: bytes)
        case 3: return .sync
        case 4: return .replace(path: path, bytes: bytes)
        case 5: return .remove(path: path)
        default: return .wipe(path: path)
        }
    }
}
