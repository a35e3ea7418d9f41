/* sqlite_int.h: what the files of src/sqlite share. */
#ifndef DAYBOOK_SQLITE_SQLITE_INT_H
#define DAYBOOK_SQLITE_SQLITE_INT_H

#include <sqlite3.h>

#include "sqlite/sqlite.h"

struct sqlite_stmt {
    sqlite_db *db;
    const char *sql;
    sqlite3_stmt *handle;
    int failed;   /* of the binds, until the next step; SQLITE_OK: none */
    bool touched; /* bound or stepped since its last end */
};

struct sqlite_db {
    sqlite3 *handle;
    char *path;
    int64_t busy_us;
    int64_t waiting_since_us; /* for another writer; 0: not */
    sqlite_stmt **statements; /* by their texts' addresses, in no order */
    size_t count, capacity;
};

/* What a result code other than SQLITE_OK, SQLITE_ROW and SQLITE_DONE means to the caller. */
dbk_err *sqlite_db_err(sqlite_db *db, int code) ERR_MUST_USE;
/* Without a database: `system` is errno, or 0. */
dbk_err *sqlite_code_err(const char *path, int code, int system, const char *said) ERR_MUST_USE;

/* Gives statements the functions that sqlite.h names. A result code. */
int sqlite_functions_add(sqlite3 *handle);

/* Whether statfs(2) says that a file system is another machine's. */
bool sqlite_is_network(unsigned long file_system_type);

#endif
