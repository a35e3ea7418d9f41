#include "market/ingest/batch_send.h"

#include <string.h>
#include <time.h>

#include "core/interrupt.h"
#include "core/mem.h"

#define US_PER_S INT64_C(1000000)

/* Partitions are months, so announcing to the end of one costs nothing. */
static int64_t end_of_month_us(int64_t us)
{
    time_t s = (time_t)(us / US_PER_S - (us % US_PER_S < 0));
    struct tm tm;
    gmtime_r(&s, &tm);
    tm = (struct tm){.tm_year = tm.tm_year, .tm_mon = tm.tm_mon + 1, .tm_mday = 1};
    return (int64_t)timegm(&tm) * US_PER_S - 1;
}

/* Nothing is announced beyond now that is not there. */
int64_t batch_announce_to(const batch_attempt *t, int64_t last_us)
{
    int64_t now_us = t->o->clock->wall_us(t->o->clock);
    int64_t end_us = end_of_month_us(last_us);
    end_us = end_us < now_us ? end_us : now_us;
    return t->o->whole || end_us < last_us ? last_us : end_us;
}

/* For the stage no table of a month is made beforehand, so it is announced twice as far as has been come:
 * each announcement ends a COPY. */
static int64_t announce_ahead_to(const batch_attempt *t, int64_t last_us)
{
    int64_t now_us = t->o->clock->wall_us(t->o->clock);
    int64_t ahead_us = last_us + (t->staged ? last_us - t->first_us : 0);
    ahead_us = ahead_us < now_us ? ahead_us : now_us;
    return batch_announce_to(t, ahead_us > last_us ? ahead_us : last_us);
}

static dbk_err *end_copy(void *ctx)
{
    batch_attempt *t = ctx;
    int64_t taken = 0;
    pg_copy *k = t->copy;
    t->copy = NULL;
    dbk_err *e = k ? pg_copy_end(k, &taken) : NULL;
    if (!e && t->copying == PARCEL_ROWS)
        t->taken += taken;
    return e;
}

static bool is_copying(const batch_attempt *t, parcel_kind kind)
{
    return t->copy && t->copying == kind;
}

static dbk_err *begin_rows(batch_attempt *t)
{
    if (is_copying(t, PARCEL_ROWS))
        return NULL;
    dbk_err *e = end_copy(t);
    if (e)
        return e;
    char *columns = row_encoder_columns(&t->encoder, t->arena, t->staged);
    char *sql = columns
                    ? arena_printf(t->arena, "copy %s (%s) from stdin (format binary)", t->target, columns)
                    : NULL;
    if (!sql)
        return err_oom();
    t->copying = PARCEL_ROWS;
    return pg_copy_begin(t->conn, sql, t->encoder.fields + t->staged, &t->copy);
}

/* Rows come that were not announced, or not where they stand: the server says where to send from here on.
 * What has gone straight into the table stays there. */
static dbk_err *extend(batch_attempt *t, const parcel *first)
{
    dbk_err *e = end_copy(t);
    if (e)
        return e;
    t->first_us = first->first_us < t->first_us ? first->first_us : t->first_us;
    if (first->last_us > t->last_us)
        t->last_us = announce_ahead_to(t, first->last_us);
    pg_params *p = pg_params_new(t->arena);
    pg_param_uuid(p, &t->batch_id);
    pg_param_time(p, t->first_us);
    pg_param_time(p, t->last_us);
    pg_param_bool(p, first->ordered);
    pg_rows *rows;
    e = pg_query_one(t->conn, t->arena, "select target from market.fn_extend_batch($1, $2, $3, $4)", p,
                     &rows);
    if (!e) {
        t->target = pg_get_text(rows, 0, 0);
        t->staged = strcmp(t->target, BATCH_STAGE) == 0;
    }
    return e;
}

static bool is_unforeseen(const batch_attempt *t, const parcel *p)
{
    return p->first_us < t->first_us || p->last_us > t->last_us || (!t->staged && !p->ordered);
}

static dbk_err *send_staged(batch_attempt *t, const parcel *p)
{
    size_t needed = p->length + (size_t)p->rows * ROW_LINE_BYTES;
    if (t->with_lines_size < needed) {
        char *larger = mem_realloc(t->with_lines, needed);
        if (!larger)
            return err_oom();
        t->with_lines = larger;
        t->with_lines_size = needed;
    }
    char *end = row_encoder_add_lines(&t->encoder, p->data, p->length, p->lines, t->with_lines);
    return pg_copy_send(t->copy, t->with_lines, (size_t)(end - t->with_lines));
}

static int64_t left_out(const batch_attempt *t)
{
    return t->standing ? standing_rows(t->standing) : 0;
}

static dbk_err *send_rest(batch_attempt *t, const standing_rest *rest)
{
    dbk_err *e = rest->rows > 0 ? begin_rows(t) : NULL;
    if (!e && rest->rows > 0)
        e = pg_copy_send(t->copy, rest->data, rest->length);
    if (!e)
        t->sent += rest->rows;
    return e;
}

static dbk_err *compare(batch_attempt *t, bool all)
{
    standing_rest rest;
    dbk_err *e = standing_compare(t->standing, all, &rest);
    return e ? e : send_rest(t, &rest);
}

/* From here on everything goes to the stage. */
static dbk_err *stop_comparing(batch_attempt *t)
{
    standing_rest rest;
    t->compares = false;
    if (!t->standing)
        return NULL;
    dbk_err *e = standing_release(t->standing, &rest);
    return e ? e : send_rest(t, &rest);
}

static dbk_err *compare_rows(batch_attempt *t, const parcel *p)
{
    bool due = false;
    const conn_turn turn = {.conn = t->conn, .end_copy = end_copy, .ctx = t};
    dbk_err *e = t->standing ? NULL : standing_new(&turn, &t->encoder, &t->batch_id, t->made, &t->standing);
    if (!e)
        e = standing_hold(t->standing, p, &due);
    if (!e && due)
        e = compare(t, false);
    if (!e && standing_is_full(t->standing))
        e = stop_comparing(t);
    return e;
}

static dbk_err *stage_rows(batch_attempt *t, const parcel *p)
{
    dbk_err *e = t->compares ? stop_comparing(t) : NULL;
    if (!e)
        e = begin_rows(t);
    if (!e)
        e = send_staged(t, p);
    if (!e)
        t->sent += p->rows;
    return e;
}

/* Nothing stood where these rows go, so they are all that will stand there. */
static dbk_err *send_direct(batch_attempt *t, const parcel *p)
{
    encoded_row row;
    dbk_err *e = begin_rows(t);
    if (!e)
        e = pg_copy_send(t->copy, p->data, p->length);
    for (const char *at = p->data; !e && at < p->data + p->length; at = row.end) {
        row_encoder_look(&t->encoder, at, &row);
        e = blocks_add(t->made, row.time_us, row.own, row.own_length);
    }
    if (!e)
        t->sent += p->rows;
    return e;
}

static dbk_err *send_rows(batch_attempt *t, const parcel *p)
{
    const bool direct = !t->staged;
    dbk_err *e = is_unforeseen(t, p) ? extend(t, p) : NULL;
    if (e)
        return e;
    t->disordered = !p->ascending && left_out(t) > 0;
    if (t->disordered)
        return NULL;
    if (t->staged && !p->ascending)
        blocks_forget(t->made); /* the merge may change what was sent straight into the table */
    else if (t->staged && direct)
        blocks_cut(t->made, true);
    if (!t->staged)
        e = send_direct(t, p);
    else
        e = t->compares && p->ascending ? compare_rows(t, p) : stage_rows(t, p);
    if (!e && t->o->on_rows)
        t->o->on_rows(t->o->on_rows_ctx, p->rows);
    return e;
}

static dbk_err *begin_raw(batch_attempt *t)
{
    if (is_copying(t, PARCEL_RAW))
        return NULL;
    dbk_err *e = end_copy(t);
    if (e)
        return e;
    t->copying = PARCEL_RAW;
    return pg_copy_begin(t->conn, BATCH_OBJECT_COPY_SQL, BATCH_OBJECT_COLUMNS, &t->copy);
}

static dbk_err *send_held(batch_attempt *t)
{
    dbk_err *e = t->held_count > 0 ? begin_raw(t) : NULL;
    for (size_t i = 0; i < t->held_count; i++) {
        if (!e)
            e = batch_object_send(&t->object, t->copy, t->held[i]);
        batch_feed_give_back(t->feed, t->held[i]);
    }
    t->held_count = 0;
    return e;
}

/* Chunks wait for each other while rows go: each new COPY makes the server get a thousand rows' room ready,
 * which for every chunk would be a twelfth of its work. */
static dbk_err *take_raw(batch_attempt *t, parcel *p)
{
    t->held[t->held_count++] = p;
    return is_copying(t, PARCEL_ROWS) && t->held_count < BATCH_FEED_RAW_HELD_MAX ? NULL : send_held(t);
}

static dbk_err *take_rows(batch_attempt *t, parcel *p)
{
    dbk_err *e = send_rows(t, p);
    batch_feed_give_back(t->feed, p);
    return e;
}

static dbk_err *send_parcels(batch_attempt *t)
{
    dbk_err *e = NULL;
    for (parcel *p; !e && !t->disordered && (p = batch_feed_take(t->feed)) != NULL;) {
        e = interrupt_check(t->o->interrupt);
        if (e)
            batch_feed_give_back(t->feed, p);
        else
            e = p->kind == PARCEL_ROWS ? take_rows(t, p) : take_raw(t, p);
    }
    if (!e && t->standing && t->compares && !t->disordered)
        e = compare(t, true);
    return e || t->disordered ? e : send_held(t);
}

static dbk_err *start_feed(batch_attempt *t)
{
    const batch_load_options *o = t->o;
    row_reader *reader;
    row_encoder_init(&t->encoder, o->dataset, o->instrument_id, o->interval_s, &t->batch_id);
    dbk_err *e = o->open_rows(o->open_ctx, &reader);
    if (e)
        return e;
    return batch_feed_start(t->feed_arena,
                            &(batch_feed_options){
                                .encoder = &t->encoder,
                                .reader = reader,
                                .raw_path = t->object.wanted ? o->raw_path : NULL,
                                .known = &t->object.known,
                                .identity = o->identity,
                                .rejects_max = o->rejects_max,
                                .interrupt = o->interrupt,
                            },
                            &t->feed);
}

/* The feed's error is the cause where sending failed as well, for want of what the feed did not give. */
static dbk_err *end_feed(batch_attempt *t, dbk_err *e)
{
    batch_feed *f = t->feed;
    t->feed = NULL;
    dbk_err *failed = batch_feed_end(f, &t->totals);
    if (e) {
        err_free(failed);
        return e;
    }
    return failed;
}

dbk_err *batch_send_all(batch_attempt *t)
{
    const batch_load_options *o = t->o;
    dbk_err *e = o->raw_path ? batch_object_open(t->conn, t->arena, o->clock, &t->batch_id, o->raw_path,
                                                 o->identity, &t->object)
                             : NULL;
    if (!e)
        e = start_feed(t);
    if (!e)
        e = send_parcels(t);
    e = end_feed(t, e);
    if (!e)
        e = end_copy(t);
    bool whole = !t->totals.too_many_rejects && !t->disordered;
    if (!e && whole && (t->taken != t->sent || t->sent + left_out(t) != t->totals.rows))
        e = err_new(ERR_INTERNAL, "%lld rows were read, %lld left out, %lld sent and %lld taken",
                    (long long)t->totals.rows, (long long)left_out(t), (long long)t->sent,
                    (long long)t->taken);
    return e;
}
