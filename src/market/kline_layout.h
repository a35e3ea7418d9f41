/* kline_layout.h: which column of a candle file means what.
 *
 * A layout is a list of column names. It comes from the user (--columns), from a header, or from the list of
 * layouts that venues are known to write without a header; which of those fits is decided by kline_scan over
 * the whole file. Pure; any thread. */
#ifndef DAYBOOK_MARKET_KLINE_LAYOUT_H
#define DAYBOOK_MARKET_KLINE_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"

#define KLINE_COLUMNS_MAX 32

typedef enum kline_role {
    KLINE_OPEN_TIME,
    KLINE_OPEN,
    KLINE_HIGH,
    KLINE_LOW,
    KLINE_CLOSE,
    KLINE_VOLUME,
    KLINE_REQUIRED_COUNT, /* every layout has the ones above; the table requires them */
    KLINE_CLOSE_TIME = KLINE_REQUIRED_COUNT,
    KLINE_QUOTE_VOLUME,
    KLINE_TRADE_COUNT,
    KLINE_TAKER_BUY_VOLUME,
    KLINE_TAKER_BUY_QUOTE_VOLUME,
    KLINE_ROLE_COUNT
} kline_role;

typedef struct kline_layout {
    const char *name; /* "Binance dump"; "as given", "as the header says" */
    int column_count;
    int8_t column_of[KLINE_ROLE_COUNT]; /* -1: no such column */
} kline_layout;

/* "open_time"; static. */
const char *kline_role_name(kline_role role);

/* "open_time,open,close,high,low,volume"; ignored columns are "ignore" or "_". ERR_USAGE says what is wrong.
 */
dbk_err *kline_layout_parse(const char *columns, kline_layout *out) ERR_MUST_USE;
/* Appends the same text. */
void kline_layout_format(const kline_layout *l, buf *out);

/* From a header's fields, in the spellings that venues and programs use. ERR_INPUT names the field that is
 * not understood, is there twice or is missing, and how to answer. */
typedef struct kline_field {
    const char *text;
    size_t length;
} kline_field;
dbk_err *kline_layout_from_header(const kline_field *fields, size_t count, kline_layout *out) ERR_MUST_USE;

/* The layouts known to be written without a header with so many columns, at most KLINE_LAYOUTS_MAX; returns
 * how many. */
#define KLINE_LAYOUTS_MAX 8
size_t kline_layouts_known(size_t column_count, kline_layout out[KLINE_LAYOUTS_MAX]);
/* Is it the twelve columns of Binance's archive? Nobody else writes those. */
bool kline_layout_is_binance(const kline_layout *l);

#endif
