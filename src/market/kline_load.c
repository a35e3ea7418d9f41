#include "market/kline_load.h"

#include <assert.h>
#include <string.h>

#include "core/interrupt.h"
#include "market/raw_text.h"
#include "pg/pg_copy.h"
#include "pg/pg_retry.h"

#define POLL_ROWS 4096
#define COPY_COLUMNS 13
#define STAGE "pg_temp.market_stage"
#define REASON_BYTES_MAX 4000

/* The total has no bearing here: a try may take as long as its file. */
static const pg_retry_policy retry_policy = {
    .tries_max = 5, .delay_min_us = 200000, .delay_max_us = 5000000, .total_max_us = INT64_MAX / 4};

/* Rejected lines in the form in which fn_close_batch takes them: four arrays. */
typedef struct rejects {
    const char **lines;
    const char **offsets;
    const char **reasons;
    const char **raw;
    size_t count;
    size_t size;
} rejects;

/* One try. Its memory lives in `arena` and goes with it. */
typedef struct attempt {
    pg_conn *conn;
    const kline_load_options *o;
    arena *arena;
    dbk_uuid batch_id;
    kline_reader *reader;
    pg_copy *copy;
    bool staged;
    int64_t candles;
    rejects rejects;
    kline_load_result result;
} attempt;

static dbk_err *open_batch(attempt *t, bool *created, const char **target)
{
    const kline_scan *s = t->o->scan;
    pg_params *p = pg_params_new(t->arena);
    pg_param_uuid(p, &t->batch_id);
    pg_param_text(p, t->o->source);
    pg_param_uuid(p, &t->o->instrument_id);
    pg_param_int4(p, s->rules.interval_s);
    pg_param_text(p, t->o->file_name);
    pg_param_bytes(p, s->identity.sha256, sizeof(s->identity.sha256));
    pg_param_int8(p, s->identity.size_bytes);
    pg_param_time(p, s->first_us);
    pg_param_time(p, s->last_us);
    pg_param_bool(p, s->ordered);
    pg_rows *rows;
    dbk_err *e = pg_query_one(t->conn, t->arena,
                              "select outcome, target, rows_in, inserted, duplicate, superseded, rejected "
                              "from market.fn_open_batch($1, $2, 'klines', $3, $4, $5, $6, $7, $8, $9, $10)",
                              p, &rows);
    if (e)
        return e;
    const char *outcome = pg_get_text(rows, 0, 0);
    if (strcmp(outcome, "replayed") == 0) {
        t->result = (kline_load_result){
            .replayed = true,
            .rows_in = pg_get_int8(rows, 0, 2),
            .inserted = pg_get_int8(rows, 0, 3),
            .duplicate = pg_get_int8(rows, 0, 4),
            .superseded = pg_get_int8(rows, 0, 5),
            .rejected = pg_get_int8(rows, 0, 6),
        };
        *created = false;
        return NULL;
    }
    /* The identity was made for this file a moment ago: nothing else can have been done under it. */
    if (strcmp(outcome, "created") != 0)
        return err_new(ERR_INTERNAL, "opening a batch was answered with \"%s\"", outcome);
    *created = true;
    *target = pg_get_text(rows, 0, 1);
    return NULL;
}

static dbk_err *begin_copy(attempt *t, const char *target)
{
    t->staged = strcmp(target, STAGE) == 0;
    const char *sql =
        arena_printf(t->arena,
                     "copy %s (instrument_id, interval_s, open_time, open, high, low, close, volume, "
                     "quote_volume, trade_count, "
                     "taker_buy_volume, taker_buy_quote_volume, batch_id%s) from stdin (format binary)",
                     target, t->staged ? ", line" : "");
    if (!sql)
        return err_oom();
    return pg_copy_begin(t->conn, sql, COPY_COLUMNS + t->staged, &t->copy);
}

static void put_optional(pg_copy *k, const kline *c, kline_role role, double value)
{
    if (c->present & (1u << role))
        pg_copy_float8(k, value);
    else
        pg_copy_null(k);
}

static dbk_err *send_candle(attempt *t, const kline *c, int64_t line_number)
{
    pg_copy *k = t->copy;
    dbk_err *e = pg_copy_row(k);
    if (e)
        return e;
    pg_copy_uuid(k, &t->o->instrument_id);
    pg_copy_int4(k, t->o->scan->rules.interval_s);
    pg_copy_time(k, c->open_time_us);
    pg_copy_float8(k, c->open);
    pg_copy_float8(k, c->high);
    pg_copy_float8(k, c->low);
    pg_copy_float8(k, c->close);
    pg_copy_float8(k, c->volume);
    put_optional(k, c, KLINE_QUOTE_VOLUME, c->quote_volume);
    if (c->present & (1u << KLINE_TRADE_COUNT))
        pg_copy_int8(k, c->trade_count);
    else
        pg_copy_null(k);
    put_optional(k, c, KLINE_TAKER_BUY_VOLUME, c->taker_buy_volume);
    put_optional(k, c, KLINE_TAKER_BUY_QUOTE_VOLUME, c->taker_buy_quote_volume);
    pg_copy_uuid(k, &t->batch_id);
    if (t->staged)
        pg_copy_int8(k, line_number);
    t->candles++;
    return NULL;
}

static void note_lossy(attempt *t, const kline *c, int64_t line_number)
{
    for (int role = 0; role < KLINE_ROLE_COUNT; role++) {
        if (!(c->lossy & (1u << role)))
            continue;
        if (t->result.lossy_values++ == 0) {
            t->result.lossy_line = line_number;
            t->result.lossy_role = (kline_role)role;
        }
    }
}

static dbk_err *rejects_init(attempt *t)
{
    rejects *r = &t->rejects;
    r->size = (size_t)t->o->scan->rejects;
    assert(r->size <= KLINE_REJECTS_MAX);
    r->lines = arena_alloc(t->arena, r->size * sizeof(*r->lines));
    r->offsets = arena_alloc(t->arena, r->size * sizeof(*r->offsets));
    r->reasons = arena_alloc(t->arena, r->size * sizeof(*r->reasons));
    r->raw = arena_alloc(t->arena, r->size * sizeof(*r->raw));
    return r->lines && r->offsets && r->reasons && r->raw ? NULL : err_oom();
}

static dbk_err *changed(void)
{
    dbk_err *e = err_new(ERR_INPUT, "the file changed while it was being read; nothing of it was loaded");
    return err_with_hint(e, "wait until whatever writes it has finished");
}

static dbk_err *keep_reject(attempt *t, const kline_reader_item *item)
{
    rejects *r = &t->rejects;
    if (r->count == r->size)
        return changed();
    char reason[KLINE_FAULT_TEXT_SIZE];
    kline_fault_format(&item->fault, reason);
    size_t i = r->count++;
    r->lines[i] = arena_printf(t->arena, "%lld", (long long)item->line.number);
    r->offsets[i] = arena_printf(t->arena, "%lld", (long long)item->line.byte_offset);
    r->reasons[i] = arena_strdup(t->arena, reason);
    r->raw[i] = raw_text(t->arena, item->line.text, item->line.length, KLINE_REJECT_RAW_BYTES);
    return r->lines[i] && r->offsets[i] && r->reasons[i] && r->raw[i] ? NULL : err_oom();
}

static dbk_err *send_rows(attempt *t)
{
    kline_reader_item item;
    for (int64_t n = 0;; n++) {
        if (n % POLL_ROWS == 0) {
            dbk_err *e = interrupt_check(t->o->interrupt);
            if (e)
                return e;
            if (t->o->progress)
                progress_set(t->o->progress, n);
        }
        dbk_err *e = kline_reader_next(t->reader, &item);
        if (e)
            return e;
        if (item.event == KLINE_EVENT_END)
            return NULL;
        if (item.event == KLINE_EVENT_REJECT) {
            e = keep_reject(t, &item);
        } else {
            if (item.candle.lossy)
                note_lossy(t, &item.candle, item.line.number);
            e = send_candle(t, &item.candle, item.line.number);
        }
        if (e)
            return e;
    }
}

/* What was sent must be what was scanned. */
static dbk_err *check_unchanged(attempt *t)
{
    source_identity now;
    const kline_scan *s = t->o->scan;
    dbk_err *e = kline_reader_identify(t->reader, &now);
    if (e)
        return e;
    bool same = now.size_bytes == s->identity.size_bytes &&
                memcmp(now.sha256, s->identity.sha256, sizeof(now.sha256)) == 0 && t->candles == s->candles &&
                (int64_t)t->rejects.count == s->rejects;
    return same ? NULL : changed();
}

static dbk_err *end_copy(attempt *t)
{
    int64_t taken;
    pg_copy *k = t->copy;
    t->copy = NULL;
    dbk_err *e = pg_copy_end(k, &taken);
    if (!e && taken != t->candles)
        return err_new(ERR_INTERNAL, "%lld rows were sent and %lld taken", (long long)t->candles,
                       (long long)taken);
    return e;
}

static dbk_err *close_batch(attempt *t)
{
    const rejects *r = &t->rejects;
    pg_params *p = pg_params_new(t->arena);
    pg_param_uuid(p, &t->batch_id);
    pg_param_int8(p, t->candles + (int64_t)r->count);
    pg_param_text_array(p, r->lines, r->count);
    pg_param_text_array(p, r->offsets, r->count);
    pg_param_text_array(p, r->reasons, r->count);
    pg_param_text_array(p, r->raw, r->count);
    pg_rows *rows;
    dbk_err *e = pg_query_one(t->conn, t->arena,
                              "select rows_in, inserted, duplicate, superseded, rejected "
                              "from market.fn_close_batch($1, $2, $3, $4, $5, $6)",
                              p, &rows);
    if (e)
        return e;
    t->result.rows_in = pg_get_int8(rows, 0, 0);
    t->result.inserted = pg_get_int8(rows, 0, 1);
    t->result.duplicate = pg_get_int8(rows, 0, 2);
    t->result.superseded = pg_get_int8(rows, 0, 3);
    t->result.rejected = pg_get_int8(rows, 0, 4);
    return NULL;
}

static dbk_err *load_opened(attempt *t, const char *target)
{
    const kline_scan *s = t->o->scan;
    dbk_err *e = rejects_init(t);
    if (!e)
        e = kline_reader_open(t->o->path, &s->format, &s->rules, &t->reader);
    if (!e)
        e = begin_copy(t, target);
    if (!e)
        e = send_rows(t);
    if (!e)
        e = check_unchanged(t);
    if (!e)
        e = end_copy(t);
    if (!e)
        e = close_batch(t);
    if (!e)
        e = interrupt_check(t->o->interrupt);
    return e;
}

static dbk_err *load_in_transaction(attempt *t)
{
    bool created = false;
    const char *target = NULL;
    dbk_err *e = open_batch(t, &created, &target);
    if (!e && created)
        e = load_opened(t, target);
    pg_copy_abort(t->copy);
    kline_reader_close(t->reader);
    return e;
}

static dbk_err *load_once(pg_conn *c, const kline_load_options *o, const dbk_uuid *batch_id,
                          kline_load_result *out)
{
    attempt t = {.conn = c, .o = o, .batch_id = *batch_id, .arena = arena_new(0)};
    if (!t.arena)
        return err_oom();
    dbk_err *e = interrupt_check(o->interrupt);
    if (!e && pg_is_lost(c))
        e = pg_reconnect(c);
    if (!e)
        e = pg_begin(c);
    if (!e) {
        e = load_in_transaction(&t);
        if (!e)
            e = pg_commit(c);
        if (e)
            pg_rollback(c);
    }
    if (!e)
        *out = t.result;
    arena_free(t.arena);
    return e;
}

dbk_err *kline_load_file(pg_conn *c, const kline_load_options *o, kline_load_result *out)
{
    assert(!o->scan->refusal);
    dbk_uuid batch_id;
    dbk_err *e = uuid_v7(o->clock, &batch_id);
    if (e)
        return e;
    pg_retry_state retry;
    pg_retry_init(&retry, &retry_policy, o->clock->mono_us(o->clock), (uint64_t)o->clock->wall_us(o->clock));
    for (;;) {
        e = load_once(c, o, &batch_id, out);
        if (!e)
            return NULL;
        int64_t delay_us;
        if (!pg_retry_next(&retry, e, true, o->clock->mono_us(o->clock), &delay_us))
            return e;
        log_fields(o->log, LOG_WARNING, "loading is tried again", LOG_STR("file", o->file_name),
                   LOG_STR("why", err_message(e)));
        err_free(e);
        o->clock->sleep_us(o->clock, delay_us);
    }
}

dbk_err *kline_load_refuse(pg_conn *c, arena *a, const dbk_clock *clock, const kline_refusal *r)
{
    dbk_uuid batch_id;
    dbk_err *e = uuid_v7(clock, &batch_id);
    if (e)
        return e;
    const char *reason = raw_text(a, r->reason, strlen(r->reason), REASON_BYTES_MAX - 4);
    if (!reason)
        return err_oom();
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &batch_id);
    pg_param_text(p, r->source);
    pg_param_uuid(p, r->instrument_id);
    if (r->interval_s > 0)
        pg_param_int4(p, r->interval_s);
    else
        pg_param_null(p);
    pg_param_text(p, r->file_name);
    pg_param_bytes(p, r->identity->sha256, sizeof(r->identity->sha256));
    pg_param_int8(p, r->identity->size_bytes);
    pg_param_text(p, reason);
    pg_rows *rows;
    return pg_query_one(
        c, a, "select outcome from market.fn_refuse_batch($1, $2, 'klines', $3, $4, $5, $6, $7, $8)", p,
        &rows);
}
