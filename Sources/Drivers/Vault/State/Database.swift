import CSQLite
import Glibc
import Platform

/// A SQLite database in a file of mode 0600, for one process and one thread at a time.
///
/// What a transaction has written is on the medium when it returns (write-ahead log, `synchronous=FULL`), and pages
/// that are no longer used are overwritten.
@safe
final class Database {
    private let handle: OpaquePointer

    /// Opens the database at `path`, which is made when missing.
    init(at path: String) throws(StateStoreError) {
        do throws(SystemError) {
            _ = try Descriptor.open(path, O_RDWR | O_CREAT)  // SQLite would let others read it
        } catch {
            throw error.isNoSpace ? .full : .system(error)
        }
        var handle: OpaquePointer?
        let code = unsafe sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nil)
        guard let handle = unsafe handle else { throw .failed(code: code, "no memory") }
        unsafe self.handle = handle
        try check(code)
        unsafe sqlite3_extended_result_codes(handle, 1)
        try execute(
            """
            PRAGMA locking_mode = EXCLUSIVE;
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA secure_delete = ON;
            PRAGMA trusted_schema = OFF;
            PRAGMA cell_size_check = ON;
            """)
    }

    deinit { unsafe sqlite3_close_v2(handle) }

    /// Runs statements that answer nothing of interest.
    func execute(_ statements: String) throws(StateStoreError) {
        try check(unsafe sqlite3_exec(handle, statements, nil, nil, nil))
    }

    /// Makes a statement ready to be run often.
    func prepare(_ text: String) throws(StateStoreError) -> Statement {
        var statement: OpaquePointer?
        try check(unsafe sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil))
        guard let statement = unsafe statement else { preconditionFailure("\(text) is no statement") }
        return unsafe Statement(statement, of: self)
    }

    /// All that `body` does happens durably, or nothing of it.
    func transaction(_ body: () throws(StateStoreError) -> Void) throws(StateStoreError) {
        try execute("BEGIN IMMEDIATE")
        do {
            try body()
            try execute("COMMIT")
        } catch {
            // A full disk may have rolled it back already.
            if unsafe sqlite3_get_autocommit(handle) == 0 { try? execute("ROLLBACK") }
            throw error
        }
    }

    /// The version of the schema that the file says it has; 0 for a new one.
    func schemaVersion() throws(StateStoreError) -> Int {
        var version = 0
        let statement = try prepare("PRAGMA user_version")
        try statement.run([]) { version = $0.integer(0) }
        return version
    }

    /// Throws `.damaged` when a page of the file is not what it should be.
    func checkIntegrity() throws(StateStoreError) {
        var finding = "ok"
        let statement = try prepare("PRAGMA quick_check(1)")
        try statement.run([]) { finding = $0.text(0) }
        guard finding == "ok" else { throw .damaged(finding) }
    }

    /// Writes a copy of all that is there to `path`, durably.
    func copy(to path: String) throws(StateStoreError) {
        let temporary = "\(path).new"
        do throws(SystemError) {
            try WholeFile.remove(temporary)
            _ = try Descriptor.open(temporary, O_WRONLY | O_CREAT)
        } catch {
            throw error.isNoSpace ? .full : .system(error)
        }
        let statement = try prepare("VACUUM INTO CAST(? AS TEXT)")
        try statement.run([Array(temporary.utf8)])
        do throws(SystemError) {
            try Descriptor.open(temporary, O_RDONLY).synchronize()
            let folder = try Folder.open(Folder.parent(of: path))
            try folder.rename(Folder.name(of: temporary), to: Folder.name(of: path))
            try folder.synchronize()
        } catch {
            throw .system(error)
        }
    }

    /// Throws what `code`, the result of the last call, means.
    func check(_ code: Int32) throws(StateStoreError) {
        switch code & 0xFF {
        case SQLITE_OK, SQLITE_ROW, SQLITE_DONE: return
        case SQLITE_FULL: throw .full
        case SQLITE_IOERR where SystemError("", code: unsafe sqlite3_system_errno(handle)).isNoSpace: throw .full
        case SQLITE_BUSY, SQLITE_LOCKED: throw .inUse
        case SQLITE_CORRUPT, SQLITE_NOTADB: throw .damaged(words)
        default: throw .failed(code: code, words)
        }
    }

    private var words: String { unsafe String(cString: sqlite3_errmsg(handle)) }
}
