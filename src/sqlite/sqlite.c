/* sqlite.c: opening a file and ending it, transactions, copies. */
#include "sqlite/sqlite.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/file.h"
#include "core/mem.h"
#include "sqlite/sqlite_int.h"

#define PATH_BYTES_MAX 4000

/* ---- where a file may be ---- */

sqlite_place sqlite_place_of(unsigned long file_system_type)
{
    static const struct {
        unsigned long type;
        sqlite_place place;
    } known[] = {
        {0x6969, SQLITE_PLACE_NETWORK},       /* nfs */
        {0x517B, SQLITE_PLACE_NETWORK},       /* smb */
        {0xFE534D42, SQLITE_PLACE_NETWORK},   /* smb2 */
        {0xFF534D42, SQLITE_PLACE_NETWORK},   /* cifs */
        {0x5346414F, SQLITE_PLACE_NETWORK},   /* afs */
        {0x01021997, SQLITE_PLACE_NETWORK},   /* 9p */
        {0x00C36400, SQLITE_PLACE_NETWORK},   /* ceph */
        {0x0BD00BD0, SQLITE_PLACE_NETWORK},   /* lustre */
        {0x65735546, SQLITE_PLACE_UNCERTAIN}, /* fuse, virtiofs */
        {0x786F4256, SQLITE_PLACE_UNCERTAIN}, /* vboxsf */
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        if (file_system_type == known[i].type)
            return known[i].place;
    return SQLITE_PLACE_LOCAL;
}

static void folder_of(const char *path, char out[PATH_BYTES_MAX + 1])
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        snprintf(out, PATH_BYTES_MAX + 1, ".");
    else if (slash == path)
        snprintf(out, PATH_BYTES_MAX + 1, "/");
    else
        snprintf(out, PATH_BYTES_MAX + 1, "%.*s", (int)(slash - path), path);
}

static dbk_err *check_place(const sqlite_open_options *o, const char **hazard)
{
    size_t length = strlen(o->path);
    if (length == 0 || length > PATH_BYTES_MAX)
        return err_new(ERR_USAGE, "the path of a file has 1 to %d bytes", PATH_BYTES_MAX);
    char folder[PATH_BYTES_MAX + 1];
    folder_of(o->path, folder);
    struct statfs s;
    if ((o->statfs ? o->statfs : statfs)(folder, &s) != 0)
        return err_errno(errno, "cannot use folder %s", folder);
    sqlite_place place = sqlite_place_of((unsigned long)s.f_type);
    *hazard = place == SQLITE_PLACE_UNCERTAIN ? "it is on a file system (FUSE or a shared folder) that may "
                                                "be another machine's: programs on two "
                                                "machines damage it, and what is flushed may not be on a disk"
                                              : NULL;
    if (place != SQLITE_PLACE_NETWORK)
        return NULL;
    return err_with_hint(
        err_new(ERR_INPUT, "%s is on a network file system, where its log is not safe", o->path),
        "keep the file on a disk of this machine, or use a server");
}

/* ---- waiting for another writer ---- */

/* Called when somebody else holds a lock: sleeps a little, unevenly so that two who wait do not meet again,
 * and gives up when the time is over. */
static int wait_for_writer(void *ctx, int tries)
{
    sqlite_db *db = ctx;
    const dbk_clock *clock = clock_system();
    int64_t now_us = clock->mono_us(clock);
    if (tries == 0 || db->waiting_since_us == 0)
        db->waiting_since_us = now_us;
    if (now_us - db->waiting_since_us >= db->busy_us)
        return 0;
    int64_t step_us = tries < 10 ? 500 * (tries + 1) : 5000;
    clock->sleep_us(clock, step_us + (int64_t)((uint64_t)now_us * 2654435761u % (uint64_t)step_us));
    return 1;
}

/* ---- opening ---- */

/* Switching the journal reports another opener without asking how long to wait. */
static dbk_err *use_write_ahead_log(sqlite_db *db)
{
    int code, tries = 0;
    sqlite3_stmt *s = NULL;
    do {
        sqlite3_finalize(s);
        code = sqlite3_prepare_v2(db->handle, "pragma journal_mode = wal", -1, &s, NULL);
        if (code == SQLITE_OK)
            code = sqlite3_step(s);
    } while ((code & 0xff) == SQLITE_BUSY && wait_for_writer(db, tries++));
    dbk_err *e = NULL;
    if (code != SQLITE_ROW)
        e = sqlite_db_err(db, code);
    else if (strcmp((const char *)sqlite3_column_text(s, 0), "wal") != 0)
        e = err_new(ERR_INPUT, "%s cannot have a write-ahead log", db->path);
    sqlite3_finalize(s);
    return e;
}

static dbk_err *settle(sqlite_db *db, sqlite_access access)
{
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_handler(db->handle, wait_for_writer, db);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    /* The first one that reads the file, and so tells that it is one of SQLite's. */
    dbk_err *e = sqlite_exec(db, "pragma schema_version");
    if (!e && access != SQLITE_FOR_READING)
        e = use_write_ahead_log(db);
    int code = e ? SQLITE_OK : sqlite_functions_add(db->handle);
    if (code != SQLITE_OK)
        e = sqlite_db_err(db, code);
    return e ? e : sqlite_exec(db, "pragma synchronous = full");
}

static dbk_err *open_handle(sqlite_db *db, const sqlite_open_options *o, const char *name, int more_flags)
{
    static const int flags[] = {[SQLITE_FOR_READING] = SQLITE_OPEN_READONLY,
                                [SQLITE_FOR_WRITING] = SQLITE_OPEN_READWRITE,
                                [SQLITE_FOR_MAKING] = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE};
    int code =
        sqlite3_open_v2(name, &db->handle, flags[o->access] | SQLITE_OPEN_NOMUTEX | more_flags, o->vfs);
    if (code != SQLITE_OK)
        return db->handle ? sqlite_db_err(db, code) : err_oom();
    return settle(db, o->access);
}

/* ---- a folder that may not be written ---- */

/* Whether all there is, is in the file: nothing is left in a log. */
static bool stands_alone(const sqlite_db *db, struct stat *file)
{
    char log[PATH_BYTES_MAX + 8];
    struct stat of_log;
    snprintf(log, sizeof(log), "%s-wal", db->path);
    return stat(db->path, file) == 0 && (stat(log, &of_log) != 0 || of_log.st_size == 0);
}

dbk_err *sqlite_check_still(const sqlite_db *db)
{
    struct stat now;
    if (!db->unlocked)
        return NULL;
    if (stands_alone(db, &now) && now.st_ino == db->stood.st_ino && now.st_size == db->stood.st_size &&
        now.st_mtim.tv_sec == db->stood.st_mtim.tv_sec && now.st_mtim.tv_nsec == db->stood.st_mtim.tv_nsec)
        return NULL;
    return err_with_hint(err_new(ERR_BUSY, "%s was written to while it was read without locks", db->path),
                         "try again, or read it where its folder may be written");
}

/* The name is a URI then, in which a path may not have every character. */
static dbk_err *open_unlocked(sqlite_db *db, const sqlite_open_options *o)
{
    buf uri;
    buf_init(&uri, 0);
    buf_append_str(&uri, "file:");
    for (const char *c = o->path; *c; c++) {
        if (strchr("?#%", *c))
            buf_printf(&uri, "%%%02x", (unsigned char)*c);
        else
            buf_append_char(&uri, *c);
    }
    buf_append_str(&uri, "?immutable=1");
    db->unlocked = true;
    dbk_err *e = buf_error(&uri);
    if (!e)
        e = open_handle(db, o, uri.data, SQLITE_OPEN_URI);
    buf_term(&uri);
    return e ? e : sqlite_check_still(db);
}

/* What a reader is denied because it can make no shared memory, it may still read as it stands. */
static dbk_err *open_for_reading(sqlite_db *db, const sqlite_open_options *o)
{
    dbk_err *e = open_handle(db, o, o->path, 0);
    bool denied = e && (err_code(e) == ERR_DENIED || err_code(e) == ERR_NOT_FOUND);
    if (!denied || access(o->path, R_OK) != 0)
        return e;
    err_free(e);
    if (!stands_alone(db, &db->stood))
        return err_with_hint(
            err_new(ERR_DENIED, "what was committed last is in %s-wal, and its folder may not be written",
                    o->path),
            "to read a log takes a file beside it; let a program do it that may write the folder");
    sqlite3_close(db->handle);
    db->handle = NULL;
    return open_unlocked(db, o);
}

dbk_err *sqlite_open(const sqlite_open_options *options, sqlite_db **out)
{
    assert(options->path);
    const char *hazard;
    dbk_err *e = check_place(options, &hazard);
    if (e)
        return e;
    sqlite_db *db = mem_alloc(sizeof(*db));
    if (!db)
        return err_oom();
    db->hazard = hazard;
    db->busy_us = 1000 * (options->busy_ms ? options->busy_ms : SQLITE_BUSY_DEFAULT_MS);
    db->path = mem_strdup(options->path);
    if (!db->path)
        e = err_oom();
    else if (options->access == SQLITE_FOR_READING)
        e = open_for_reading(db, options);
    else
        e = open_handle(db, options, options->path, 0);
    if (e) {
        sqlite_close(db);
        return e;
    }
    *out = db;
    return NULL;
}

const char *sqlite_hazard(const sqlite_db *db)
{
    return db->hazard;
}

void sqlite_close(sqlite_db *db)
{
    if (!db)
        return;
    for (size_t i = 0; i < db->count; i++) {
        sqlite3_finalize(db->statements[i]->handle);
        mem_free(db->statements[i]);
    }
    mem_free(db->statements);
    sqlite3_close(db->handle);
    mem_free(db->path);
    mem_free(db);
}

const char *sqlite_path(const sqlite_db *db)
{
    return db->path;
}

const char *sqlite_library_version(void)
{
    return sqlite3_libversion();
}

/* ---- transactions ---- */

static const char begin_immediate[] = "begin immediate", commit[] = "commit";

static dbk_err *run_kept(sqlite_db *db, const char *sql)
{
    sqlite_stmt *s;
    dbk_err *e = sqlite_statement(db, sql, &s);
    return e ? e : sqlite_run(s, NULL);
}

dbk_err *sqlite_begin_write(sqlite_db *db)
{
    assert(!sqlite_in_transaction(db));
    return run_kept(db, begin_immediate);
}

dbk_err *sqlite_begin_read(sqlite_db *db)
{
    assert(!sqlite_in_transaction(db));
    dbk_err *e = sqlite_exec(db, "begin; select 1 from sqlite_schema limit 1");
    if (e)
        sqlite_rollback(db);
    return e;
}

/* When the disk fails in the middle, the end of the transaction may be in the log or not, and whoever reads
 * the log next decides. */
dbk_err *sqlite_commit(sqlite_db *db)
{
    assert(sqlite_in_transaction(db));
    dbk_err *e = run_kept(db, commit);
    if (!e)
        return NULL;
    sqlite_rollback(db);
    return err_code(e) == ERR_IO ? err_with_sqlstate(e, "08007") : e;
}

void sqlite_rollback(sqlite_db *db)
{
    for (size_t i = 0; i < db->count; i++)
        sqlite_end(db->statements[i]);
    if (sqlite_in_transaction(db))
        err_free(sqlite_exec(db, "rollback"));
}

bool sqlite_in_transaction(const sqlite_db *db)
{
    return sqlite3_get_autocommit(db->handle) == 0;
}

/* ---- copies ---- */

#define BACKUP_PAGES_AT_ONCE 256

/* One state of the source, held by a transaction that reads: else each write of another process would begin
 * the copy anew. */
static dbk_err *copy_pages(sqlite_db *from, sqlite_db *to,
                           dbk_err *(*progress)(void *ctx, int64_t done, int64_t total), void *ctx)
{
    sqlite3_backup *backup = sqlite3_backup_init(to->handle, "main", from->handle, "main");
    if (!backup)
        return sqlite_db_err(to, sqlite3_extended_errcode(to->handle));
    int code;
    dbk_err *e = NULL;
    do {
        code = sqlite3_backup_step(backup, BACKUP_PAGES_AT_ONCE);
        int64_t total = sqlite3_backup_pagecount(backup);
        if (progress)
            e = progress(ctx, total - sqlite3_backup_remaining(backup), total);
    } while (!e && code == SQLITE_OK);
    int finished = sqlite3_backup_finish(backup);
    if (e)
        return e;
    return code == SQLITE_DONE && finished == SQLITE_OK ? NULL : sqlite_db_err(to, finished);
}

static dbk_err *copy_to(sqlite_db *db, const char *path,
                        dbk_err *(*progress)(void *ctx, int64_t done, int64_t total), void *ctx)
{
    sqlite_db *to = NULL;
    dbk_err *e = sqlite_open(&(sqlite_open_options){.path = path, .access = SQLITE_FOR_MAKING}, &to);
    if (!e)
        e = copy_pages(db, to, progress, ctx);
    sqlite_close(to); /* the last one to close moves the log into the file */
    return e ? e : file_sync_folder_of(path);
}

dbk_err *sqlite_backup(sqlite_db *db, const char *path,
                       dbk_err *(*progress)(void *ctx, int64_t done, int64_t total), void *ctx)
{
    if (access(path, F_OK) == 0)
        return err_with_hint(err_new(ERR_INPUT, "%s exists", path), "name a file that does not exist");
    bool own = !sqlite_in_transaction(db);
    dbk_err *e = own ? sqlite_begin_read(db) : NULL;
    if (e)
        return e;
    e = copy_to(db, path, progress, ctx);
    if (own)
        sqlite_rollback(db);
    if (e)
        unlink(path);
    return e ? err_wrap(e, "while copying %s to %s", db->path, path) : NULL;
}
