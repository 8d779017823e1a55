import Basics
import CSQLite

/// A prepared statement, whose parameters are bytes.
@safe
final class Statement {
    private let handle: OpaquePointer
    private let database: Database

    /// Takes over `handle`.
    init(_ handle: OpaquePointer, of database: Database) {
        unsafe self.handle = handle
        self.database = database
    }

    deinit { unsafe sqlite3_finalize(handle) }

    /// Runs the statement with these parameters, and lends each row that it answers.
    func run(_ parameters: [[UInt8]], row: (borrowing Row) -> Void = { _ in }) throws(StateStoreError) {
        defer {
            unsafe sqlite3_reset(handle)
            unsafe sqlite3_clear_bindings(handle)
        }
        for (index, bytes) in parameters.enumerated() {
            try database.check(
                unsafe parley_sqlite_bind_blob(handle, Int32(index + 1), bytes, Int32(clamping: bytes.count)))
        }
        while true {
            let code = unsafe sqlite3_step(handle)
            try database.check(code)
            guard code == SQLITE_ROW else { return }
            row(unsafe Row(handle))
        }
    }

    /// One row of an answer, until the next is asked for.
    @safe
    struct Row: ~Copyable {
        private let statement: OpaquePointer

        fileprivate init(_ statement: OpaquePointer) { unsafe self.statement = statement }

        /// The bytes in a column.
        func bytes(_ column: Int32) -> [UInt8] {
            let count = unsafe Int(sqlite3_column_bytes(statement, column))
            return unsafe [UInt8](UnsafeRawBufferPointer(start: sqlite3_column_blob(statement, column), count: count))
        }

        /// The number in a column.
        func integer(_ column: Int32) -> Int { unsafe Int(sqlite3_column_int64(statement, column)) }

        /// The text in a column.
        func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
    }
}
