/* kline_reader.h: the candles of a file whose format is settled, one after another.
 *
 * Every line that is not blank and not the header comes out exactly once: as a candle or as a reject with its
 * reason. Blocks; one thread at a time. */
#ifndef DAYBOOK_MARKET_KLINE_READER_H
#define DAYBOOK_MARKET_KLINE_READER_H

#include "market/kline_row.h"
#include "market/line_reader.h"

typedef struct kline_format {
    char delimiter;
    bool header; /* the first line that is not blank */
    kline_layout layout;
} kline_format;

/* The delimiter is the one of , | ; and tab that the line has most of, and a header is a first line
 * without any number or time. The fields are lent from the row. ERR_INPUT when this cannot be a candle file.
 */
dbk_err *kline_format_begin(const line *l, kline_row *row, char *delimiter, bool *header) ERR_MUST_USE;

bool kline_line_is_blank(const line *l);

typedef struct kline_reader kline_reader;

typedef enum kline_event { KLINE_EVENT_CANDLE, KLINE_EVENT_REJECT, KLINE_EVENT_END } kline_event;

typedef struct kline_reader_item {
    kline_event event;
    kline candle;       /* CANDLE */
    kline_fault fault;  /* REJECT */
    line line;          /* both; the text is lent until the next call */
    unsigned time_unit; /* CANDLE: enum kline_time_unit */
} kline_reader_item;

dbk_err *kline_reader_open(const char *path, const kline_format *format, const kline_rules *rules,
                           kline_reader **out) ERR_MUST_USE;
void kline_reader_close(kline_reader *r); /* accepts NULL */
dbk_err *kline_reader_next(kline_reader *r, kline_reader_item *out) ERR_MUST_USE;

/* Of the file that was read; once. */
dbk_err *kline_reader_identify(kline_reader *r, source_identity *out) ERR_MUST_USE;

#endif
