/* move_server.c: a book on a server as one side of a move. What is written goes through stored functions;
 * what is read comes from one snapshot, on a connection of its own. */
#include <stdlib.h>
#include <string.h>

#include "book/call_context.h"
#include "book/move_side.h"
#include "core/mem.h"
#include "move_sql.h"
#include "pg/pg_cursor.h"

#define WAIT_STEP_US 20000

typedef struct server {
    pg_conn *writer, *reader;
    arena *work; /* of one call */
    char *place, *ctx;
    pg_cursor *rows;
    size_t count;
} server;

/* Parameters that are text, or null. */
static pg_params *texts(arena *a, const char *const *values, size_t count)
{
    pg_params *p = pg_params_new(a);
    for (size_t i = 0; i < count; i++)
        pg_param_text(p, values[i]);
    return p;
}

static dbk_err *ask(server *s, arena *a, const char *sql, const char *const *values, size_t count,
                    pg_rows **out)
{
    return pg_query(s->writer, a, sql, texts(a, values, count), out);
}

/* ---- accounts ---- */

static dbk_err *accounts_named(server *s, arena *a, const char *name, move_account *out, size_t *count)
{
    pg_rows *rows;
    dbk_err *e = ask(s, a, move_server_accounts, &name, 1, &rows);
    if (e)
        return e;
    size_t found = pg_row_count(rows);
    if (found != 1)
        return err_new(found == 0 ? ERR_NOT_FOUND : ERR_INPUT, "%s account is named %s at %s",
                       found == 0 ? "no" : "more than one", name, s->place);
    out[(*count)++] = (move_account){pg_get_text(rows, 0, 0), pg_get_text(rows, 0, 1)};
    return NULL;
}

static dbk_err *accounts(void *ctx, arena *a, const char *const *names, size_t count, move_account **out,
                         size_t *out_count)
{
    server *s = ctx;
    pg_rows *rows = NULL;
    const char *all = NULL;
    dbk_err *e = count == 0 ? ask(s, a, move_server_accounts, &all, 1, &rows) : NULL;
    if (e)
        return e;
    size_t found = rows ? pg_row_count(rows) : 0;
    move_account *list = arena_alloc(a, (found + count + 1) * sizeof(*list));
    if (!list)
        return err_oom();
    for (size_t i = 0; i < found; i++)
        list[i] = (move_account){pg_get_text(rows, i, 0), pg_get_text(rows, i, 1)};
    for (size_t i = 0; !e && i < count; i++)
        e = accounts_named(s, a, names[i], list, &found);
    if (e)
        return e;
    *out = list;
    *out_count = found;
    return NULL;
}

static dbk_err *fence(void *ctx, arena *a, const char *account_id, move_fence *out)
{
    pg_rows *rows;
    dbk_err *e = ask(ctx, a, move_server_fence, &account_id, 1, &rows);
    if (e)
        return e;
    *out = (move_fence){pg_get_text(rows, 0, 0), pg_get_text(rows, 0, 1), pg_get_text(rows, 0, 2),
                        pg_get_text(rows, 0, 3)};
    return NULL;
}

static dbk_err *step(void *ctx, const move_step *asked)
{
    server *s = ctx;
    const char *const values[] = {asked->account_id, asked->move_id, asked->step, asked->place, s->ctx};
    pg_rows *rows;
    arena_reset(s->work);
    dbk_err *e = ask(s, s->work, move_server_step, values, 5, &rows);
    if (e || strcmp(pg_get_text(rows, 0, 0), "refused") != 0)
        return e;
    return err_new(ERR_INPUT, "account %s at %s: %s: %s", asked->account_id, s->place,
                   pg_get_text(rows, 0, 2), pg_get_text(rows, 0, 3));
}

/* ---- one state of the book ---- */

/* Waits until everybody who is in a transaction now has left it. */
static dbk_err *wait_for_others(server *s, int64_t wait_us)
{
    const dbk_clock *clock = clock_system();
    int64_t until_us = clock->mono_us(clock) + wait_us;
    const char *running = NULL, *who = NULL;
    for (;;) {
        pg_rows *rows;
        dbk_err *e = ask(s, s->work, move_server_running, &running, 1, &rows);
        if (e || pg_get_is_null(rows, 0, 0))
            return e;
        running = pg_get_text(rows, 0, 0);
        who = pg_get_text(rows, 0, 1);
        if (clock->mono_us(clock) >= until_us)
            return err_with_hint(
                err_new(ERR_BUSY, "transactions at %s do not end: process %s", s->place, who),
                "end them, or wait longer with --wait; then move again, which goes on");
        clock->sleep_us(clock, WAIT_STEP_US);
    }
}

static dbk_err *hold(void *ctx, int64_t wait_us, move_bounds *after)
{
    server *s = ctx;
    pg_rows *rows;
    arena_reset(s->work);
    dbk_err *e = ask(s, s->work, move_server_bounds, NULL, 0, &rows);
    if (e)
        return e;
    *after = (move_bounds){pg_get_int8(rows, 0, 0), pg_get_int8(rows, 0, 1), pg_get_int8(rows, 0, 2)};
    e = wait_for_others(s, wait_us);
    if (e)
        return e;
    e = book_snapshot_begin(s->reader, s->work);
    if (e)
        pg_rollback(s->reader);
    return e;
}

static void let_go(void *ctx)
{
    pg_rollback(((server *)ctx)->reader);
}

/* Known since the bounds were taken: whoever was under way then has ended before anything was read. */
static dbk_err *since(void *ctx, move_bounds *bounds)
{
    (void)ctx;
    (void)bounds;
    return NULL;
}

static dbk_err *rows_open(void *ctx, const move_query *query)
{
    server *s = ctx;
    arena_reset(s->work);
    const char *sql = move_select_server(s->work, query->table, query->extent, query->bounds);
    if (!sql)
        return err_oom();
    pg_params *p = texts(s->work, &query->account_id, 1);
    for (size_t i = 0; query->extent == MOVE_AFTER && i < query->table->key_count; i++)
        pg_param_text(p, query->after[i]);
    s->count = query->table->count;
    return pg_cursor_open(s->reader, "daybook_move", sql, p, &s->rows);
}

static dbk_err *rows_next(void *ctx, bool *more, const char *values[MOVE_COLUMNS_MAX])
{
    server *s = ctx;
    dbk_err *e = pg_cursor_next(s->rows, more);
    if (e || !*more)
        return e;
    const pg_rows *rows = pg_cursor_rows(s->rows);
    for (size_t i = 0; i < s->count; i++)
        values[i] = pg_get_text(rows, pg_cursor_row(s->rows), i);
    return NULL;
}

static void rows_close(void *ctx)
{
    server *s = ctx;
    pg_cursor_free(s->rows);
    s->rows = NULL;
}

static dbk_err *references(void *ctx, arena *a, const char *account_id, move_named **named,
                           size_t *named_count, move_instrument **instruments, size_t *count)
{
    pg_rows *names, *traded;
    dbk_err *e = ask(ctx, a, move_server_named, NULL, 0, &names);
    if (!e)
        e = ask(ctx, a, move_server_instruments, &account_id, 1, &traded);
    if (e)
        return e;
    *named_count = pg_row_count(names);
    *count = pg_row_count(traded);
    *named = arena_alloc(a, (*named_count + 1) * sizeof(**named));
    *instruments = arena_alloc(a, (*count + 1) * sizeof(**instruments));
    if (!*named || !*instruments)
        return err_oom();
    for (size_t i = 0; i < *named_count; i++)
        (*named)[i] =
            (move_named){pg_get_text(names, i, 0), pg_get_text(names, i, 1), pg_get_text(names, i, 2)};
    for (size_t i = 0; i < *count; i++)
        (*instruments)[i] = (move_instrument){.id = pg_get_text(traded, i, 0),
                                              .venue = pg_get_text(traded, i, 1),
                                              .symbol = pg_get_text(traded, i, 2),
                                              .kind = pg_get_text(traded, i, 3),
                                              .base = pg_get_text(traded, i, 4),
                                              .quote = pg_get_text(traded, i, 5),
                                              .settle = pg_get_text(traded, i, 6),
                                              .tick_size = pg_get_text(traded, i, 7),
                                              .lot_size = pg_get_text(traded, i, 8),
                                              .multiplier = pg_get_text(traded, i, 9)};
    return NULL;
}

static dbk_err *dump(void *ctx, const book_dump_options *options, book_dump_result *out)
{
    return book_dump(((server *)ctx)->reader, options, out);
}

static dbk_err *verify(void *ctx, const book_verify_options *options, book_verify_result *out)
{
    return book_verify(((server *)ctx)->reader, options, out);
}

static dbk_err *count_rows(void *ctx, const move_table *table, const char *account_id, int64_t *out)
{
    server *s = ctx;
    arena_reset(s->work);
    const char *sql = move_count_server(s->work, table);
    pg_rows *rows;
    dbk_err *e =
        sql ? pg_query_one(s->reader, s->work, sql, texts(s->work, &account_id, 1), &rows) : err_oom();
    if (!e)
        *out = pg_get_int8(rows, 0, 0);
    return e;
}

/* ---- what comes ---- */

/* One that is known there stays as it is. */
static dbk_err *name(void *ctx, const move_named *named)
{
    server *s = ctx;
    const char *const currency[] = {named->code, named->name, named->kind, s->ctx};
    const char *const venue[] = {named->code, named->name, s->ctx};
    pg_rows *rows;
    arena_reset(s->work);
    return named->kind ? ask(s, s->work, move_server_currency, currency, 4, &rows)
                       : ask(s, s->work, move_server_venue, venue, 3, &rows);
}

static dbk_err *instrument(void *ctx, arena *a, const move_instrument *i, const char **id)
{
    server *s = ctx;
    const char *const values[] = {i->id,     i->venue,     i->symbol,   i->kind,       i->base, i->quote,
                                  i->settle, i->tick_size, i->lot_size, i->multiplier, s->ctx};
    pg_rows *rows;
    dbk_err *e = ask(s, a, move_server_instrument, values, 11, &rows);
    if (e)
        return e;
    if (strcmp(pg_get_text(rows, 0, 0), "conflict") == 0)
        return err_new(ERR_INPUT, "%s/%s/%s is known at %s with another %s", i->venue, i->symbol, i->kind,
                       s->place, pg_get_text(rows, 0, 2));
    *id = pg_get_text(rows, 0, 1);
    return NULL;
}

static dbk_err *take(void *ctx, const move_taking *taking, int64_t *taken)
{
    server *s = ctx;
    buf json;
    buf_init(&json, 0);
    for (size_t i = 0; i < taking->rows->count; i++) {
        buf_append_char(&json, i == 0 ? '[' : ',');
        move_append_row(&json, taking->table, taking->rows->rows[i]);
    }
    buf_append_str(&json, taking->rows->count == 0 ? "[]" : "]");
    dbk_err *e = buf_error(&json);
    if (!e) {
        const char *const values[] = {taking->account_id, taking->move_id,  taking->table->name,
                                      json.data,          taking->progress, s->ctx};
        pg_rows *rows;
        arena_reset(s->work);
        e = ask(s, s->work, move_server_take, values, 6, &rows);
        if (!e)
            *taken = pg_get_int8(rows, 0, 0);
    }
    buf_term(&json);
    return e ? err_wrap(e, "%s did not take rows of %s", s->place, taking->table->name) : NULL;
}

/* ---- opening ---- */

static void close_server(void *ctx)
{
    server *s = ctx;
    pg_close(s->reader);
    pg_close(s->writer);
    arena_free(s->work);
    mem_free(s->place);
    mem_free(s->ctx);
    mem_free(s);
}

static dbk_err *open_server(server *s, const char *url)
{
    s->work = arena_new(0);
    s->ctx = call_context(&(call_speaker){.actor = "daybook book move"});
    if (!s->work || !s->ctx)
        return err_oom();
    const char *plain = pg_url_sanitize(s->work, url);
    s->place = plain ? mem_strdup(plain) : NULL;
    if (!s->place)
        return err_oom();
    pg_connect_options options = {.url = url, .application_name = "daybook book move", .read_write = true};
    dbk_err *e = pg_connect(&options, &s->writer);
    if (!e)
        e = pg_connect(&options, &s->reader);
    if (!e) {
        e = book_snapshot_begin(s->reader, s->work);
        pg_rollback(s->reader);
    }
    return e;
}

dbk_err *move_server_open(const char *url, move_side *out)
{
    server *s = mem_alloc(sizeof(*s));
    if (!s)
        return err_oom();
    dbk_err *e = open_server(s, url);
    if (e) {
        close_server(s);
        return e;
    }
    *out = (move_side){.ctx = s,
                       .place = s->place,
                       .accounts = accounts,
                       .fence = fence,
                       .step = step,
                       .hold = hold,
                       .let_go = let_go,
                       .since = since,
                       .rows_open = rows_open,
                       .rows_next = rows_next,
                       .rows_close = rows_close,
                       .references = references,
                       .dump = dump,
                       .verify = verify,
                       .count = count_rows,
                       .name = name,
                       .instrument = instrument,
                       .take = take,
                       .close = close_server};
    return NULL;
}
