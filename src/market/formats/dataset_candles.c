/* Candles of trades, and of the prices that a venue marks positions with. */
#include "market/formats/dataset_int.h"

enum kline_column {
    OPEN_TIME,
    OPEN,
    HIGH,
    LOW,
    CLOSE,
    PRICE_COUNT, /* what every candle has */
    VOLUME = PRICE_COUNT,
    QUOTE_VOLUME,
    TRADE_COUNT,
    TAKER_BUY_VOLUME,
    TAKER_BUY_QUOTE_VOLUME,
    CLOSE_TIME,
    KLINE_COUNT
};

/* Of candles of a price, after its prices. */
enum { PRICE = PRICE_COUNT, PRICE_CLOSE_TIME, PRICE_KLINE_COUNT };

#define PRICE_COLUMNS                                                                                        \
    [OPEN_TIME] = {"open_time", DATASET_TIME, DATASET_REQUIRED, NULL},                                       \
    [OPEN] = {"open", DATASET_FLOAT8, DATASET_REQUIRED | DATASET_SIGNED, NULL},                              \
    [HIGH] = {"high", DATASET_FLOAT8, DATASET_REQUIRED | DATASET_SIGNED, NULL},                              \
    [LOW] = {"low", DATASET_FLOAT8, DATASET_REQUIRED | DATASET_SIGNED, NULL},                                \
    [CLOSE] = {"close", DATASET_FLOAT8, DATASET_REQUIRED | DATASET_SIGNED, NULL}

static const dataset_column kline_columns[KLINE_COUNT] = {
    PRICE_COLUMNS,
    [VOLUME] = {"volume", DATASET_FLOAT8, DATASET_REQUIRED, NULL},
    [QUOTE_VOLUME] = {"quote_volume", DATASET_FLOAT8, 0, NULL},
    [TRADE_COUNT] = {"trade_count", DATASET_INT8, 0, NULL},
    [TAKER_BUY_VOLUME] = {"taker_buy_volume", DATASET_FLOAT8, 0, NULL},
    [TAKER_BUY_QUOTE_VOLUME] = {"taker_buy_quote_volume", DATASET_FLOAT8, 0, NULL},
    [CLOSE_TIME] = {"close_time", DATASET_TIME, DATASET_CHECKED, NULL},
};

/* Binance futures dumps, pandas, ccxt, nautilus, common converters. */
#define PRICE_SPELLINGS                                                                                      \
    {"timestamp", OPEN_TIME, DATASET_AS_IS}, {"timestamp_utc", OPEN_TIME, DATASET_AS_IS},                    \
        {"time", OPEN_TIME, DATASET_AS_IS}, {"ts", OPEN_TIME, DATASET_AS_IS},                                \
        {"date", OPEN_TIME, DATASET_AS_IS}, {"datetime", OPEN_TIME, DATASET_AS_IS},                          \
        {"unix", OPEN_TIME, DATASET_AS_IS}, {"start", OPEN_TIME, DATASET_AS_IS},                             \
        {"opentime", OPEN_TIME, DATASET_AS_IS}, {"o", OPEN, DATASET_AS_IS}, {"h", HIGH, DATASET_AS_IS},      \
        {"l", LOW, DATASET_AS_IS},                                                                           \
    {                                                                                                        \
        "c", CLOSE, DATASET_AS_IS                                                                            \
    }

static const dataset_spelling kline_spellings[] = {
    PRICE_SPELLINGS,
    {"v", VOLUME, DATASET_AS_IS},
    {"vol", VOLUME, DATASET_AS_IS},
    {"closetime", CLOSE_TIME, DATASET_AS_IS},
    {"quote_asset_volume", QUOTE_VOLUME, DATASET_AS_IS},
    {"turnover", QUOTE_VOLUME, DATASET_AS_IS},
    {"count", TRADE_COUNT, DATASET_AS_IS},
    {"trades", TRADE_COUNT, DATASET_AS_IS},
    {"number_of_trades", TRADE_COUNT, DATASET_AS_IS},
    {"taker_buy_base_volume", TAKER_BUY_VOLUME, DATASET_AS_IS},
    {"taker_buy_base_asset_volume", TAKER_BUY_VOLUME, DATASET_AS_IS},
    {"taker_buy_quote_asset_volume", TAKER_BUY_QUOTE_VOLUME, DATASET_AS_IS},
    {NULL, 0, DATASET_AS_IS},
};

/* Order does not matter: exactly one must fit. */
static const dataset_order kline_orders[] = {
    {"Binance dump", "open_time,open,high,low,close,volume,close_time,quote_volume,trade_count,"
                     "taker_buy_volume,taker_buy_quote_volume,ignore"},
    {"open, high, low, close", "open_time,open,high,low,close,volume"},
    {"Bitfinex", "open_time,open,close,high,low,volume"},
    {"Coinbase", "open_time,low,high,open,close,volume"},
    {"volume first", "open_time,volume,open,high,low,close"},
    {"Kraken dump", "open_time,open,high,low,close,volume,trade_count"},
    {"Bybit", "open_time,open,high,low,close,volume,quote_volume"},
    {NULL, NULL},
};

/* Venues have cut a close time short in maintenance, so it need not be the interval's end, but it lies in the
 * candle. */
static bool check_close_time(const dataset_rules *rules, const dataset_row *row, int column,
                             dataset_fault *fault)
{
    if (!dataset_has(row, column))
        return true;
    int64_t open_us = row->values[OPEN_TIME].time_us;
    int64_t close_us = row->values[column].time_us;
    return (close_us >= open_us && close_us <= open_us + rules->interval_s * US_PER_S) ||
           dataset_broken(fault, "close_time lies outside the candle");
}

static bool check_prices(const dataset_row *row, dataset_fault *fault)
{
    double open = row->values[OPEN].float8;
    double high = row->values[HIGH].float8;
    double low = row->values[LOW].float8;
    double close = row->values[CLOSE].float8;
    if (high < open || high < close || high < low)
        return dataset_broken(fault, "high is below open, close or low");
    if (low > open || low > close)
        return dataset_broken(fault, "low is above open or close");
    return true;
}

static bool finish_kline(const dataset_rules *rules, dataset_row *row, dataset_fault *fault)
{
    return check_prices(row, fault) && check_close_time(rules, row, CLOSE_TIME, fault);
}

/* Files of mark and index candles have the columns and names of plain ones, with updates counted for trades.
 */
static bool doubt_kline(const dataset_row *row)
{
    return row->values[VOLUME].float8 == 0 && dataset_has(row, TRADE_COUNT) &&
           row->values[TRADE_COUNT].int8 > 0;
}

const dataset dataset_klines = {
    .stream = "klines",
    .row_name = "candle",
    .rows_name = "candles",
    .columns = kline_columns,
    .column_count = KLINE_COUNT,
    .time_column = OPEN_TIME,
    .id_column = -1,
    .has_instrument = true,
    .interval_column = "interval_s",
    .earliest_us = DATASET_EARLIEST_US,
    .spellings = kline_spellings,
    .orders = kline_orders,
    .finish = finish_kline,
    .doubt = doubt_kline,
    .doubt_question = "are these candles of a mark, index or premium price? none of them has a volume",
};

/* These have the columns of klines too, with volumes that say nothing: zeros, and for the count of trades the
 * number of updates. */
static const dataset_spelling price_spellings[] = {
    PRICE_SPELLINGS,
    {"volume", DATASET_IGNORED, DATASET_AS_IS},
    {"quote_volume", DATASET_IGNORED, DATASET_AS_IS},
    {"count", DATASET_IGNORED, DATASET_AS_IS},
    {"trade_count", DATASET_IGNORED, DATASET_AS_IS},
    {"taker_buy_volume", DATASET_IGNORED, DATASET_AS_IS},
    {"taker_buy_quote_volume", DATASET_IGNORED, DATASET_AS_IS},
    {"closetime", PRICE_CLOSE_TIME, DATASET_AS_IS},
    {NULL, 0, DATASET_AS_IS},
};

static const dataset_order price_orders[] = {
    {"Binance dump", "open_time,open,high,low,close,_,close_time,_,_,_,_,_"},
    {"open, high, low, close", "open_time,open,high,low,close"},
    {NULL, NULL},
};

static bool finish_price_kline(const dataset_rules *rules, dataset_row *row, dataset_fault *fault)
{
    return check_prices(row, fault) && check_close_time(rules, row, PRICE_CLOSE_TIME, fault);
}

#define PRICE_KLINES(name, word, contracts)                                                                  \
    static const dataset_column name##_columns[PRICE_KLINE_COUNT] = {                                        \
        PRICE_COLUMNS,                                                                                       \
        [PRICE] = {"price", DATASET_TEXT, 0, word},                                                          \
        [PRICE_CLOSE_TIME] = {"close_time", DATASET_TIME, DATASET_CHECKED, NULL},                            \
    };                                                                                                       \
    const dataset dataset_##name = {                                                                         \
        .stream = #name,                                                                                     \
        .row_name = "candle",                                                                                \
        .rows_name = "candles",                                                                              \
        .columns = name##_columns,                                                                           \
        .column_count = PRICE_KLINE_COUNT,                                                                   \
        .time_column = OPEN_TIME,                                                                            \
        .id_column = -1,                                                                                     \
        .of_contracts = contracts,                                                                           \
        .has_instrument = true,                                                                              \
        .interval_column = "interval_s",                                                                     \
        .earliest_us = DATASET_EARLIEST_US,                                                                  \
        .spellings = price_spellings,                                                                        \
        .orders = price_orders,                                                                              \
        .finish = finish_price_kline,                                                                        \
    }

PRICE_KLINES(mark_klines, "mark", true);
PRICE_KLINES(index_klines, "index", true);
PRICE_KLINES(premium_klines, "premium", true);
PRICE_KLINES(bid_klines, "bid", false);
PRICE_KLINES(ask_klines, "ask", false);
