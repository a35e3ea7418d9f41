/* dump_file.c: the rows of a dump from a book in a file, where everything is canonical text already. */
#include "book/dump_reader.h"
#include "core/json.h"
#include "dump_sqlite_sql.h"

static const dump_statement statements[] = {
    {"accounts", dump_sqlite_accounts},
    {"orders", dump_sqlite_orders},
    {"order_events", dump_sqlite_order_events},
    {"fills", dump_sqlite_fills},
    {"fill_events", dump_sqlite_fill_events},
    {"fill_restatements", dump_sqlite_fill_restatements},
    {"positions", dump_sqlite_positions},
    {"position_fees", dump_sqlite_position_fees},
    {"roundtrips", dump_sqlite_roundtrips},
    {"cash", dump_sqlite_cash},
    {"funding", dump_sqlite_funding},
    {"equity_points", dump_sqlite_equity_points},
    {"performance_snapshots", dump_sqlite_performance_snapshots},
    {"reconcile_runs", dump_sqlite_reconcile_runs},
};

typedef struct file {
    sqlite_db *db;
    const char *accounts; /* their ids as JSON; NULL: all */
    sqlite_stmt *stmt;
} file;

static dbk_err *open_section(void *ctx, const char *section)
{
    file *f = ctx;
    const char *sql;
    dbk_err *e = dump_statement_find(statements, sizeof(statements) / sizeof(statements[0]), section, &sql);
    if (!e)
        e = sqlite_statement(f->db, sql, &f->stmt);
    if (!e)
        sqlite_bind_text_at(f->stmt, 1, f->accounts);
    return e;
}

static dbk_err *next(void *ctx, bool *more)
{
    return sqlite_step_row(((file *)ctx)->stmt, more);
}

static size_t columns(void *ctx)
{
    return (size_t)sqlite_column_count(((file *)ctx)->stmt);
}

static const char *name(void *ctx, size_t column)
{
    return sqlite_column_name(((file *)ctx)->stmt, (int)column);
}

static bool append(void *ctx, size_t column, buf *out)
{
    const char *text = sqlite_text(((file *)ctx)->stmt, (int)column);
    if (text)
        buf_append_str(out, text);
    return text != NULL;
}

static void close_section(void *ctx)
{
    file *f = ctx;
    if (f->stmt)
        sqlite_end(f->stmt);
    f->stmt = NULL;
}

static dbk_err *dump_accounts(sqlite_db *db, const char *accounts, const book_dump_options *options,
                              book_dump_result *out)
{
    file f = {.db = db, .accounts = accounts};
    dump_reader reader = {.ctx = &f,
                          .open = open_section,
                          .next = next,
                          .columns = columns,
                          .name = name,
                          .append = append,
                          .close = close_section};
    dbk_err *e = sqlite_begin_read(db);
    if (e)
        return e;
    e = dump_write(&reader, options, out);
    sqlite_rollback(db);
    return e;
}

dbk_err *book_dump_file(sqlite_db *db, const book_dump_options *options, book_dump_result *out)
{
    const book_accounts *accounts = &options->accounts;
    if (accounts->count == 0)
        return dump_accounts(db, NULL, options, out);
    buf ids;
    buf_init(&ids, 0);
    for (size_t i = 0; i < accounts->count; i++) {
        buf_append_char(&ids, i == 0 ? '[' : ',');
        json_append_string(&ids, accounts->ids[i]);
    }
    buf_append_char(&ids, ']');
    dbk_err *e = buf_error(&ids);
    if (!e)
        e = dump_accounts(db, ids.data, options, out);
    buf_term(&ids);
    return e;
}
