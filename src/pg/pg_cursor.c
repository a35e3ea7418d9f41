#include "pg/pg_cursor.h"

#include <assert.h>
#include <stdio.h>

#include "core/mem.h"

#define PORTION_ROWS 2000

struct pg_cursor {
    pg_conn *conn;
    arena *portion; /* the rows fetched last */
    pg_rows *rows;
    size_t row;
    bool ended;
    char fetch[96];
    char close[96];
};

static dbk_err *declare(pg_cursor *k, const char *name, const char *sql, const pg_params *p)
{
    int length = snprintf(k->fetch, sizeof(k->fetch), "fetch %d from %s", PORTION_ROWS, name);
    assert(length > 0 && (size_t)length < sizeof(k->fetch));
    snprintf(k->close, sizeof(k->close), "close %s", name);
    char *statement = arena_printf(k->portion, "declare %s no scroll cursor for %s", name, sql);
    if (!statement)
        return err_oom();
    pg_rows *none;
    return pg_query(k->conn, k->portion, statement, p, &none);
}

dbk_err *pg_cursor_open(pg_conn *c, const char *name, const char *sql, const pg_params *p, pg_cursor **out)
{
    assert(pg_in_transaction(c));
    pg_cursor *k = mem_alloc(sizeof(*k));
    if (!k)
        return err_oom();
    k->conn = c;
    k->portion = arena_new(0);
    dbk_err *e = k->portion ? declare(k, name, sql, p) : err_oom();
    if (e) {
        pg_cursor_free(k);
        return e;
    }
    *out = k;
    return NULL;
}

static dbk_err *fetch_portion(pg_cursor *k)
{
    arena_reset(k->portion);
    k->rows = NULL;
    k->row = 0;
    return pg_query(k->conn, k->portion, k->fetch, NULL, &k->rows);
}

dbk_err *pg_cursor_next(pg_cursor *k, bool *more)
{
    assert(!k->ended);
    if (k->rows && k->row + 1 < pg_row_count(k->rows))
        k->row++;
    else if (k->rows && pg_row_count(k->rows) < PORTION_ROWS)
        k->ended = true;
    else {
        dbk_err *e = fetch_portion(k);
        if (e)
            return e;
        k->ended = pg_row_count(k->rows) == 0;
    }
    *more = !k->ended;
    return NULL;
}

const pg_rows *pg_cursor_rows(const pg_cursor *k)
{
    return k->rows;
}

size_t pg_cursor_row(const pg_cursor *k)
{
    return k->row;
}

void pg_cursor_free(pg_cursor *k)
{
    if (!k)
        return;
    /* Best effort: what the server holds for it would else stay until the transaction ends. */
    if (k->rows && pg_in_transaction(k->conn) && !pg_is_lost(k->conn))
        err_free(pg_exec(k->conn, k->close));
    arena_free(k->portion);
    mem_free(k);
}
