#include <errno.h>
#include <string.h>

#include "sqlite/sqlite_int.h"

/* SQLSTATE class 23, as PostgreSQL has it. */
static const char *constraint_state(int code)
{
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        return "23505";
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        return "23503";
    case SQLITE_CONSTRAINT_NOTNULL:
        return "23502";
    case SQLITE_CONSTRAINT_CHECK:
        return "23514";
    default:
        return "23000";
    }
}

static dbk_err *disk_err(const char *path, int code, int system)
{
    if ((code & 0xff) == SQLITE_FULL || system == ENOSPC || system == EDQUOT)
        return err_errno(system == EDQUOT ? EDQUOT : ENOSPC, "no room to write %s", path);
    if (system)
        return err_errno(system, "%s of %s failed", sqlite3_errstr(code), path);
    return err_new(ERR_IO, "%s of %s failed", sqlite3_errstr(code), path);
}

static dbk_err *busy_err(const char *path)
{
    dbk_err *e = err_new(ERR_BUSY, "%s is being written to by another program", path);
    return err_with_hint(e, "nothing was changed; try again, or see who holds it: fuser '%s'", path);
}

dbk_err *sqlite_code_err(const char *path, int code, int system, const char *said)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return busy_err(path);
    case SQLITE_NOMEM:
        return err_oom();
    case SQLITE_FULL:
    case SQLITE_IOERR:
        return disk_err(path, code, system);
    case SQLITE_CANTOPEN:
        return system ? err_errno(system, "cannot open %s", path)
                      : err_new(ERR_DENIED, "cannot open %s", path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return err_with_hint(err_new(ERR_DENIED, "%s may not be written", path),
                             "the file and its folder, where its log is, must be writable");
    case SQLITE_CORRUPT:
        return err_with_hint(err_new(ERR_INPUT, "%s is damaged: %s", path, said),
                             "keep it and its -wal and -shm files as they are, and restore a copy");
    case SQLITE_NOTADB:
        return err_new(ERR_INPUT, "%s is not an SQLite database", path);
    case SQLITE_CONSTRAINT:
        return err_with_sqlstate(err_new(ERR_SERVER, "%s", said), constraint_state(code));
    case SQLITE_MISMATCH: /* by sqlite_functions.c */
        return err_new(ERR_INPUT, "in %s: %s", path, said);
    case SQLITE_INTERRUPT:
        return err_new(ERR_INTERRUPTED, "interrupted");
    default:
        return err_new(ERR_INTERNAL, "SQLite refused a statement on %s: %s (%d)", path, said, code);
    }
}

dbk_err *sqlite_db_err(sqlite_db *db, int code)
{
    return sqlite_code_err(db->path, code, sqlite3_system_errno(db->handle), sqlite3_errmsg(db->handle));
}
