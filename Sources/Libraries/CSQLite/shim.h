#pragma once
#include <sqlite3.h>

/// Binds a copy of `bytes`: SQLITE_TRANSIENT is a cast that Swift does not import.
static inline int parley_sqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int byte_count) {
    return sqlite3_bind_blob(statement, index, byte_count > 0 ? bytes : "", byte_count, SQLITE_TRANSIENT);
}
