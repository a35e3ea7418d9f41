#include "market/kline_rows.h"

#include <assert.h>

#include "core/mem.h"

typedef struct kline_rows {
    row_reader base;
    kline_reader *reader;
    int column_of[KLINE_ROLE_COUNT];
    char fault[KLINE_FAULT_TEXT_SIZE];
} kline_rows;

static void take_candle(const kline_rows *r, const kline_reader_item *item, dataset_row *row)
{
    const kline *k = &item->candle;
    const double values[KLINE_ROLE_COUNT] = {
        [KLINE_OPEN] = k->open,
        [KLINE_HIGH] = k->high,
        [KLINE_LOW] = k->low,
        [KLINE_CLOSE] = k->close,
        [KLINE_VOLUME] = k->volume,
        [KLINE_QUOTE_VOLUME] = k->quote_volume,
        [KLINE_TAKER_BUY_VOLUME] = k->taker_buy_volume,
        [KLINE_TAKER_BUY_QUOTE_VOLUME] = k->taker_buy_quote_volume,
    };
    row->present = row->lossy = 0;
    row->time_unit = item->time_unit;
    for (int role = 0; role < KLINE_ROLE_COUNT; role++) {
        int column = r->column_of[role];
        if (!(k->present & (1u << role)))
            continue;
        row->present |= UINT32_C(1) << column;
        row->lossy |= (uint32_t)(k->lossy >> role & 1u) << column;
        if (role == KLINE_OPEN_TIME)
            row->values[column].time_us = k->open_time_us;
        else if (role == KLINE_TRADE_COUNT)
            row->values[column].int8 = k->trade_count;
        else
            row->values[column].float8 = values[role];
    }
}

static dbk_err *next(row_reader *base, row_item *out)
{
    kline_rows *r = (kline_rows *)base;
    kline_reader_item item;
    dbk_err *e = kline_reader_next(r->reader, &item);
    if (e)
        return e;
    if (item.event == KLINE_EVENT_END) {
        out->event = ROW_END;
        return NULL;
    }
    out->line = item.line.number;
    out->byte_offset = item.line.byte_offset;
    out->raw = item.line.text;
    out->raw_length = item.line.length;
    if (item.event == KLINE_EVENT_CANDLE) {
        out->event = ROW_READ;
        take_candle(r, &item, &out->row);
        return NULL;
    }
    kline_fault_format(&item.fault, r->fault);
    out->event = ROW_REJECTED;
    out->fault = (dataset_fault){.kind = DATASET_FAULT_RULE, .rule = r->fault};
    return NULL;
}

static dbk_err *identify(row_reader *base, source_identity *out)
{
    return kline_reader_identify(((kline_rows *)base)->reader, out);
}

static void close_rows(row_reader *base)
{
    kline_reader_close(((kline_rows *)base)->reader);
    mem_free(base);
}

dbk_err *kline_rows_open(const char *path, const kline_format *format, const kline_rules *rules,
                         row_reader **out)
{
    static const row_reader_methods methods = {.next = next, .identify = identify, .close = close_rows};
    kline_rows *r = mem_alloc(sizeof(*r));
    if (!r)
        return err_oom();
    r->base = (row_reader){.methods = &methods, .dataset = dataset_of_stream("klines")};
    for (int role = 0; role < KLINE_ROLE_COUNT; role++) {
        r->column_of[role] = dataset_column_named(r->base.dataset, kline_role_name((kline_role)role));
        assert(r->column_of[role] >= 0);
    }
    dbk_err *e = kline_reader_open(path, format, rules, &r->reader);
    if (e) {
        mem_free(r);
        return e;
    }
    *out = &r->base;
    return NULL;
}
