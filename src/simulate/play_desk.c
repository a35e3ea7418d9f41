#include "simulate/play_desk.h"

#include <assert.h>
#include <string.h>

#include "book/act_as.h"
#include "core/mem.h"
#include "core/uuid.h"
#include "pg/pg.h"
#include "pg/pg_retry.h"
#include "simulate/answer.h"
#include "simulate_sql.h"

#define TRIES_MAX 1000 /* the time decides */

struct desk {
    pg_conn *conn, *direct;
    arena *arena; /* of one operation */
    int64_t retry_total_us;
};

dbk_err *desk_open(const char *url, const char *direct_url, int64_t retry_total_ms, desk **out)
{
    desk *d = mem_alloc(sizeof(*d));
    if (!d)
        return err_oom();
    d->retry_total_us = retry_total_ms * 1000;
    d->arena = arena_new(0);
    dbk_err *e = d->arena ? pg_connect(&(pg_connect_options){.url = url}, &d->conn) : err_oom();
    if (!e)
        e = pg_connect(&(pg_connect_options){.url = direct_url}, &d->direct);
    if (e) {
        desk_close(d);
        return e;
    }
    *out = d;
    return NULL;
}

void desk_close(desk *d)
{
    if (!d)
        return;
    pg_close(d->conn);
    pg_close(d->direct);
    arena_free(d->arena);
    mem_free(d);
}

/* Until it is answered: all that a desk does may be said twice. */
static dbk_err *ask(desk *d, pg_conn *c, const char *sql, const pg_params *p, pg_rows **out)
{
    const dbk_clock *clock = clock_system();
    pg_retry_policy policy = {.tries_max = TRIES_MAX, .total_max_us = d->retry_total_us};
    pg_retry_state retry;
    int64_t delay_us = 0;
    pg_retry_init(&retry, &policy, clock->mono_us(clock), 1);
    for (;;) {
        dbk_err *e = pg_is_lost(c) ? pg_reconnect(c) : NULL;
        if (!e)
            e = pg_query(c, d->arena, sql, p, out);
        if (!e || !pg_retry_next(&retry, e, true, clock->mono_us(clock), &delay_us))
            return e;
        err_free(e);
        clock->sleep_us(clock, delay_us);
    }
}

/* ---- tokens ---- */

/* 0: none. */
static dbk_err *token_of(desk *d, const fence *f, int64_t *out)
{
    *out = f->kind == FENCE_INVENTED ? FENCE_INVENTED_TOKEN : 0;
    if (f->kind != FENCE_OF_ACQUISITION)
        return NULL;
    pg_params *p = pg_params_new(d->arena);
    pg_param_uuid(p, &f->acquire_id);
    pg_rows *rows;
    dbk_err *e = ask(d, d->direct, simulate_desk_token, p, &rows);
    if (!e && pg_row_count(rows) > 0)
        *out = pg_get_int8(rows, 0, 0);
    return e;
}

static dbk_err *acquisition_of(desk *d, int64_t token, const char **out)
{
    pg_params *p = pg_params_new(d->arena);
    pg_param_int8(p, token);
    pg_rows *rows;
    dbk_err *e = ask(d, d->direct, simulate_desk_acquisition, p, &rows);
    if (!e)
        *out = pg_row_count(rows) == 1 ? pg_get_text(rows, 0, 0) : "nobody's";
    return e;
}

dbk_err *desk_speak(desk *d, dbk_book *book, const speaker *by)
{
    int64_t token = 0;
    arena_reset(d->arena);
    dbk_err *e = by->is_bot ? token_of(d, &by->fence, &token) : NULL;
    if (!e)
        book_act_as(book, by->is_bot ? &by->bot_id : NULL, token);
    return e;
}

/* ---- operations ---- */

static const dbk_uuid *or_null(const dbk_uuid *id)
{
    static const dbk_uuid nil;
    return uuid_equal(id, &nil) ? NULL : id;
}

static const char *bot_params(const desk_bot *b, pg_params *p)
{
    pg_param_uuid(p, &b->account_id);
    pg_param_uuid(p, &b->change_id);
    pg_param_uuid(p, &b->bot_id);
    pg_param_text(p, b->name);
    pg_param_text(p, b->desired_state);
    pg_param_text(p, b->image_tag);
    pg_param_text(p, b->reason);
    return simulate_desk_bot;
}

static const char *halt_params(const desk_halt *h, bool ends, pg_params *p)
{
    if (ends)
        pg_param_uuid(p, or_null(&h->account_id));
    pg_param_uuid(p, &h->halt_id);
    if (!ends) {
        pg_param_text(p, h->scope);
        pg_param_uuid(p, or_null(&h->account_id));
        pg_param_uuid(p, or_null(&h->bot_id));
    }
    pg_param_text(p, h->reason);
    pg_param_text(p, h->actor);
    return ends ? simulate_desk_resume : simulate_desk_halt;
}

static const char *cap_params(const desk_cap *c, pg_params *p)
{
    pg_param_uuid(p, &c->change_id);
    pg_param_text(p, or_null(&c->bot_id) ? "bot" : "global");
    pg_param_uuid(p, or_null(&c->account_id));
    pg_param_uuid(p, or_null(&c->bot_id));
    pg_param_text(p, c->currency);
    pg_param_text(p, c->limit);
    pg_param_text(p, c->slice);
    pg_param_text(p, c->reason);
    pg_param_text(p, c->actor);
    return simulate_desk_cap;
}

static const char *day_params(int32_t day, pg_params *p)
{
    pg_param_int4(p, day);
    return simulate_desk_day;
}

static dbk_err *lease_params(desk *d, const desk_operation *o, pg_params *p, const char **sql)
{
    const desk_lease *l = &o->lease;
    int64_t token = 0;
    pg_param_uuid(p, &l->account_id);
    pg_param_uuid(p, &l->bot_id);
    *sql = o->kind == DESK_LAPSE     ? simulate_desk_lapse
           : o->kind == DESK_ACQUIRE ? simulate_desk_acquire
           : o->kind == DESK_FENCE   ? simulate_desk_fence
           : o->kind == DESK_RENEW   ? simulate_desk_renew
                                     : simulate_desk_release;
    if (o->kind == DESK_LAPSE)
        return NULL;
    pg_param_uuid(p, &l->id);
    if (o->kind == DESK_ACQUIRE || o->kind == DESK_FENCE) {
        pg_param_text(p, l->holder);
        return NULL;
    }
    dbk_err *e = token_of(d, &l->fence, &token);
    if (token)
        pg_param_int8(p, token);
    else
        pg_param_null(p);
    return e;
}

static dbk_err *params_of(desk *d, const desk_operation *o, pg_params *p, const char **sql)
{
    if (o->kind == DESK_BOT)
        *sql = bot_params(&o->bot, p);
    else if (o->kind == DESK_CAP)
        *sql = cap_params(&o->cap, p);
    else if (o->kind == DESK_DAY)
        *sql = day_params(o->day, p);
    else if (o->kind == DESK_HALT || o->kind == DESK_RESUME)
        *sql = halt_params(&o->halt, o->kind == DESK_RESUME, p);
    else
        return lease_params(d, o, p, sql);
    return NULL;
}

enum {
    COLUMN_OUTCOME,
    COLUMN_ID,
    COLUMN_FIELD,
    COLUMN_CODE,
    COLUMN_VERSION,
    COLUMN_TOKEN,
    COLUMN_HALTED,
    COLUMN_LEFT
};

static dbk_err *read_answer(desk *d, const pg_rows *rows, answer *out)
{
    if (pg_row_count(rows) == 0) {
        out->outcome = "done";
        return NULL;
    }
    const char *halted = pg_get_text(rows, 0, COLUMN_HALTED);
    *out = (answer){.outcome = pg_get_text(rows, 0, COLUMN_OUTCOME),
                    .id = pg_get_uuid(rows, 0, COLUMN_ID),
                    .conflict_field = pg_get_text(rows, 0, COLUMN_FIELD),
                    .refusal_code = pg_get_text(rows, 0, COLUMN_CODE),
                    .halted = !halted            ? NULL
                              : halted[0] == 't' ? "true"
                                                 : "false",
                    .halts_left = pg_get_text(rows, 0, COLUMN_LEFT)};
    if (!pg_get_is_null(rows, 0, COLUMN_VERSION))
        out->version = pg_get_int8(rows, 0, COLUMN_VERSION);
    if (pg_get_is_null(rows, 0, COLUMN_TOKEN))
        return NULL;
    return acquisition_of(d, pg_get_int8(rows, 0, COLUMN_TOKEN), &out->token);
}

dbk_err *desk_play(desk *d, const desk_operation *o, buf *answers)
{
    answer a = {0};
    pg_rows *rows = NULL;
    const char *sql = NULL;
    arena_reset(d->arena);
    pg_params *p = pg_params_new(d->arena);
    dbk_err *e = params_of(d, o, p, &sql);
    if (!e)
        e = ask(d, d->conn, sql, p, &rows);
    if (!e)
        e = read_answer(d, rows, &a);
    if (e && strncmp(err_sqlstate(e), "TB", 2) == 0) {
        a = (answer){.outcome = "error", .error = err_sqlstate(e)};
        answer_append(answers, &a);
        err_free(e);
        return buf_error(answers);
    }
    if (!e)
        answer_append(answers, &a);
    return e ? e : buf_error(answers);
}

/* ---- the end of a history ---- */

dbk_err *desk_state(desk *d, const dbk_uuid *accounts, size_t count, buf *out)
{
    char texts[HISTORY_ACCOUNTS][UUID_TEXT_SIZE];
    const char *ids[HISTORY_ACCOUNTS];
    assert(count <= HISTORY_ACCOUNTS);
    for (size_t i = 0; i < count; i++) {
        uuid_format(&accounts[i], texts[i]);
        ids[i] = texts[i];
    }
    arena_reset(d->arena);
    pg_params *p = pg_params_new(d->arena);
    pg_param_text_array(p, ids, count);
    pg_rows *rows = NULL;
    dbk_err *e = ask(d, d->direct, simulate_desk_state, p, &rows);
    for (size_t i = 0; !e && i < pg_row_count(rows); i++) {
        buf_append_str(out, pg_get_text(rows, i, 0));
        buf_append_char(out, '\n');
    }
    return e ? e : buf_error(out);
}

dbk_err *desk_clear(desk *d)
{
    pg_rows *unused;
    arena_reset(d->arena);
    return ask(d, d->direct, simulate_desk_clear, NULL, &unused);
}
