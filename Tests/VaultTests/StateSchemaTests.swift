import Basics
import Crypto
import Testing

@testable import Vault

@Suite struct StateSchemaTests {
    let folder: TemporaryFolder
    var path: String { folder.path + "/store.db" }
    /// What a later program may have.
    let next = StateSchema(steps: StateSchema.current.steps + ["ALTER TABLE entries ADD COLUMN extra INTEGER"])

    init() throws { folder = try TemporaryFolder() }

    @Test func anOlderStoreIsCopiedThenUpgraded() throws {
        try StateStore(at: path, key: .key(1)).put("n", [1], [7])
        let version = StateSchema.current.version
        do {
            let upgraded = try StateStore(at: path, key: .key(1), schema: next)
            #expect(try upgraded.get("n", [1]) == [7])
            try upgraded.put("n", [2], [8])
        }
        #expect(try folder.names() == ["store.db", "store.db.v\(version)"])
        #expect(try folder.mode(of: "store.db.v\(version)") == 0o600)
        let copy = try StateStore(at: "\(path).v\(version)", key: .key(1))
        #expect(try copy.get("n", [1]) == [7] && copy.get("n", [2]) == nil)
        #expect(try StateStore(at: path, key: .key(1), schema: next).get("n", [2]) == [8])
    }

    @Test func aNewerStoreIsRefusedAndStaysAsItIs() throws {
        try StateStore(at: path, key: .key(1), schema: next).put("n", [1], [7])
        let before = try folder.bytes(of: "store.db")
        #expect(throws: StateStoreError.newerSchema(next.version)) { _ = try StateStore(at: path, key: .key(1)) }
        #expect(try folder.bytes(of: "store.db") == before)
    }

    @Test func aStoreOfAnotherKeyIsNotUpgraded() throws {
        try StateStore(at: path, key: .key(1)).put("n", [1], [7])
        #expect(throws: StateStoreError.wrongKey) { _ = try StateStore(at: path, key: .key(2), schema: next) }
        #expect(try folder.names() == ["store.db"])
        #expect(try StateStore(at: path, key: .key(1)).get("n", [1]) == [7])
    }

    @Test func anUpgradeThatFailsChangesNothing() throws {
        try StateStore(at: path, key: .key(1)).put("n", [1], [7])
        let broken = StateSchema(steps: next.steps + ["ALTER TABLE nothing ADD COLUMN extra"])
        #expect(throws: StateStoreError.self) { _ = try StateStore(at: path, key: .key(1), schema: broken) }
        #expect(try StateStore(at: path, key: .key(1)).get("n", [1]) == [7])
    }
}
