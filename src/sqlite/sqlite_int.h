/* sqlite_int.h: what the files of src/sqlite share. */
#ifndef DAYBOOK_SQLITE_SQLITE_INT_H
#define DAYBOOK_SQLITE_SQLITE_INT_H

#include <sqlite3.h>
#include <sys/stat.h>

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
    const char *hazard;       /* of its place; NULL: none */
    bool unlocked;            /* read without locks, since its folder may not be written: must stand still */
    struct stat stood;        /* as the file was then */
    sqlite_stmt **statements; /* by their texts' addresses, in no order */
    size_t count, capacity;
};

/* What a result code other than SQLITE_OK, SQLITE_ROW and SQLITE_DONE means to the caller. */
dbk_err *sqlite_db_err(sqlite_db *db, int code) ERR_MUST_USE;
/* Without a database: `system` is errno, or 0. */
dbk_err *sqlite_code_err(const char *path, int code, int system, const char *said) ERR_MUST_USE;

/* Gives statements the functions that sqlite.h names. A result code. */
int sqlite_functions_add(sqlite3 *handle);

typedef enum sqlite_place {
    SQLITE_PLACE_LOCAL,
    SQLITE_PLACE_UNCERTAIN, /* may be another machine's: FUSE, and what a virtual machine is given */
    SQLITE_PLACE_NETWORK
} sqlite_place;
/* By the type that statfs(2) says. */
sqlite_place sqlite_place_of(unsigned long file_system_type);

/* ERR_BUSY when a file that is read without locks was written to meanwhile. */
dbk_err *sqlite_check_still(const sqlite_db *db) ERR_MUST_USE;

#endif
