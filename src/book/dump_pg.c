/* dump_pg.c: the rows of a dump from a server. */
#include "book/book_text.h"
#include "book/dump_reader.h"
#include "book_dump_sql.h"
#include "pg/pg_cursor.h"

static const dump_statement statements[] = {
    {"accounts", book_dump_accounts},
    {"orders", book_dump_orders},
    {"order_events", book_dump_order_events},
    {"fills", book_dump_fills},
    {"fill_events", book_dump_fill_events},
    {"fill_restatements", book_dump_fill_restatements},
    {"positions", book_dump_positions},
    {"position_fees", book_dump_position_fees},
    {"roundtrips", book_dump_roundtrips},
    {"cash", book_dump_cash},
    {"funding", book_dump_funding},
    {"equity_points", book_dump_equity_points},
    {"performance_snapshots", book_dump_performance_snapshots},
    {"reconcile_runs", book_dump_reconcile_runs},
};

typedef struct server {
    pg_conn *conn;
    const book_accounts *accounts;
    arena *arena; /* of a section */
    pg_cursor *cursor;
} server;

static dbk_err *open_section(void *ctx, const char *section)
{
    server *s = ctx;
    const char *sql;
    dbk_err *e = dump_statement_find(statements, sizeof(statements) / sizeof(statements[0]), section, &sql);
    if (e)
        return e;
    arena_reset(s->arena);
    const char *name = arena_printf(s->arena, "dump_%s", section);
    if (!name)
        return err_oom();
    return pg_cursor_open(s->conn, name, sql, book_snapshot_params(s->arena, s->accounts), &s->cursor);
}

static dbk_err *next(void *ctx, bool *more)
{
    return pg_cursor_next(((server *)ctx)->cursor, more);
}

static size_t columns(void *ctx)
{
    return pg_column_count(pg_cursor_rows(((server *)ctx)->cursor));
}

static const char *name(void *ctx, size_t column)
{
    return pg_column_name(pg_cursor_rows(((server *)ctx)->cursor), column);
}

static bool append(void *ctx, size_t column, buf *out)
{
    const pg_cursor *cursor = ((server *)ctx)->cursor;
    if (pg_get_is_null(pg_cursor_rows(cursor), pg_cursor_row(cursor), column))
        return false;
    book_text_append(out, pg_cursor_rows(cursor), pg_cursor_row(cursor), column);
    return true;
}

static void close_section(void *ctx)
{
    server *s = ctx;
    pg_cursor_free(s->cursor);
    s->cursor = NULL;
}

dbk_err *book_dump(pg_conn *c, const book_dump_options *options, book_dump_result *out)
{
    server s = {.conn = c, .accounts = &options->accounts, .arena = arena_new(0)};
    if (!s.arena)
        return err_oom();
    dump_reader reader = {.ctx = &s,
                          .open = open_section,
                          .next = next,
                          .columns = columns,
                          .name = name,
                          .append = append,
                          .close = close_section};
    dbk_err *e = dump_write(&reader, options, out);
    arena_free(s.arena);
    return e;
}
