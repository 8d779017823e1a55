internal import Basics
public import Crypto

/// What a daemon must still know after a restart: values under keys, in namespaces, sealed.
///
/// Who has the file and not the key sees how many rows there are and how long, which belong together, and when they
/// changed. One thread at a time.
public final class StateStore {
    private let database: Database
    private var seal: StateSeal
    private let select: Statement
    private let selectAll: Statement
    private let insert: Statement
    private let remove: Statement

    /// Opens the store at `path`, which is made when missing. `key` is 32 secret bytes.
    ///
    /// A store of an older schema is brought to this one, after a copy of it was written to `path`.v1 (or whichever
    /// version it had).
    public convenience init(at path: String, key: consuming SecretBytes) throws(StateStoreError) {
        try self.init(at: path, key: key, schema: .current)
    }

    init(at path: String, key: consuming SecretBytes, schema: StateSchema) throws(StateStoreError) {
        precondition(key.byteCount == 32)
        seal = StateSeal(key: key)
        database = try Database(at: path)
        let version = try database.schemaVersion()
        guard version <= schema.version else { throw .newerSchema(version) }
        try database.checkIntegrity()
        if version > 0 {
            try Self.prove(&seal, in: database)
            if version < schema.version { try database.copy(to: "\(path).v\(version)") }
        }
        if version < schema.version { try Self.upgrade(database, from: version, to: schema, &seal) }

        select = try database.prepare("SELECT sealed FROM entries WHERE namespace = ? AND name = ?")
        selectAll = try database.prepare("SELECT name, sealed FROM entries WHERE namespace = ?")
        insert = try database.prepare("INSERT OR REPLACE INTO entries (namespace, name, sealed) VALUES (?, ?, ?)")
        remove = try database.prepare("DELETE FROM entries WHERE namespace = ? AND name = ?")
    }

    /// The value of a key; nil when it has none.
    public func get(_ namespace: String, _ key: [UInt8]) throws(StateStoreError) -> [UInt8]? {
        let space = seal.hash(namespace: namespace), name = seal.hash(namespace: namespace, key: key)
        var sealed: [UInt8]?
        try select.run([space, name]) { sealed = $0.bytes(0) }
        guard let sealed else { return nil }
        return try open(sealed, space, name).value
    }

    /// All keys of a namespace with their values, the smallest key first.
    public func list(_ namespace: String) throws(StateStoreError) -> [(key: [UInt8], value: [UInt8])] {
        let space = seal.hash(namespace: namespace)
        var rows: [(name: [UInt8], sealed: [UInt8])] = []
        try selectAll.run([space]) { rows.append(($0.bytes(0), $0.bytes(1))) }
        return try rows.map { row throws(StateStoreError) in try open(row.sealed, space, row.name) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
    }

    /// Gives a key a value, durably.
    public func put(_ namespace: String, _ key: [UInt8], _ value: [UInt8]) throws(StateStoreError) {
        try write([.put(namespace: namespace, key: key, value: value)])
    }

    /// Takes a key's value away, durably.
    public func delete(_ namespace: String, _ key: [UInt8]) throws(StateStoreError) {
        try write([.delete(namespace: namespace, key: key)])
    }

    /// Does all of `writes` durably, in order, or none.
    public func write(_ writes: [StateWrite]) throws(StateStoreError) {
        guard !writes.isEmpty else { return }
        try database.transaction { () throws(StateStoreError) in
            for write in writes { try apply(write) }
        }
    }

    private func apply(_ write: StateWrite) throws(StateStoreError) {
        switch write {
        case .put(let namespace, let key, let value):
            let space = seal.hash(namespace: namespace), name = seal.hash(namespace: namespace, key: key)
            try insert.run([space, name, seal.seal((key, value), namespace: space, name: name)])
        case .delete(let namespace, let key):
            try remove.run([seal.hash(namespace: namespace), seal.hash(namespace: namespace, key: key)])
        }
    }

    private func open(_ sealed: [UInt8], _ space: [UInt8], _ name: [UInt8]) throws(StateStoreError) -> StateSeal.Entry {
        guard let entry = seal.open(sealed, namespace: space, name: name) else {
            throw .damaged("a row was not sealed for its place")
        }
        return entry
    }
}

extension StateStore {
    /// What the row of `proof` is sealed for.
    private static let proofPlace = Array("parley/1 store proof".utf8)

    /// Throws `.wrongKey` unless the store was made under this key.
    private static func prove(_ seal: inout StateSeal, in database: Database) throws(StateStoreError) {
        var proof: [UInt8]?
        let statement = try database.prepare("SELECT sealed FROM proof")
        try statement.run([]) { proof = $0.bytes(0) }
        guard let proof else { throw .damaged("the proof of the key is missing") }
        guard seal.open(proof, namespace: proofPlace, name: []) != nil else { throw .wrongKey }
    }

    private static func upgrade(
        _ database: Database, from version: Int, to schema: StateSchema, _ seal: inout StateSeal
    ) throws(StateStoreError) {
        try database.transaction { () throws(StateStoreError) in
            for step in schema.steps[version...] { try database.execute(step) }
            try database.execute("PRAGMA user_version = \(schema.version)")
            guard version == 0 else { return }
            let proof = seal.seal(([], []), namespace: proofPlace, name: [])
            let statement = try database.prepare("INSERT INTO proof (sealed) VALUES (?)")
            try statement.run([proof])
        }
    }
}
