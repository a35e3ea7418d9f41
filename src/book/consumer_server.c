#include "book/consumer.h"

#include <stdio.h>
#include <string.h>

#include "book/book_sql.h"
#include "pg/pg_session.h"

static dbk_err *lost_its_turn(dbk_consumer *c)
{
    c->attached = false;
    return err_with_sqlstate(err_new(ERR_BUSY, "another process reads as consumer %s since", c->name),
                             "TB006");
}

static bool is_outcome(const pg_rows *rows, const char *outcome)
{
    return strcmp(pg_get_text(rows, 0, 0), outcome) == 0;
}

dbk_err *consumer_declare(dbk_consumer *c, const dbk_consumer_options *options)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(c->scratch);
    pg_param_text(p, c->name);
    if (options->event_types)
        pg_param_text_array(p, options->event_types, options->event_type_count);
    else
        pg_param_null(p);
    pg_param_text(p, options->policy ? options->policy : "block_aggregate");
    pg_param_int4(p, options->max_attempts > 0 ? options->max_attempts : 10);
    pg_param_bool(p, options->from_end);
    pg_param_int8(p, options->after_seq);
    pg_param_int4(p, options->members > 0 ? options->members : 1);
    pg_param_text(p, c->ctx);
    dbk_err *e = pg_query_one(c->conn, c->scratch, book_consumer_declare, p, &rows);
    if (!e && is_outcome(rows, "conflict"))
        e = err_with_hint(
            err_new(ERR_INPUT, "consumer %s was declared with other %s", c->name, pg_get_text(rows, 0, 2)),
            "open it as it was declared, or drop it: daybook bus consumers");
    arena_reset(c->scratch);
    return e;
}

/* A session that is the program's own tells the server when the program is gone. */
static dbk_err *prove_session(dbk_consumer *c)
{
    dbk_err *e = pg_is_lost(c->conn) ? pg_reconnect(c->conn) : NULL;
    if (e)
        return e;
    e = pg_session_check(c->conn);
    c->own_session = !e;
    if (e && strcmp(err_sqlstate(e), "0A000") == 0) {
        err_free(e);
        e = NULL;
    }
    return e;
}

static dbk_err *confirm_place(dbk_consumer *c, int32_t log_epoch, bool confirm)
{
    if (log_epoch == c->epoch)
        return NULL;
    if (c->confirm_by_hand && !confirm) {
        c->attached = false;
        return err_with_sqlstate(
            err_with_hint(
                err_new(ERR_INPUT,
                        "the log began epoch %d since consumer %s confirmed its place %lld in epoch %d",
                        log_epoch, c->name, (long long)c->after_seq, c->epoch),
                "compare with what was done outside, then call dbk_consumer_confirm"),
            "TB007");
    }
    c->epoch = log_epoch;
    return consumer_mark(c, c->after_seq, NULL, 0);
}

dbk_err *consumer_attach(dbk_consumer *c, bool confirm)
{
    pg_rows *rows;
    dbk_err *e = prove_session(c);
    if (e)
        return e;
    arena_reset(c->scratch);
    pg_params *p = pg_params_new(c->scratch);
    pg_param_text(p, c->name);
    pg_param_uuid(p, &c->holder_id);
    pg_param_text(p, c->holder);
    pg_param_bool(p, c->own_session);
    pg_param_text(p, c->ctx);
    e = pg_query_one(c->conn, c->scratch, book_consumer_attach, p, &rows);
    if (e)
        return e;
    c->attached = !is_outcome(rows, "refused");
    c->standby[0] = 0;
    if (!c->attached) {
        snprintf(c->standby, sizeof(c->standby), "%s", pg_get_text(rows, 0, 6));
        return NULL;
    }
    c->term = pg_get_int8(rows, 0, 1);
    c->epoch = (int32_t)pg_get_int8(rows, 0, 2);
    c->after_seq = pg_get_int8(rows, 0, 3);
    return confirm_place(c, (int32_t)pg_get_int8(rows, 0, 4), confirm);
}

/* ---- reading ---- */

enum {
    R_DELIVERY,
    R_ATTEMPT,
    R_SEQ,
    R_EPOCH,
    R_ID,
    R_TYPE,
    R_ACCOUNT,
    R_AGGREGATE,
    R_AGGREGATE_ID,
    R_VERSION,
    R_OCCURRED,
    R_RECORDED,
    R_PAYLOAD,
    R_CTX
};

static void take_event(dbk_event *event, const pg_rows *rows, size_t row)
{
    *event = (dbk_event){.seq = pg_get_int8(rows, row, R_SEQ),
                         .epoch = (int32_t)pg_get_int8(rows, row, R_EPOCH),
                         .attempt = (int32_t)pg_get_int8(rows, row, R_ATTEMPT),
                         .replay = strcmp(pg_get_text(rows, row, R_DELIVERY), "replay") == 0,
                         .has_account = !pg_get_is_null(rows, row, R_ACCOUNT),
                         .event_id = pg_get_uuid(rows, row, R_ID),
                         .type = pg_get_text(rows, row, R_TYPE),
                         .aggregate_type = pg_get_text(rows, row, R_AGGREGATE),
                         .aggregate_id = pg_get_text(rows, row, R_AGGREGATE_ID),
                         .aggregate_version = pg_get_int8(rows, row, R_VERSION),
                         .occurred_us = pg_get_time(rows, row, R_OCCURRED),
                         .recorded_us = pg_get_time(rows, row, R_RECORDED),
                         .payload = pg_get_text(rows, row, R_PAYLOAD),
                         .ctx = pg_get_text(rows, row, R_CTX)};
    if (event->has_account)
        event->account_id = pg_get_uuid(rows, row, R_ACCOUNT);
}

static dbk_err *take_batch(dbk_consumer *c, const pg_rows *rows)
{
    size_t count = pg_row_count(rows);
    c->events = arena_alloc(c->kept, (count + 1) * sizeof(*c->events));
    c->waited = arena_alloc(c->kept, (count + 1) * sizeof(*c->waited));
    if (!c->events || !c->waited)
        return err_oom();
    for (size_t i = 0; i < count; i++) {
        take_event(&c->events[i], rows, i);
        if (strcmp(pg_get_text(rows, i, R_DELIVERY), "live") == 0)
            c->last_live = c->events[i].seq;
        else
            c->waited[c->waited_count++] = c->events[i].seq;
    }
    c->count = count;
    return NULL;
}

dbk_err *consumer_read(dbk_consumer *c)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(c->kept);
    pg_param_text(p, c->name);
    pg_param_int8(p, c->term);
    pg_param_int4(p, c->only > 0 ? (int32_t)c->only : c->batch_size);
    pg_param_text(p, c->ctx);
    dbk_err *e = pg_begin(c->conn);
    if (!e)
        e = pg_query(c->conn, c->kept, book_consumer_read, p, &rows);
    if (!e)
        e = take_batch(c, rows);
    if (!e && c->count == 0)
        e = pg_commit(c->conn);
    if (e && (strcmp(err_sqlstate(e), "TB006") == 0 || strcmp(err_sqlstate(e), "TB007") == 0))
        c->attached = false;
    return e;
}

/* ---- saying what became of it ---- */

static void param_places(pg_params *p, arena *a, const int64_t *places, size_t count)
{
    const char **texts = arena_alloc(a, (count + 1) * sizeof(*texts));
    for (size_t i = 0; texts && i < count; i++)
        texts[i] = arena_printf(a, "%lld", (long long)places[i]);
    pg_param_text_array(p, texts, texts ? count : 0);
}

dbk_err *consumer_mark(dbk_consumer *c, int64_t upto, const int64_t *waited, size_t count)
{
    pg_rows *rows;
    arena_reset(c->scratch);
    pg_params *p = pg_params_new(c->scratch);
    pg_param_text(p, c->name);
    pg_param_int8(p, c->term);
    pg_param_int4(p, c->epoch);
    pg_param_int8(p, upto);
    param_places(p, c->scratch, waited, count);
    pg_param_text(p, c->ctx);
    dbk_err *e = pg_query_one(c->conn, c->scratch, book_consumer_commit, p, &rows);
    if (e)
        return e;
    if (is_outcome(rows, "fenced"))
        return lost_its_turn(c);
    if (is_outcome(rows, "refused")) {
        c->attached = false;
        return err_with_sqlstate(err_new(ERR_INPUT, "consumer %s: %s", c->name, pg_get_text(rows, 0, 2)),
                                 "TB007");
    }
    return NULL;
}

dbk_err *consumer_mark_failed(dbk_consumer *c, int64_t seq, const char *why, int64_t retry_in_ms)
{
    pg_rows *rows;
    arena_reset(c->scratch);
    pg_params *p = pg_params_new(c->scratch);
    pg_param_text(p, c->name);
    pg_param_int8(p, c->term);
    pg_param_int8(p, seq);
    pg_param_text(p, why);
    if (retry_in_ms < 0)
        pg_param_null(p);
    else
        pg_param_int8(p, retry_in_ms);
    pg_param_text(p, c->ctx);
    dbk_err *e = pg_query_one(c->conn, c->scratch, book_consumer_fail, p, &rows);
    if (e)
        return e;
    if (is_outcome(rows, "fenced"))
        return lost_its_turn(c);
    return is_outcome(rows, "refused")
               ? err_new(ERR_INPUT, "consumer %s: %s", c->name, pg_get_text(rows, 0, 3))
               : NULL;
}

void consumer_release(dbk_consumer *c)
{
    pg_rows *rows;
    if (!c->attached || pg_is_lost(c->conn))
        return;
    arena_reset(c->scratch);
    pg_params *p = pg_params_new(c->scratch);
    pg_param_text(p, c->name);
    pg_param_int8(p, c->term);
    pg_param_text(p, c->ctx);
    err_free(pg_query(c->conn, c->scratch, book_consumer_release, p, &rows));
    c->attached = false;
}
