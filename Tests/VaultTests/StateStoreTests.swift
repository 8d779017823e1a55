import Basics
import Crypto
import Foundation
import Platform
import Testing

@testable import Vault

@Suite struct StateStoreTests {
    let folder: TemporaryFolder
    var path: String { folder.path + "/store.db" }

    init() throws { folder = try TemporaryFolder() }

    private func open(_ key: UInt8 = 1) throws -> StateStore { try StateStore(at: path, key: .key(key)) }

    @Test func whatWasWrittenIsThereAfterReopening() throws {
        try open().write([
            .put(namespace: "contacts", key: [2], value: Array("bob".utf8)),
            .put(namespace: "contacts", key: [1], value: Array("ann".utf8)),
            .put(namespace: "invites", key: [1], value: []),
        ])
        let store = try open()
        #expect(try store.get("contacts", [1]) == Array("ann".utf8))
        #expect(try store.get("contacts", [3]) == nil)
        #expect(try store.get("invites", [1]) == [])
        #expect(try store.get("none", [1]) == nil)
    }

    @Test func aListIsInTheOrderOfItsKeys() throws {
        let store = try open()
        let keys: [[UInt8]] = [[], [0], [0, 0], [0, 1], [1], [255], [255, 0]]
        for key in keys.shuffled() { try store.put("n", key, key + key) }
        try store.put("other", [7], [])
        let list = try store.list("n")
        #expect(list.map(\.key) == keys && list.map(\.value) == keys.map { $0 + $0 })
        #expect(try store.list("none").isEmpty)
    }

    @Test func laterWritesOfATransactionComeOverEarlierOnes() throws {
        let store = try open()
        try store.write([
            .put(namespace: "n", key: [1], value: [1]), .put(namespace: "n", key: [1], value: [2]),
            .put(namespace: "n", key: [2], value: [1]), .delete(namespace: "n", key: [2]),
            .delete(namespace: "n", key: [3]),
        ])
        #expect(try store.get("n", [1]) == [2] && store.get("n", [2]) == nil)
        try store.delete("n", [1])
        #expect(try store.list("n").isEmpty)
        try store.write([])
    }

    @Test func namespaceAndKeyDoNotRunIntoEachOther() throws {
        let store = try open()
        try store.put("a", Array("bc".utf8), [1])
        #expect(try store.get("ab", Array("c".utf8)) == nil)
        #expect(try store.get("abc", []) == nil)
    }

    @Test func anotherKeyIsRefused() throws {
        try open(1).put("n", [1], [1])
        #expect(throws: StateStoreError.wrongKey) { try open(2) }
        #expect(try open(1).get("n", [1]) == [1])
    }

    @Test func theFilesAreForTheirOwnerAndShowNoName() throws {
        let store = try open()
        try store.put("contacts", Array("a telling key".utf8), Array("a telling value".utf8))
        for name in try folder.names() {
            #expect(try folder.mode(of: name) == 0o600, "\(name)")
            let bytes = try folder.bytes(of: name)
            for text in ["contacts", "telling"] { #expect(bytes.firstRange(of: Array(text.utf8)) == nil, "\(name)") }
        }
        #expect(try folder.names().contains("store.db-wal"))
    }

    @Test func aValueInAnotherRowIsNoticed() throws {
        try open().write([
            .put(namespace: "n", key: [1], value: [1]), .put(namespace: "n", key: [2], value: [2]),
        ])
        do {
            let database = try Database(at: path)
            try database.execute("UPDATE entries SET sealed = (SELECT max(sealed) FROM entries)")
        }
        let store = try open()
        let answers = [Result { try store.get("n", [1]) }, Result { try store.get("n", [2]) }]
        #expect(answers.filter { (try? $0.get()) == nil }.count == 1)
        #expect(throws: StateStoreError.damaged("a row was not sealed for its place")) { try store.list("n") }
    }

    @Test func aChangedValueIsNoticed() throws {
        try open().put("n", [1], [1, 2, 3])
        do {
            let database = try Database(at: path)
            try database.execute("UPDATE entries SET sealed = zeroblob(length(sealed))")
        }
        #expect(throws: StateStoreError.damaged("a row was not sealed for its place")) { try open().get("n", [1]) }
    }

    @Test func aRowTooShortToBeSealedIsNoticed() throws {
        try open().put("n", [1], [1, 2, 3])
        for count in [0, 1, 23, 24, 39, 40, 43] {
            do {
                let database = try Database(at: path)
                try database.execute("UPDATE entries SET sealed = zeroblob(\(count))")
            }
            #expect(throws: StateStoreError.damaged("a row was not sealed for its place")) {
                try open().get("n", [1])
            }
        }
    }

    @Test func whatIsNoStoreIsDamaged() throws {
        try folder.write([UInt8](repeating: 0x41, count: 8192), to: "store.db")
        #expect {
            _ = try open()
        } throws: { error in
            guard case .damaged = error as? StateStoreError else { return false }
            return true
        }
    }

    @Test func oneProcessHasItOpen() throws {
        let store = try open()
        #expect(throws: StateStoreError.inUse) { try open() }
        try store.put("n", [1], [1])
    }

    @Test func aFolderThatIsNotThereIsReported() throws {
        #expect {
            _ = try StateStore(at: folder.path + "/none/store.db", key: .key(1))
        } throws: { error in
            guard case .system(let error) = error as? StateStoreError else { return false }
            return error.isAbsent
        }
    }
}
