import Basics
import Crypto
import Foundation
import TestSupport
import Testing

@testable import Vault

@Suite struct StateCrashTests {
    /// The numbers that a store holds under "count" and in the list, which one transaction writes together.
    private func count(in path: String) throws -> Int {
        let store = try StateStore(at: path, key: .key(1))
        let count = Int(try store.get("n", Array("count".utf8))?.first ?? 0)
        #expect(try store.list("list").map(\.key) == (0..<count).map { [UInt8($0)] })
        return count
    }

    /// A copy of a store as it is on the disk after 24 transactions, its log not yet moved into the database.
    private func writtenStore(_ folder: TemporaryFolder) throws -> (main: [UInt8], log: [UInt8]) {
        let store = try StateStore(at: folder.path + "/store.db", key: .key(1))
        for number in 0..<UInt8(24) {
            try store.write([
                .put(namespace: "list", key: [number], value: [UInt8](repeating: number, count: 300)),
                .put(namespace: "n", key: Array("count".utf8), value: [number + 1]),
            ])
        }
        return (try folder.bytes(of: "store.db"), try folder.bytes(of: "store.db-wal"))
    }

    @Test func whereverTheLogIsTornAPrefixOfTheTransactionsIsThere() throws {
        let folder = try TemporaryFolder()
        let (main, log) = try writtenStore(folder)
        var random = SplitMix(seed: 1), last = 0
        for cut in stride(from: 0, through: log.count, by: 1021) {
            let torn = try TemporaryFolder()
            try torn.write(main, to: "store.db")
            let garbage = (0..<Int.random(in: 0..<5000, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            try torn.write(log.prefix(cut) + garbage, to: "store.db-wal")
            let count = try count(in: torn.path + "/store.db")
            #expect(count >= last, "cut at \(cut)")
            last = count
        }
        #expect(last >= 23)
    }

    @Test func whatWasWrittenSurvivesAProcessThatJustEnds() throws {
        let folder = try TemporaryFolder(), copy = try TemporaryFolder()
        let (main, log) = try writtenStore(folder)
        try copy.write(main, to: "store.db")
        try copy.write(log, to: "store.db-wal")
        #expect(try count(in: copy.path + "/store.db") == 24)
    }
}
