/* book_backup.c: a proven copy of a book in a file, made while programs write to it. */
#include <string.h>

#include "book/book_backup.h"
#include "cmd/app.h"
#include "core/interrupt.h"
#include "core/progress.h"

typedef struct backup {
    app *app;
    const atomic_int *interrupted;
    progress *progress;
} backup;

static dbk_err *note(void *ctx, int64_t done, int64_t total)
{
    backup *b = ctx;
    dbk_err *e = interrupt_check(b->interrupted);
    if (!e && !b->progress && !b->app->common.quiet)
        e = progress_new(stderr, b->app->clock, "copying", "pages", total, &b->progress);
    if (!e && b->progress)
        progress_set(b->progress, done);
    return e;
}

/* "sqlite:book.db", as everywhere, or the path alone. */
static const char *path_of(const char *name)
{
    static const char scheme[] = "sqlite:";
    return strncmp(name, scheme, sizeof(scheme) - 1) == 0 ? name + sizeof(scheme) - 1 : name;
}

static dbk_err *check_names(const opt_result *args)
{
    for (size_t i = 0; i < args->arg_count; i++)
        if (strncmp(args->args[i], "postgres", sizeof("postgres") - 1) == 0 && strstr(args->args[i], "://"))
            return err_with_hint(err_new(ERR_USAGE, "%s is a server, and this copies a file", args->args[i]),
                                 "a server's book is copied by pg_dump or pg_basebackup");
    return NULL;
}

static dbk_err *print_copy(app *app, const char *path, const book_dump_result *dump)
{
    static const table_column columns[] = {
        {"copy", TABLE_STRING}, {"rows", TABLE_INT}, {"sha256", TABLE_STRING}};
    int64_t rows = 0;
    for (size_t i = 0; i < dump->count; i++)
        rows += dump->sections[i].rows;
    table *t = NULL;
    dbk_err *e = table_new("backup", columns, sizeof(columns) / sizeof(columns[0]), &t);
    if (!e)
        e = table_row(t);
    if (!e)
        e = table_set(t, 0, path);
    if (!e)
        e = table_setf(t, 1, "%lld", (long long)rows);
    if (!e)
        e = table_set(t, 2, dump->sha256);
    if (!e)
        e = app_print(app, &t, 1);
    table_free(t);
    return e;
}

static dbk_err *run_backup(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)options;
    (void)exit_status;
    backup b = {.app = app};
    interrupt *watch;
    book_dump_result dump;
    dbk_err *e = check_names(args);
    if (!e)
        e = interrupt_watch(NULL, NULL, &watch);
    if (e)
        return e;
    b.interrupted = interrupt_flag(watch);
    e = book_backup(
        &(book_backup_options){
            .from = path_of(args->args[0]), .to = path_of(args->args[1]), .progress = note, .ctx = &b},
        &dump);
    interrupt_end(watch);
    progress_free(b.progress);
    return e ? e : print_copy(app, path_of(args->args[1]), &dump);
}

const cmd_spec cmd_book_backup = {
    .help =
        {.name = "book backup",
         .summary = "copy a book in a file while programs write to it, and prove the copy",
         .description =
             "The copy is the book at one moment. It is made beside its name, opened, checked, and its "
             "canonical "
             "dump must have the digest of the book at that moment; then it is flushed to disk and gets its "
             "name. "
             "A file that exists is never written over. The digest is that of daybook book dump --digest.\n\n"
             "cp is no backup of a book that is in use: what was committed last is in the file FROM-wal "
             "until it is "
             "moved, and a copy of both, made one after the other, is of no moment at all.",
         .examples = "daybook book backup sqlite:book.db book-2024-03-01.db",
         .positional = {.name = "FILE", .help = "the book, and where the copy goes", .min = 2, .max = 2}},
    .uses_output = true,
    .run = run_backup,
};
