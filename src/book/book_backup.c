#include "book/book_backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "book/book_file.h"
#include "core/file.h"

static dbk_err *check_by(sqlite_db *db, const char *sql, const char *expected)
{
    sqlite_stmt *s;
    bool row = false;
    dbk_err *e = sqlite_statement(db, sql, &s);
    if (!e)
        e = sqlite_step_row(s, &row);
    if (e)
        return e;
    const char *said = row ? sqlite_text(s, 0) : NULL;
    if (expected ? !said || strcmp(said, expected) != 0 : row)
        e = err_new(ERR_INPUT, "the copy is damaged: %s says %s", sql, said ? said : "nothing");
    sqlite_end(s);
    return e;
}

/* Opened for writing, so that closing it takes its log away. */
static dbk_err *prove(const char *path, const book_dump_result *expected, book_dump_result *out)
{
    sqlite_db *db = NULL;
    dbk_err *e = sqlite_open(&(sqlite_open_options){.path = path, .access = SQLITE_FOR_WRITING}, &db);
    if (!e)
        e = check_by(db, "pragma integrity_check", "ok");
    if (!e)
        e = check_by(db, "pragma foreign_key_check", NULL);
    if (!e)
        e = book_dump_file(db, &(book_dump_options){.section_count = 0}, out);
    if (!e && strcmp(expected->sha256, out->sha256) != 0)
        e = err_new(ERR_INPUT, "the copy has the digest %s, the book %s", out->sha256, expected->sha256);
    sqlite_close(db);
    return e ? err_wrap(e, "while proving the copy") : NULL;
}

static void remove_copy(const char *path)
{
    static const char *const parts[] = {"", "-wal", "-shm", "-journal"};
    char name[4200];
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        snprintf(name, sizeof(name), "%s%s", path, parts[i]);
        (void)unlink(name);
    }
}

/* Never over a file that is there. */
static dbk_err *give_name(const char *path, const char *to)
{
    if (renameat2(AT_FDCWD, path, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
        return NULL;
    if (errno != EINVAL && errno != ENOSYS)
        return err_errno(errno, "cannot name the copy %s", to);
    if (link(path, to) != 0) /* a file system that cannot rename like that */
        return err_errno(errno, "cannot name the copy %s", to);
    (void)unlink(path);
    return NULL;
}

static dbk_err *copy(sqlite_db *db, const book_backup_options *options, const char *partial,
                     book_dump_result *out)
{
    book_dump_result original;
    dbk_err *e = sqlite_backup(db, partial, options->progress, options->ctx);
    if (!e)
        e = book_dump_file(db, &(book_dump_options){.section_count = 0}, &original);
    if (!e)
        e = prove(partial, &original, out);
    if (!e)
        e = give_name(partial, options->to);
    if (e)
        remove_copy(partial);
    return e ? e : file_sync_folder_of(options->to);
}

dbk_err *book_backup(const book_backup_options *options, book_dump_result *out)
{
    char partial[4100];
    int length = snprintf(partial, sizeof(partial), "%s.partial-%ld", options->to, (long)getpid());
    if (length < 0 || (size_t)length >= sizeof(partial))
        return err_new(ERR_USAGE, "the path of the copy is too long");
    if (access(options->to, F_OK) == 0)
        return err_with_hint(err_new(ERR_INPUT, "%s exists", options->to), "name a file that does not exist");
    sqlite_db *db = NULL;
    dbk_err *e = book_file_open(options->from, &db);
    if (!e)
        e = sqlite_begin_read(db);
    if (!e)
        e = copy(db, options, partial, out);
    sqlite_close(db);
    return e;
}
