/* book_dump.c: the canonical dump of the book, or its digests. */
#include <errno.h>
#include <stddef.h>

#include "book/book_dump.h"
#include "cmd/book_options.h"

typedef struct dump_flags {
    opt_list accounts;
    opt_list sections;
    bool digest;
} dump_flags;

static const opt_row dump_rows[] = {
    BOOK_ACCOUNT_ROW(dump_flags, accounts),
    {.name = "section",
     .kind = OPT_LIST,
     .offset = offsetof(dump_flags, sections),
     .value_name = "NAME",
     .help = "only this part, orders for example",
     .no_env = true},
    {.name = "digest",
     .kind = OPT_FLAG,
     .offset = offsetof(dump_flags, digest),
     .help = "print rows and SHA-256 of each section instead of the dump",
     .no_env = true},
};

static dbk_err *fill_digests(table *t, const book_dump_result *result)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < result->count; i++) {
        e = table_row(t);
        if (!e)
            e = table_set(t, 0, result->sections[i].name);
        if (!e)
            e = table_setf(t, 1, "%lld", (long long)result->sections[i].rows);
        if (!e)
            e = table_set(t, 2, result->sections[i].sha256);
    }
    if (!e)
        e = table_row(t);
    if (!e)
        e = table_set(t, 0, "all");
    return e ? e : table_set(t, 2, result->sha256);
}

static dbk_err *print_digests(app *app, const book_dump_result *result)
{
    static const table_column columns[] = {
        {"section", TABLE_STRING}, {"rows", TABLE_INT}, {"sha256", TABLE_STRING}};
    table *t = NULL;
    dbk_err *e = table_new("digests", columns, sizeof(columns) / sizeof(columns[0]), &t);
    if (!e)
        e = fill_digests(t, result);
    if (!e)
        e = app_print(app, &t, 1);
    table_free(t);
    return e;
}

static dbk_err *dump_server(app *app, const dump_flags *f, book_dump_options *o, book_dump_result *out)
{
    pg_conn *c = NULL;
    dbk_err *e = app_connect(app, "daybook book dump", &c);
    if (!e)
        e = book_snapshot_begin(c, app->arena);
    if (!e)
        e = book_options_accounts(app, c, &f->accounts, &o->accounts);
    if (!e)
        e = book_dump(c, o, out);
    pg_close(c);
    return e;
}

static dbk_err *dump_file(app *app, const dump_flags *f, book_dump_options *o, book_dump_result *out)
{
    sqlite_db *db = NULL;
    dbk_err *e = book_options_open_file(app, &db);
    if (!e)
        e = book_options_file_accounts(app, db, &f->accounts, &o->accounts);
    if (!e)
        e = book_dump_file(db, o, out);
    sqlite_close(db);
    return e;
}

static dbk_err *run_dump(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    (void)exit_status;
    const dump_flags *f = options;
    book_dump_options o = {.sections = f->sections.items, .section_count = f->sections.count};
    o.out = f->digest ? NULL : app->out;
    book_dump_result result;
    dbk_err *e = app_file(app) ? dump_file(app, f, &o, &result) : dump_server(app, f, &o, &result);
    if (!e && f->digest)
        e = print_digests(app, &result);
    if (!e && fflush(app->out) != 0)
        e = err_errno(errno, "cannot write the dump");
    return e;
}

const cmd_spec cmd_book_dump = {
    .help =
        {.name = "book dump",
         .summary = "print the book as canonical text, the same wherever the same history was recorded",
         .description =
             "One line a row, tabs between the fields, in a fixed order of sections, rows and columns; what "
             "the server assigned by itself is left out. All of it is read at one moment, in constant "
             "memory, without holding up anybody who writes.\n\nThe last lines give the number of rows and "
             "the SHA-256 of each section, so that two books are compared by comparing digests. docs/BOOK.md "
             "describes the format.",
         .examples = "daybook book dump > book.txt\ndaybook book dump --account main --section fills\n"
                     "daybook book dump --digest --format json\ndaybook book dump --url sqlite:book.db"},
    .options_size = sizeof(dump_flags),
    .rows = dump_rows,
    .row_count = sizeof(dump_rows) / sizeof(dump_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_dump,
};
