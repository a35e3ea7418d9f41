/* Trades one by one, and added up by the venue. */
#include "market/formats/dataset_int.h"

enum trade_column {
    TRADE_ID,
    TRADE_TIME,
    TRADE_PRICE,
    TRADE_QUANTITY,
    TRADE_QUOTE,
    TRADE_MAKER,
    TRADE_COUNT
};

static const dataset_column trade_columns[TRADE_COUNT] = {
    [TRADE_ID] = {"trade_id", DATASET_INT8, DATASET_REQUIRED, NULL},
    [TRADE_TIME] = {"trade_time", DATASET_TIME, DATASET_REQUIRED, NULL},
    [TRADE_PRICE] = {"price", DATASET_FLOAT8, DATASET_REQUIRED | DATASET_SIGNED, NULL},
    [TRADE_QUANTITY] = {"quantity", DATASET_FLOAT8, DATASET_REQUIRED, NULL},
    [TRADE_QUOTE] = {"quote_quantity", DATASET_FLOAT8, 0, NULL},
    [TRADE_MAKER] = {"buyer_is_maker", DATASET_BOOL, 0, NULL},
};

/* Binance's dumps and answers, ccxt, Tardis. Where a row has its time twice, the number is taken. */
static const dataset_spelling trade_spellings[] = {
    {"id", TRADE_ID, DATASET_AS_IS},
    {"t", TRADE_ID, DATASET_AS_IS},
    {"time", TRADE_TIME, DATASET_AS_IS},
    {"timestamp", TRADE_TIME, DATASET_AS_IS},
    {"ts", TRADE_TIME, DATASET_AS_IS},
    {"date", DATASET_IGNORED, DATASET_AS_IS},
    {"datetime", DATASET_IGNORED, DATASET_AS_IS},
    {"local_timestamp", DATASET_IGNORED, DATASET_AS_IS},
    {"qty", TRADE_QUANTITY, DATASET_AS_IS},
    {"amount", TRADE_QUANTITY, DATASET_AS_IS},
    {"size", TRADE_QUANTITY, DATASET_AS_IS},
    {"volume", TRADE_QUANTITY, DATASET_AS_IS},
    {"quote_qty", TRADE_QUOTE, DATASET_AS_IS},
    {"quoteqty", TRADE_QUOTE, DATASET_AS_IS},
    {"base_qty", TRADE_QUOTE, DATASET_AS_IS}, /* of inverse contracts */
    {"baseqty", TRADE_QUOTE, DATASET_AS_IS},
    {"cost", TRADE_QUOTE, DATASET_AS_IS},
    {"is_buyer_maker", TRADE_MAKER, DATASET_AS_IS},
    {"isbuyermaker", TRADE_MAKER, DATASET_AS_IS},
    {"buyer_maker", TRADE_MAKER, DATASET_AS_IS},
    {"side", TRADE_MAKER, DATASET_AS_TAKER_SIDE},
    {"is_best_match", DATASET_IGNORED, DATASET_AS_IS},
    {"isbestmatch", DATASET_IGNORED, DATASET_AS_IS},
    {"type", DATASET_IGNORED, DATASET_AS_IS},
    {"exchange", DATASET_IGNORED, DATASET_AS_IS},
    {NULL, 0, DATASET_AS_IS},
};

static const dataset_order trade_orders[] = {
    {"Binance dump", "trade_id,price,quantity,quote_quantity,trade_time,buyer_is_maker,_"},
    {"Binance futures dump", "trade_id,price,quantity,quote_quantity,trade_time,buyer_is_maker"},
    {"Kraken dump", "trade_time,price,quantity"},
    {NULL, NULL},
};

const dataset dataset_trades = {
    .stream = "trades",
    .row_name = "trade",
    .rows_name = "trades",
    .columns = trade_columns,
    .column_count = TRADE_COUNT,
    .time_column = TRADE_TIME,
    .id_column = TRADE_ID,
    .ids_by_content = true,
    .has_instrument = true,
    .earliest_us = DATASET_EARLIEST_US,
    .spellings = trade_spellings,
    .orders = trade_orders,
};

enum agg_column { AGG_ID, AGG_TIME, AGG_PRICE, AGG_QUANTITY, AGG_FIRST, AGG_LAST, AGG_MAKER, AGG_COUNT };

static const dataset_column agg_columns[AGG_COUNT] = {
    [AGG_ID] = {"agg_trade_id", DATASET_INT8, DATASET_REQUIRED, NULL},
    [AGG_TIME] = {"trade_time", DATASET_TIME, DATASET_REQUIRED, NULL},
    [AGG_PRICE] = {"price", DATASET_FLOAT8, DATASET_REQUIRED | DATASET_SIGNED, NULL},
    [AGG_QUANTITY] = {"quantity", DATASET_FLOAT8, DATASET_REQUIRED, NULL},
    [AGG_FIRST] = {"first_trade_id", DATASET_INT8, DATASET_SIGNED, NULL}, /* -1: the venue lost them */
    [AGG_LAST] = {"last_trade_id", DATASET_INT8, DATASET_SIGNED, NULL},
    [AGG_MAKER] = {"buyer_is_maker", DATASET_BOOL, 0, NULL},
};

static const dataset_spelling agg_spellings[] = {
    {"a", AGG_ID, DATASET_AS_IS},
    {"transact_time", AGG_TIME, DATASET_AS_IS},
    {"timestamp", AGG_TIME, DATASET_AS_IS},
    {"time", AGG_TIME, DATASET_AS_IS},
    {"p", AGG_PRICE, DATASET_AS_IS},
    {"q", AGG_QUANTITY, DATASET_AS_IS},
    {"qty", AGG_QUANTITY, DATASET_AS_IS},
    {"f", AGG_FIRST, DATASET_AS_IS},
    {"l", AGG_LAST, DATASET_AS_IS},
    {"is_buyer_maker", AGG_MAKER, DATASET_AS_IS},
    {"m", AGG_MAKER, DATASET_AS_IS},
    {"is_best_match", DATASET_IGNORED, DATASET_AS_IS},
    {NULL, 0, DATASET_AS_IS},
};

static const dataset_order agg_orders[] = {
    {"Binance dump", "agg_trade_id,price,quantity,first_trade_id,last_trade_id,trade_time,buyer_is_maker,_"},
    {"Binance futures dump",
     "agg_trade_id,price,quantity,first_trade_id,last_trade_id,trade_time,buyer_is_maker"},
    {NULL, NULL},
};

static bool finish_agg(const dataset_rules *rules, dataset_row *row, dataset_fault *fault)
{
    (void)rules;
    return !dataset_has(row, AGG_FIRST) || !dataset_has(row, AGG_LAST) ||
           row->values[AGG_FIRST].int8 <= row->values[AGG_LAST].int8 ||
           dataset_broken(fault, "first_trade_id is above last_trade_id");
}

const dataset dataset_agg_trades = {
    .stream = "agg_trades",
    .row_name = "trade",
    .rows_name = "aggregate trades",
    .columns = agg_columns,
    .column_count = AGG_COUNT,
    .time_column = AGG_TIME,
    .id_column = AGG_ID,
    .has_instrument = true,
    .earliest_us = DATASET_EARLIEST_US,
    .spellings = agg_spellings,
    .orders = agg_orders,
    .finish = finish_agg,
};
