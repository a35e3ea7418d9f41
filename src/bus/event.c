#include "bus/event.h"

enum column {
    SEQ,
    EPOCH,
    EVENT_ID,
    EVENT_TYPE,
    ACCOUNT_ID,
    AGGREGATE_TYPE,
    AGGREGATE_ID,
    AGGREGATE_VERSION,
    OCCURRED_AT,
    RECORDED_AT,
    PAYLOAD,
    CTX,
    COLUMN_COUNT
};

static const char *const names[COLUMN_COUNT] = {
    "seq",         "epoch",          "event_id",     "event_type",
    "account_id",  "aggregate_type", "aggregate_id", "aggregate_version",
    "occurred_at", "recorded_at",    "payload",      "ctx",
};

int bus_place_compare(bus_place a, bus_place b)
{
    if (a.epoch != b.epoch)
        return a.epoch < b.epoch ? -1 : 1;
    return (a.seq > b.seq) - (a.seq < b.seq);
}

static bus_event event_of(const pg_rows *rows, size_t row, const size_t at[COLUMN_COUNT])
{
    return (bus_event){
        .place = {.epoch = (int32_t)pg_get_int8(rows, row, at[EPOCH]),
                  .seq = pg_get_int8(rows, row, at[SEQ])},
        .id = pg_get_text(rows, row, at[EVENT_ID]),
        .type = pg_get_text(rows, row, at[EVENT_TYPE]),
        .account_id = pg_get_text(rows, row, at[ACCOUNT_ID]),
        .aggregate_type = pg_get_text(rows, row, at[AGGREGATE_TYPE]),
        .aggregate_id = pg_get_text(rows, row, at[AGGREGATE_ID]),
        .aggregate_version = pg_get_int8(rows, row, at[AGGREGATE_VERSION]),
        .occurred_us = pg_get_time(rows, row, at[OCCURRED_AT]),
        .recorded_us = pg_get_time(rows, row, at[RECORDED_AT]),
        .payload = pg_get_text(rows, row, at[PAYLOAD]),
        .ctx = pg_get_text(rows, row, at[CTX]),
    };
}

static const char *uuid_text(arena *a, const pg_rows *rows, size_t row, size_t column)
{
    char *text = arena_alloc(a, UUID_TEXT_SIZE);
    if (!text)
        return NULL;
    dbk_uuid id = pg_get_uuid_binary(rows, row, column);
    uuid_format(&id, text);
    return text;
}

/* What the log is read with in bulk: the server makes no text of numbers and times, and nobody reads it. */
static dbk_err *event_of_binary(arena *a, const pg_rows *rows, size_t row, const size_t at[COLUMN_COUNT],
                                bus_event *out)
{
    bool has_account = !pg_get_is_null(rows, row, at[ACCOUNT_ID]);
    *out = (bus_event){
        .place = {.epoch = (int32_t)pg_get_int8_binary(rows, row, at[EPOCH]),
                  .seq = pg_get_int8_binary(rows, row, at[SEQ])},
        .id = uuid_text(a, rows, row, at[EVENT_ID]),
        .type = pg_get_text_binary(rows, row, at[EVENT_TYPE]),
        .account_id = has_account ? uuid_text(a, rows, row, at[ACCOUNT_ID]) : NULL,
        .aggregate_type = pg_get_text_binary(rows, row, at[AGGREGATE_TYPE]),
        .aggregate_id = pg_get_text_binary(rows, row, at[AGGREGATE_ID]),
        .aggregate_version = pg_get_int8_binary(rows, row, at[AGGREGATE_VERSION]),
        .occurred_us = pg_get_time_binary(rows, row, at[OCCURRED_AT]),
        .recorded_us = pg_get_time_binary(rows, row, at[RECORDED_AT]),
        .payload = pg_get_jsonb_binary(rows, row, at[PAYLOAD]),
        .ctx = pg_get_jsonb_binary(rows, row, at[CTX]),
    };
    return out->id && (!has_account || out->account_id) ? NULL : err_oom();
}

dbk_err *bus_events_of(arena *a, const pg_rows *rows, bus_event **out)
{
    size_t at[COLUMN_COUNT];
    size_t count = pg_row_count(rows);
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        int column = pg_column(rows, names[i]);
        if (column < 0)
            return err_new(ERR_INTERNAL, "an answer with events lacks the column %s", names[i]);
        at[i] = (size_t)column;
    }
    bus_event *events = arena_alloc(a, (count + 1) * sizeof(*events));
    if (!events)
        return err_oom();
    dbk_err *e = NULL;
    for (size_t i = 0; i < count && !e; i++) {
        if (pg_is_binary(rows))
            e = event_of_binary(a, rows, i, at, &events[i]);
        else
            events[i] = event_of(rows, i, at);
    }
    if (!e)
        *out = events;
    return e;
}
