/* book_move.c: the book goes from one place to another while its programs trade. */
#include <stddef.h>

#include "book/move.h"
#include "cmd/app.h"
#include "core/progress.h"

typedef struct move_flags {
    opt_list accounts;
    bool abort;
    int64_t wait_s;
} move_flags;

static const opt_row move_option_rows[] = {
    {.name = "account",
     .kind = OPT_LIST,
     .offset = offsetof(move_flags, accounts),
     .value_name = "ACCOUNT",
     .help = "only this account: its id, or its name when only one has it; may be repeated"},
    {.name = "abort",
     .kind = OPT_FLAG,
     .offset = offsetof(move_flags, abort),
     .help = "give up a move that was begun: FROM may be written to again, what was copied stays at TO",
     .no_env = true},
    {.name = "wait",
     .kind = OPT_INT,
     .offset = offsetof(move_flags, wait_s),
     .value_name = "SECONDS",
     .help = "how long transactions that are under way at a server are waited for",
     .default_text = "60",
     .min = 1,
     .max = 86400,
     .no_env = true},
};

static void show(void *ctx, const char *what, int64_t rows)
{
    progress *p = ctx;
    progress_label(p, what);
    progress_set(p, rows);
}

static dbk_err *fill_accounts(table *t, const move_result *result)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < result->count; i++) {
        e = table_row(t);
        if (!e)
            e = table_set(t, 0, result->accounts[i].account_id);
        if (!e)
            e = table_set(t, 1, result->accounts[i].name);
        if (!e)
            e = table_set(t, 2, result->accounts[i].outcome);
        if (!e)
            e = table_setf(t, 3, "%lld", (long long)result->accounts[i].rows);
    }
    return e;
}

static dbk_err *fill_digests(table *t, const move_result *result)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && result->compared && i < result->dump.count; i++) {
        e = table_row(t);
        if (!e)
            e = table_set(t, 0, result->dump.sections[i].name);
        if (!e)
            e = table_setf(t, 1, "%lld", (long long)result->dump.sections[i].rows);
        if (!e)
            e = table_set(t, 2, result->dump.sections[i].sha256);
    }
    return e;
}

static dbk_err *fill_whole(table *t, const move_result *result)
{
    dbk_err *e = result->compared ? table_row(t) : NULL;
    if (!e && result->compared)
        e = table_setf(t, 0, "%lld", (long long)(result->stopped_us + 999) / 1000);
    return e || !result->compared ? e : table_set(t, 1, result->dump.sha256);
}

static dbk_err *print(app *app, const move_result *result)
{
    static const table_column accounts[] = {{"account_id", TABLE_STRING},
                                            {"name", TABLE_STRING},
                                            {"outcome", TABLE_STRING},
                                            {"rows_read", TABLE_INT}};
    static const table_column digests[] = {
        {"section", TABLE_STRING}, {"rows", TABLE_INT}, {"sha256", TABLE_STRING}};
    static const table_column whole[] = {{"stopped_ms", TABLE_INT}, {"sha256", TABLE_STRING}};
    table *tables[3] = {NULL, NULL, NULL};
    dbk_err *e = table_new("accounts", accounts, sizeof(accounts) / sizeof(accounts[0]), &tables[0]);
    if (!e)
        e = table_new("digests", digests, sizeof(digests) / sizeof(digests[0]), &tables[1]);
    if (!e)
        e = table_new("move", whole, sizeof(whole) / sizeof(whole[0]), &tables[2]);
    if (!e)
        e = fill_accounts(tables[0], result);
    if (!e)
        e = fill_digests(tables[1], result);
    if (!e)
        e = fill_whole(tables[2], result);
    if (!e)
        e = app_print(app, tables, result->compared ? 3 : 1);
    for (size_t i = 0; i < 3; i++)
        table_free(tables[i]);
    return e;
}

static dbk_err *run_move(app *app, void *options, const opt_result *args, int *exit_status)
{
    const move_flags *f = options;
    (void)exit_status;
    progress *p = NULL;
    dbk_err *e = progress_new(stderr, app->clock, "move", "rows", 0, &p);
    if (e)
        return e;
    move_result result;
    e = book_move(app->arena,
                  &(move_options){.from = args->args[0],
                                  .to = args->args[1],
                                  .accounts = f->accounts.items,
                                  .account_count = f->accounts.count,
                                  .wait_us = f->wait_s * 1000000,
                                  .abort = f->abort,
                                  .progress = show,
                                  .ctx = p},
                  &result);
    progress_free(p);
    return e ? e : print(app, &result);
}

const cmd_spec cmd_book_move = {
    .help =
        {.name = "book move",
         .summary = "move the book of accounts between a file and a server while its programs trade",
         .description =
             "Copies everything that the book has of the accounts: facts, what is derived, events and the "
             "audit log. Programs go on at FROM meanwhile. At the end they are refused for as long as it "
             "takes to copy what came last; then the accounts are written at TO, and FROM answers that they "
             "were moved there. Digests of both are compared, and what is derived is computed again.\n\n"
             "A move that is interrupted, in whatever way, goes on when the same command is given again. "
             "FROM and TO are sqlite:PATH or the URL of a server, where the modules are installed; the role "
             "there must have the right to manage the accounts (docs/BOOK.md).",
         .examples = "daybook book move sqlite:book.db postgresql://db.internal/trading\n"
                     "daybook book move sqlite:book.db postgresql://db.internal/trading --abort\n"
                     "daybook book move --account main postgresql://db.internal/trading sqlite:main.db",
         .positional = {.name = "URL", .help = "where the book is, and where it goes", .min = 2, .max = 2}},
    .options_size = sizeof(move_flags),
    .rows = move_option_rows,
    .row_count = sizeof(move_option_rows) / sizeof(move_option_rows[0]),
    .uses_output = true,
    .run = run_move,
};
