/* kline_rows.h: a candle file whose format is settled, as rows of the dataset klines. */
#ifndef DAYBOOK_MARKET_KLINE_ROWS_H
#define DAYBOOK_MARKET_KLINE_ROWS_H

#include "market/kline_reader.h"
#include "market/row_reader.h"

dbk_err *kline_rows_open(const char *path, const kline_format *format, const kline_rules *rules,
                         row_reader **out) ERR_MUST_USE;

#endif
