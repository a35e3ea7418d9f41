/* book_reconcile.c: compares the book of an account with what the venue says, and mends it when asked to. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cmd/book_reconcile_store.h"
#include "core/file.h"

#define STATE_BYTES_MAX ((size_t)64 << 20)

typedef struct reconcile_flags {
    const char *account;
    bool apply;
    bool book_cash;
} reconcile_flags;

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

static size_t undecided(const reconciling *r)
{
    size_t count = 0;
    for (size_t row = 0; row < r->count; row++)
        count += r->rows[row].cells[DIFFERENCE_ACTION] == NULL;
    return count;
}

static dbk_err *differences_table(const reconciling *r, table **out)
{
    static const char *const names[DIFFERENCE_COLUMNS] = {"kind",   "subject", "field",  "book",   "venue",
                                                          "action", "result",  "ref_id", "detail", "outcome"};
    table_column columns[DIFFERENCE_COLUMNS];
    for (size_t i = 0; i < DIFFERENCE_COLUMNS; i++)
        columns[i] = (table_column){names[i], TABLE_STRING};
    dbk_err *e = table_new("differences", columns, DIFFERENCE_COLUMNS, out);
    for (size_t row = 0; !e && row < r->count; row++) {
        e = table_row(*out);
        for (size_t i = 0; !e && i < DIFFERENCE_COLUMNS; i++)
            e = table_set(*out, i, r->rows[row].cells[i]);
    }
    return e;
}

static dbk_err *result_table(const reconciling *r, table **out)
{
    static const table_column columns[] = {{"compared", TABLE_STRING}, {"as_of", TABLE_STRING},
                                           {"outcome", TABLE_STRING},  {"reconcile_id", TABLE_STRING},
                                           {"differences", TABLE_INT}, {"adjustments", TABLE_INT},
                                           {"undecided", TABLE_INT}};
    char id[UUID_TEXT_SIZE];
    uuid_format(&r->id, id);
    const char *const texts[] = {r->compared, r->as_of,
                                 r->count > 0 ? r->rows[0].cells[DIFFERENCE_OUTCOME] : "unchanged", id};
    const size_t text_count = sizeof(texts) / sizeof(texts[0]);
    const size_t counts[] = {r->count, r->count - undecided(r), undecided(r)};
    dbk_err *e = table_new("reconciled", columns, sizeof(columns) / sizeof(columns[0]), out);
    if (!e)
        e = table_row(*out);
    for (size_t i = 0; !e && i < text_count; i++)
        e = table_set(*out, i, texts[i]);
    for (size_t i = 0; !e && i < sizeof(counts) / sizeof(counts[0]); i++)
        e = table_setf(*out, text_count + i, "%zu", counts[i]);
    return e;
}

static dbk_err *print_result(const reconciling *r)
{
    table *tables[2] = {NULL, NULL};
    dbk_err *e = differences_table(r, &tables[0]);
    if (!e)
        e = result_table(r, &tables[1]);
    if (!e)
        e = app_print(r->app, tables, 2);
    table_free(tables[0]);
    table_free(tables[1]);
    return e;
}

static dbk_err *run_reconcile(app *app, void *options, const opt_result *args, int *exit_status)
{
    const reconcile_flags *flags = options;
    reconciling r = {.app = app, .account = flags->account, .book_cash = flags->book_cash};
    if (!r.account)
        return err_with_hint(err_new(ERR_USAGE, "no account was named"), "--account NAME");
    dbk_err *e = read_state(app->arena, args, &r.state);
    if (!e)
        e = book_reconcile_run(&r, flags->apply);
    if (!e)
        e = print_result(&r);
    if (!e)
        *exit_status = flags->apply ? undecided(&r) > 0 : r.count > 0;
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
