/* book_verify.c: proves the book: everything derived is recomputed from the facts, and differences are named.
 */
#include <stddef.h>

#include "book/book_dump.h"
#include "book/book_verify.h"
#include "cmd/book_options.h"

typedef struct verify_flags {
    opt_list accounts;
    int64_t shown;
} verify_flags;

static const opt_row verify_rows[] = {
    BOOK_ACCOUNT_ROW(verify_flags, accounts),
    {.name = "show",
     .kind = OPT_INT,
     .offset = offsetof(verify_flags, shown),
     .value_name = "N",
     .help = "name at most so many differences; all of them are counted",
     .default_text = "1000",
     .min = 0,
     .max = 1000000,
     .no_env = true},
};

typedef struct proof {
    book_verify_result result;
    book_dump_result dump; /* of the same moment */
} proof;

typedef struct named {
    table *differences;
    int64_t left;
} named;

static dbk_err *name_difference(void *ctx, const book_difference *d)
{
    named *n = ctx;
    if (n->left == 0)
        return NULL;
    n->left--;
    const char *const cells[] = {d->table, d->key, d->column, d->stored, d->recomputed};
    dbk_err *e = table_row(n->differences);
    for (size_t i = 0; !e && i < sizeof(cells) / sizeof(cells[0]); i++)
        e = table_set(n->differences, i, cells[i]);
    return e;
}

static dbk_err *fill_summary(table *t, const book_verify_result *r, const book_dump_result *dump)
{
    const int64_t counts[] = {r->orders,     r->order_events, r->fills,  r->fill_events, r->positions,
                              r->roundtrips, r->funding,      r->values, r->differences};
    dbk_err *e = table_row(t);
    for (size_t i = 0; !e && i < sizeof(counts) / sizeof(counts[0]); i++)
        e = table_setf(t, i, "%lld", (long long)counts[i]);
    return e ? e : table_set(t, sizeof(counts) / sizeof(counts[0]), dump->sha256);
}

static dbk_err *print_result(app *app, table *differences, const book_verify_result *r,
                             const book_dump_result *dump)
{
    static const table_column columns[] = {
        {"orders", TABLE_INT},           {"order_events", TABLE_INT},    {"fills", TABLE_INT},
        {"fill_events", TABLE_INT},      {"positions", TABLE_INT},       {"roundtrips", TABLE_INT},
        {"funding_payments", TABLE_INT}, {"values_compared", TABLE_INT}, {"differences", TABLE_INT},
        {"sha256", TABLE_STRING}};
    table *summary = NULL;
    dbk_err *e = table_new("verified", columns, sizeof(columns) / sizeof(columns[0]), &summary);
    if (!e)
        e = fill_summary(summary, r, dump);
    if (!e)
        e = app_print(app, (table *const[]){differences, summary}, 2);
    table_free(summary);
    return e;
}

/* What was not given, or what cannot be read, leaves it open whether the book is right. */
static dbk_err *unknown(dbk_err *cause)
{
    if (!cause)
        return NULL;
    enum err_code code = err_code(cause);
    if (code != ERR_INPUT && code != ERR_DENIED && code != ERR_SERVER)
        return cause;
    const dbk_err *first = cause;
    while (err_cause(first))
        first = err_cause(first);
    dbk_err *e = first == cause ? err_new(ERR_UNKNOWN, "could not tell whether the book is right: %s",
                                          err_message(cause))
                                : err_new(ERR_UNKNOWN, "could not tell whether the book is right: %s: %s",
                                          err_message(cause), err_message(first));
    if (err_detail(cause))
        err_with_detail(e, "%s", err_detail(cause));
    if (err_hint(cause))
        err_with_hint(e, "%s", err_hint(cause));
    err_free(cause);
    return e;
}

static dbk_err *verify_server(app *app, const verify_flags *f, book_verify_options *o, proof *out)
{
    pg_conn *c = NULL;
    dbk_err *e = app_connect(app, "daybook book verify", &c);
    if (e)
        return e;
    e = book_snapshot_begin(c, app->arena);
    if (e)
        e = unknown(e);
    else
        e = book_options_accounts(app, c, &f->accounts, &o->accounts);
    if (!e)
        e = unknown(book_verify(c, o, &out->result));
    if (!e)
        e = unknown(book_dump(c, &(book_dump_options){.accounts = o->accounts}, &out->dump));
    pg_close(c);
    return e;
}

static dbk_err *verify_file(app *app, const verify_flags *f, book_verify_options *o, proof *out)
{
    sqlite_db *db = NULL;
    dbk_err *e = book_options_open_file(app, &db);
    if (!e)
        e = sqlite_begin_read(db);
    if (!e)
        e = book_options_file_accounts(app, db, &f->accounts, &o->accounts);
    if (!e)
        e = unknown(book_verify_file(db, o, &out->result));
    if (!e)
        e = unknown(book_dump_file(db, &(book_dump_options){.accounts = o->accounts}, &out->dump));
    sqlite_close(db);
    return e;
}

static dbk_err *run_verify(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    static const table_column columns[] = {{"table", TABLE_STRING},
                                           {"key", TABLE_STRING},
                                           {"column", TABLE_STRING},
                                           {"stored", TABLE_STRING},
                                           {"recomputed", TABLE_STRING}};
    const verify_flags *f = options;
    named n = {.left = f->shown};
    book_verify_options o = {.difference = name_difference, .ctx = &n};
    proof p;
    dbk_err *e = table_new("differences", columns, sizeof(columns) / sizeof(columns[0]), &n.differences);
    if (!e)
        e = app_file(app) ? verify_file(app, f, &o, &p) : verify_server(app, f, &o, &p);
    if (!e)
        e = print_result(app, n.differences, &p.result, &p.dump);
    if (!e)
        *exit_status = p.result.differences > 0;
    table_free(n.differences);
    return e;
}

const cmd_spec cmd_book_verify = {
    .help = {.name = "book verify",
             .summary = "recompute everything that is derived from the facts, and name what differs",
             .description =
                 "The facts are the terms of orders, their events, fills, busts and corrections. From them "
                 "the state "
                 "of every order and position, fees, what every fill realises and what was answered at the "
                 "time are "
                 "computed again, by rules written in C, and compared to the last digit.\n\nExit status: 0 "
                 "all the "
                 "same; 1 there are differences; 3 it could not be told, since something could not be read.",
             .examples = "daybook book verify\ndaybook book verify --account main --format json\n"
                         "daybook book verify --url sqlite:book.db"},
    .options_size = sizeof(verify_flags),
    .rows = verify_rows,
    .row_count = sizeof(verify_rows) / sizeof(verify_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_verify,
};
