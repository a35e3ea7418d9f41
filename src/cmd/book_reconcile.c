/* book_reconcile.c: compares the book of an account with what the venue says, and mends it when asked to.
 *
 * What is proposed is found in one snapshot. Applying it is one call with an identity made of the state and
 * of what is proposed: the same command again is either a replay, or finds that nothing differs any more. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "book_sql_reconcile.h"
#include "cmd/book_options.h"
#include "cmd/rows_table.h"
#include "core/file.h"
#include "core/uuid.h"

#define STATE_BYTES_MAX ((size_t)64 << 20)

typedef struct reconcile_flags {
    const char *account;
    bool apply;
    bool book_cash;
} reconcile_flags;

/* Columns of book/reconcile.sql that are read here. */
enum { COLUMN_ACTION = 5, COLUMN_OUTCOME = 9 };

typedef struct reconcile {
    app *app;
    const reconcile_flags *flags;
    const char *state; /* JSON */
    dbk_uuid account, id;
    pg_rows *rows;
    const char *outcome;
} reconcile;

static dbk_err *read_stdin(arena *a, const char **out)
{
    buf text;
    buf_init(&text, STATE_BYTES_MAX);
    char block[65536];
    size_t got;
    while ((got = fread(block, 1, sizeof(block), stdin)) > 0)
        buf_append(&text, block, got);
    dbk_err *e = ferror(stdin) ? err_errno(errno, "cannot read standard input") : buf_error(&text);
    if (!e) {
        *out = arena_printf(a, "%.*s", (int)text.length, text.data ? text.data : "");
        e = *out ? NULL : err_oom();
    }
    buf_term(&text);
    return e;
}

static dbk_err *read_state(arena *a, const opt_result *args, const char **out)
{
    if (args->arg_count == 0 || strcmp(args->args[0], "-") == 0)
        return read_stdin(a, out);
    char *data;
    size_t length;
    dbk_err *e = file_read(a, args->args[0], STATE_BYTES_MAX, &data, &length);
    if (!e)
        *out = data;
    return e;
}

static dbk_err *call(reconcile *r, pg_conn *c, bool apply)
{
    pg_params *p = pg_params_new(r->app->arena);
    pg_param_uuid(p, &r->account);
    pg_param_uuid(p, &r->id);
    pg_param_text(p, r->state);
    pg_param_bool(p, apply);
    pg_param_bool(p, r->flags->book_cash);
    dbk_err *e = pg_query(c, r->app->arena, book_reconcile, p, &r->rows);
    if (!e && pg_row_count(r->rows) > 0)
        r->outcome = pg_get_text(r->rows, 0, COLUMN_OUTCOME);
    return e;
}

/* Everything that decides what applying does, in a text that no other state and proposal has. */
static dbk_err *name_run(reconcile *r)
{
    buf name;
    buf_init(&name, 0);
    buf_printf(&name, "%d %zu %s", r->flags->book_cash, strlen(r->state), r->state);
    for (size_t row = 0; row < pg_row_count(r->rows); row++)
        for (size_t column = 0; column < pg_column_count(r->rows); column++) {
            const char *cell = pg_get_text(r->rows, row, column);
            buf_printf(&name, " %zu %s", cell ? strlen(cell) : 0, cell ? cell : "");
        }
    dbk_err *e = buf_error(&name);
    if (!e)
        uuid_from_name(&r->account, name.data, name.length, &r->id);
    buf_term(&name);
    return e;
}

static dbk_err *find_account(reconcile *r, pg_conn *c)
{
    opt_list named = {.items = (const char *[]){r->flags->account}, .count = 1};
    book_accounts accounts;
    dbk_err *e = book_options_accounts(r->app, c, &named, &accounts);
    return e ? e : uuid_parse(accounts.ids[0], &r->account);
}

static size_t undecided(const pg_rows *rows)
{
    size_t count = 0;
    for (size_t row = 0; row < pg_row_count(rows); row++)
        count += pg_get_is_null(rows, row, COLUMN_ACTION);
    return count;
}

static dbk_err *run_on(reconcile *r, pg_conn *c, pg_rows **sections)
{
    dbk_err *e = book_snapshot_begin(c, r->app->arena);
    if (!e)
        e = find_account(r, c);
    pg_params *p = pg_params_new(r->app->arena);
    pg_param_text(p, r->state);
    if (!e)
        e = pg_query_one(c, r->app->arena, book_reconcile_sections, p, sections);
    if (!e)
        e = call(r, c, false);
    if (!e)
        e = name_run(r);
    if (!e)
        e = pg_commit(c);
    if (e || !r->flags->apply || pg_row_count(r->rows) == 0)
        return e;
    return call(r, c, true);
}

static dbk_err *print_result(const reconcile *r, const pg_rows *sections)
{
    static const table_column columns[] = {{"compared", TABLE_STRING}, {"as_of", TABLE_STRING},
                                           {"outcome", TABLE_STRING},  {"reconcile_id", TABLE_STRING},
                                           {"differences", TABLE_INT}, {"adjustments", TABLE_INT},
                                           {"undecided", TABLE_INT}};
    char id[UUID_TEXT_SIZE];
    uuid_format(&r->id, id);
    size_t differences = pg_row_count(r->rows), open = undecided(r->rows);
    table *tables[2] = {NULL, NULL};
    dbk_err *e = rows_table("differences", r->rows, &tables[0]);
    if (!e)
        e = table_new("reconciled", columns, sizeof(columns) / sizeof(columns[0]), &tables[1]);
    if (!e)
        e = table_row(tables[1]);
    const char *const texts[] = {pg_get_text(sections, 0, 1), pg_get_text(sections, 0, 0), r->outcome, id};
    for (size_t i = 0; !e && i < sizeof(texts) / sizeof(texts[0]); i++)
        e = table_set(tables[1], i, texts[i]);
    const size_t counts[] = {differences, differences - open, open};
    for (size_t i = 0; !e && i < sizeof(counts) / sizeof(counts[0]); i++)
        e = table_setf(tables[1], sizeof(texts) / sizeof(texts[0]) + i, "%zu", counts[i]);
    if (!e)
        e = app_print(r->app, tables, 2);
    table_free(tables[0]);
    table_free(tables[1]);
    return e;
}

static dbk_err *run_reconcile(app *app, void *options, const opt_result *args, int *exit_status)
{
    reconcile r = {.app = app, .flags = options, .outcome = "unchanged"};
    if (!r.flags->account)
        return err_with_hint(err_new(ERR_USAGE, "no account was named"), "--account NAME");
    pg_conn *c = NULL;
    pg_rows *sections = NULL;
    dbk_err *e = read_state(app->arena, args, &r.state);
    if (!e)
        e = app_connect(app, "daybook book reconcile", &c);
    if (!e)
        e = run_on(&r, c, &sections);
    if (!e)
        e = print_result(&r, sections);
    if (!e)
        *exit_status = r.flags->apply ? undecided(r.rows) > 0 : pg_row_count(r.rows) > 0;
    pg_close(c);
    return e;
}

static const opt_row reconcile_rows[] = {
    {.name = "account",
     .kind = OPT_STRING,
     .offset = offsetof(reconcile_flags, account),
     .value_name = "ACCOUNT",
     .help = "the account: its id, or its name when only one has it"},
    {.name = "apply",
     .kind = OPT_FLAG,
     .offset = offsetof(reconcile_flags, apply),
     .help = "write what is proposed; takes the right to manage the account",
     .no_env = true},
    {.name = "book-cash",
     .kind = OPT_FLAG,
     .offset = offsetof(reconcile_flags, book_cash),
     .help = "book differences of balances as adjustments, too",
     .no_env = true},
};

const cmd_spec cmd_book_reconcile = {
    .help =
        {.name = "book reconcile",
         .summary = "compare the book with what the venue says, and mend it with --apply",
         .description =
             "FILE, or standard input, is a JSON object: as_of, the moment at which the venue was asked, and "
             "the "
             "sections fills, open_orders, orders_queried, positions and balances (docs/BOOK.md has their "
             "fields). A section that is null or left out is not known and compares nothing: a query that "
             "failed "
             "is never an empty answer.\n\nWithout --apply nothing is written: each difference is listed "
             "with "
             "what would be done about it. needs_evidence and needs_decision say that nothing is.\n\nExit "
             "status: "
             "0 nothing differs, or all was mended; 1 there are differences, or with --apply some that were "
             "not "
             "mended; 4 the book changed meanwhile or the connection was lost: repeat the command, nothing "
             "is "
             "booked twice.",
         .examples = "daybook book reconcile --account main venue.json\n"
                     "ask-venue | daybook book reconcile --account main --apply",
         .positional = {.name = "FILE",
                        .help = "what the venue says; - or nothing: standard input",
                        .max = 1}},
    .options_size = sizeof(reconcile_flags),
    .rows = reconcile_rows,
    .row_count = sizeof(reconcile_rows) / sizeof(reconcile_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_reconcile,
};
