#include "webhooks/webhook_store.h"

#include <assert.h>
#include <string.h>

#include "webhook_sql.h"

#define PAGE 1000

dbk_err *webhook_store_attach(webhook_store *s, arena *a, const char **held_by)
{
    pg_rows *rows;
    dbk_err *e = pg_query_one(s->conn, a, webhook_declare, NULL, &rows);
    if (e)
        return e;
    if (strcmp(pg_get_text(rows, 0, 0), "conflict") == 0)
        return err_new(ERR_INPUT, "the consumer \"webhooks\" was declared with another %s",
                       pg_get_text(rows, 0, 1));
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &s->holder_id);
    pg_param_text(p, s->holder);
    e = pg_query_one(s->conn, a, webhook_attach, p, &rows);
    if (e)
        return e;
    *held_by = strcmp(pg_get_text(rows, 0, 0), "refused") == 0 ? pg_get_text(rows, 0, 2) : NULL;
    if (!*held_by)
        s->term = pg_get_int8(rows, 0, 1);
    return NULL;
}

void webhook_store_release(webhook_store *s, arena *a)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_int8(p, s->term);
    if (!pg_is_lost(s->conn))
        err_free(pg_query(s->conn, a, webhook_release, p, &rows));
}

dbk_err *webhook_store_dispatch(webhook_store *s, arena *a, int64_t *deliveries, bool *more)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_int8(p, s->term);
    pg_param_int4(p, PAGE);
    dbk_err *e = pg_query_one(s->conn, a, webhook_dispatch, p, &rows);
    if (e)
        return e;
    *deliveries = pg_get_int8(rows, 0, 0);
    *more = pg_get_bool(rows, 0, 1);
    return NULL;
}

dbk_err *webhook_store_due(webhook_store *s, arena *a, webhook_wish **out, size_t *count)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_int4(p, WEBHOOK_PACE_ENDPOINTS_MAX);
    dbk_err *e = pg_query(s->conn, a, webhook_due, p, &rows);
    if (e)
        return e;
    size_t n = pg_row_count(rows);
    webhook_wish *wishes = arena_alloc(a, (n + 1) * sizeof(*wishes));
    if (!wishes)
        return err_oom();
    for (size_t i = 0; i < n; i++)
        wishes[i] = (webhook_wish){.endpoint_id = pg_get_uuid(rows, i, 0),
                                   .rate_per_s = (int32_t)pg_get_int8(rows, i, 1),
                                   .in_flight_max = (int32_t)pg_get_int8(rows, i, 2)};
    *out = wishes;
    *count = n;
    return NULL;
}

/* ---- parameters that are arrays ---- */

static const char *uuid_text(arena *a, const dbk_uuid *id)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(id, text);
    return arena_strdup(a, text);
}

static const char *number_text(arena *a, int64_t value)
{
    return arena_printf(a, "%lld", (long long)value);
}

/* ---- claim ---- */

static dbk_err *claim_params(webhook_store *s, arena *a, const webhook_wish *wishes, size_t count,
                             pg_params **out)
{
    const char **ids = arena_alloc(a, (count + 1) * sizeof(*ids));
    const char **limits = arena_alloc(a, (count + 1) * sizeof(*limits));
    size_t n = 0;
    for (size_t i = 0; ids && limits && i < count; i++) {
        if (wishes[i].limit == 0)
            continue;
        ids[n] = uuid_text(a, &wishes[i].endpoint_id);
        limits[n] = number_text(a, wishes[i].limit);
        if (!ids[n] || !limits[n])
            return err_oom();
        n++;
    }
    if (!ids || !limits)
        return err_oom();
    pg_params *p = pg_params_new(a);
    pg_param_int8(p, s->term);
    pg_param_text_array(p, ids, n);
    pg_param_text_array(p, limits, n);
    *out = p;
    return NULL;
}

static webhook_delivery delivery_of(const pg_rows *rows, size_t row, const bus_event *event)
{
    return (webhook_delivery){
        .attempt = {.endpoint_id = pg_get_uuid(rows, row, 0),
                    .resend = (int32_t)pg_get_int8(rows, row, 1),
                    .token = pg_get_uuid(rows, row, 2),
                    .seq = event->place.seq},
        .number = (int32_t)pg_get_int8(rows, row, 3),
        .url = pg_get_text(rows, row, 4),
        .secrets = {pg_get_text(rows, row, 5), pg_get_text(rows, row, 6)},
        .timeout_ms = (int32_t)pg_get_int8(rows, row, 7),
        .allow_private = pg_get_bool(rows, row, 8),
        .event = event,
    };
}

dbk_err *webhook_store_claim(webhook_store *s, arena *a, const webhook_wish *wishes, size_t count,
                             webhook_delivery **out, size_t *out_count)
{
    pg_params *p = NULL;
    pg_rows *rows;
    bus_event *events;
    dbk_err *e = claim_params(s, a, wishes, count, &p);
    if (!e)
        e = pg_query(s->conn, a, webhook_claim, p, &rows);
    if (!e)
        e = bus_events_of(a, rows, &events);
    if (e)
        return e;
    size_t n = pg_row_count(rows);
    webhook_delivery *deliveries = arena_alloc(a, (n + 1) * sizeof(*deliveries));
    if (!deliveries)
        return err_oom();
    for (size_t i = 0; i < n; i++)
        deliveries[i] = delivery_of(rows, i, &events[i]);
    *out = deliveries;
    *out_count = n;
    return NULL;
}

/* ---- finish ---- */

enum told { ENDPOINT, RESEND, SEQ, TOKEN, STATUS, ERROR, RETRY_AFTER, TOOK, TOLD_COUNT };

static dbk_err *tell(arena *a, const webhook_result *r, size_t i, const char **columns[TOLD_COUNT])
{
    columns[ENDPOINT][i] = uuid_text(a, &r->attempt.endpoint_id);
    columns[RESEND][i] = number_text(a, r->attempt.resend);
    columns[SEQ][i] = number_text(a, r->attempt.seq);
    columns[TOKEN][i] = uuid_text(a, &r->attempt.token);
    columns[TOOK][i] = number_text(a, r->took_ms);
    columns[STATUS][i] = r->status ? number_text(a, r->status) : NULL;
    columns[ERROR][i] = r->error[0] ? r->error : NULL;
    columns[RETRY_AFTER][i] = r->retry_after_ms >= 0 ? number_text(a, r->retry_after_ms) : NULL;
    bool whole = columns[ENDPOINT][i] && columns[RESEND][i] && columns[SEQ][i] && columns[TOKEN][i] &&
                 columns[TOOK][i] && (columns[STATUS][i] || !r->status) &&
                 (columns[RETRY_AFTER][i] || r->retry_after_ms < 0);
    return whole ? NULL : err_oom();
}

dbk_err *webhook_store_finish(webhook_store *s, arena *a, const webhook_result *results, size_t count,
                              const char ***outcomes)
{
    const char **columns[TOLD_COUNT];
    pg_rows *rows;
    for (size_t c = 0; c < TOLD_COUNT; c++)
        if (!(columns[c] = arena_alloc(a, (count + 1) * sizeof(*columns[c]))))
            return err_oom();
    dbk_err *e = NULL;
    for (size_t i = 0; i < count && !e; i++)
        e = tell(a, &results[i], i, columns);
    pg_params *p = pg_params_new(a);
    for (size_t c = 0; c < TOLD_COUNT && !e; c++)
        pg_param_text_array(p, columns[c], count);
    const char **words = arena_alloc(a, (count + 1) * sizeof(*words));
    if (!e)
        e = words ? pg_query(s->conn, a, webhook_finish, p, &rows) : err_oom();
    if (e)
        return e;
    assert(pg_row_count(rows) == count);
    for (size_t i = 0; i < count; i++)
        words[i] = pg_get_text(rows, i, 0);
    *outcomes = words;
    return NULL;
}
