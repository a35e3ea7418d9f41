#include "market/ingest/row_encoder.h"

#include <assert.h>

#include "core/buf.h"
#include "pg/pg_wire.h"

#define COLUMNS_TEXT_MAX ((size_t)4096)

static bool is_sent(const dataset_column *c)
{
    return !(c->flags & DATASET_CHECKED);
}

/* Of a value without a fixed length: of an empty one. */
static size_t bytes_max_of(dataset_kind kind)
{
    switch (kind) {
    case DATASET_TIME:
    case DATASET_FLOAT8:
    case DATASET_INT8:
        return PG_FIELD_BYTES + 8;
    case DATASET_INT4:
        return PG_FIELD_BYTES + 4;
    case DATASET_BOOL:
        return PG_FIELD_BYTES + 1;
    case DATASET_AMOUNT:
        return PG_FIELD_BYTES + PG_NUMERIC_BYTES_MAX;
    case DATASET_LEVELS:
        return pg_float8_array_bytes(0);
    case DATASET_TEXT:
    default:
        return PG_FIELD_BYTES;
    }
}

void row_encoder_init(row_encoder *e, const dataset *d, const dbk_uuid *instrument_id, int32_t interval_s,
                      const dbk_uuid *batch_id)
{
    assert((instrument_id != NULL) == d->has_instrument);
    assert((interval_s > 0) == (d->interval_column != NULL));
    *e = (row_encoder){.dataset = d, .fields = 1 + d->has_instrument + (d->interval_column != NULL)};
    for (int i = 0; i < d->column_count; i++) {
        if (!is_sent(&d->columns[i]))
            continue;
        e->fields++;
        e->own_fields++;
        e->own_before_time += i < d->time_column;
        e->fixed_bytes_max += bytes_max_of(d->columns[i].kind);
    }
    char *at = pg_put_row(e->head, e->fields);
    if (instrument_id)
        at = pg_put_uuid(at, instrument_id);
    if (d->interval_column)
        at = pg_put_int4(at, interval_s);
    e->head_length = (size_t)(at - e->head);
    e->tail_length = (size_t)(pg_put_uuid(e->tail, batch_id) - e->tail);
    e->fixed_bytes_max += e->head_length + e->tail_length;
}

char *row_encoder_own_columns(const row_encoder *e, arena *a)
{
    const dataset *d = e->dataset;
    buf text;
    buf_init(&text, COLUMNS_TEXT_MAX);
    for (int i = 0; i < d->column_count; i++)
        if (is_sent(&d->columns[i]))
            buf_printf(&text, "%s%s", text.length > 0 ? ", " : "", d->columns[i].name);
    char *columns = text.state == BUF_OK ? arena_strdup(a, text.data) : NULL;
    buf_term(&text);
    return columns;
}

char *row_encoder_columns(const row_encoder *e, arena *a, bool staged)
{
    const dataset *d = e->dataset;
    const char *own = row_encoder_own_columns(e, a);
    return own ? arena_printf(a, "%s%s%s%s, %s", d->has_instrument ? "instrument_id, " : "",
                              d->interval_column ? d->interval_column : "", d->interval_column ? ", " : "",
                              own, staged ? "batch_id, line" : "batch_id")
               : NULL;
}

size_t row_encoder_bytes_max(const row_encoder *e, const dataset_row *row)
{
    size_t bytes = e->fixed_bytes_max;
    for (int i = 0; i < e->dataset->column_count; i++) {
        dataset_kind kind = e->dataset->columns[i].kind;
        if (kind == DATASET_TEXT && dataset_has(row, i))
            bytes += row->values[i].text.length;
        if (kind == DATASET_LEVELS && dataset_has(row, i))
            bytes += pg_float8_array_bytes(row->values[i].levels.count);
    }
    return bytes;
}

static char *put_value(char *at, dataset_kind kind, const dataset_value *v)
{
    switch (kind) {
    case DATASET_TIME:
        return pg_put_time(at, v->time_us);
    case DATASET_FLOAT8:
        return pg_put_float8(at, v->float8);
    case DATASET_INT8:
        return pg_put_int8(at, v->int8);
    case DATASET_INT4:
        return pg_put_int4(at, (int32_t)v->int8);
    case DATASET_BOOL:
        return pg_put_bool(at, v->boolean);
    case DATASET_AMOUNT:
        return pg_put_numeric(at, v->amount);
    case DATASET_LEVELS:
        return pg_put_float8_array(at, v->levels.values, v->levels.count);
    case DATASET_TEXT:
    default:
        return pg_put_bytes(at, v->text.start, v->text.length);
    }
}

char *row_encode(const row_encoder *e, const dataset_row *row, char *at)
{
    memcpy(at, e->head, e->head_length);
    at += e->head_length;
    for (int i = 0; i < e->dataset->column_count; i++) {
        const dataset_column *c = &e->dataset->columns[i];
        if (!is_sent(c))
            continue;
        if (dataset_has(row, i))
            at = put_value(at, c->kind, &row->values[i]);
        else
            at = pg_put_null(at);
    }
    memcpy(at, e->tail, e->tail_length);
    return at + e->tail_length;
}

static const char *skip_fields(const char *at, int count)
{
    for (int i = 0; i < count; i++) {
        uint32_t bytes = pg_load32(at);
        at += PG_FIELD_BYTES + (bytes == UINT32_MAX ? 0 : bytes);
    }
    return at;
}

static int64_t time_at(const char *field)
{
    return pg_time_from_wire((int64_t)pg_load64(field + PG_FIELD_BYTES));
}

int64_t row_encoder_time(const row_encoder *e, const char *own)
{
    return time_at(skip_fields(own, e->own_before_time));
}

void row_encoder_look(const row_encoder *e, const char *row, encoded_row *out)
{
    out->own = row + e->head_length;
    const char *time = skip_fields(out->own, e->own_before_time);
    const char *tail = skip_fields(time, e->own_fields - e->own_before_time);
    out->time_us = time_at(time);
    out->own_length = (size_t)(tail - out->own);
    out->end = tail + e->tail_length;
}

char *row_encoder_add_lines(const row_encoder *e, const char *from, size_t length, const int64_t *lines,
                            char *to)
{
    const char *end = from + length;
    for (; from < end; lines++) {
        const char *row = from;
        from = skip_fields(from + PG_ROW_BYTES, e->fields);
        size_t row_length = (size_t)(from - row);
        memcpy(to, row, row_length);
        pg_store16(to, (uint16_t)(e->fields + 1));
        to = pg_put_int8(to + row_length, *lines);
    }
    assert(from == end);
    return to;
}
