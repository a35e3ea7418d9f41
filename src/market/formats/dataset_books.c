/* Order books: their best prices, their levels at moments, and what they hold in bands. */
#include "market/formats/dataset_int.h"

enum ticker_column {
    TICKER_UPDATE,
    TICKER_EVENT,
    TICKER_TRANSACTION,
    TICKER_RECEIVED,
    TICKER_BID,
    TICKER_BID_QUANTITY,
    TICKER_ASK,
    TICKER_ASK_QUANTITY,
    TICKER_COUNT
};

static const dataset_column ticker_columns[TICKER_COUNT] = {
    [TICKER_UPDATE] = {"update_id", DATASET_INT8, 0, NULL},
    [TICKER_EVENT] = {"event_time", DATASET_TIME, 0, NULL},
    [TICKER_TRANSACTION] = {"transaction_time", DATASET_TIME, 0, NULL},
    [TICKER_RECEIVED] = {"received_at", DATASET_TIME, 0, NULL},
    [TICKER_BID] = {"bid_price", DATASET_FLOAT8, DATASET_REQUIRED | DATASET_SIGNED, NULL},
    [TICKER_BID_QUANTITY] = {"bid_quantity", DATASET_FLOAT8, DATASET_REQUIRED, NULL},
    [TICKER_ASK] = {"ask_price", DATASET_FLOAT8, DATASET_REQUIRED | DATASET_SIGNED, NULL},
    [TICKER_ASK_QUANTITY] = {"ask_quantity", DATASET_FLOAT8, DATASET_REQUIRED, NULL},
};

static const dataset_spelling ticker_spellings[] = {
    {"u", TICKER_UPDATE, DATASET_AS_IS},
    {"e", TICKER_EVENT, DATASET_AS_IS},
    {"t", TICKER_TRANSACTION, DATASET_AS_IS},
    {"timestamp", TICKER_EVENT, DATASET_AS_IS},
    {"time", TICKER_EVENT, DATASET_AS_IS},
    {"local_timestamp", TICKER_RECEIVED, DATASET_AS_IS},
    {"best_bid_price", TICKER_BID, DATASET_AS_IS},
    {"best_bid_qty", TICKER_BID_QUANTITY, DATASET_AS_IS},
    {"best_ask_price", TICKER_ASK, DATASET_AS_IS},
    {"best_ask_qty", TICKER_ASK_QUANTITY, DATASET_AS_IS},
    {"bid_qty", TICKER_BID_QUANTITY, DATASET_AS_IS},
    {"ask_qty", TICKER_ASK_QUANTITY, DATASET_AS_IS},
    {"bid", TICKER_BID, DATASET_AS_IS},
    {"ask", TICKER_ASK, DATASET_AS_IS},
    {"bid_size", TICKER_BID_QUANTITY, DATASET_AS_IS},
    {"ask_size", TICKER_ASK_QUANTITY, DATASET_AS_IS},
    {"bid_amount", TICKER_BID_QUANTITY, DATASET_AS_IS},
    {"ask_amount", TICKER_ASK_QUANTITY, DATASET_AS_IS},
    {"bidprice", TICKER_BID, DATASET_AS_IS},
    {"bidqty", TICKER_BID_QUANTITY, DATASET_AS_IS},
    {"askprice", TICKER_ASK, DATASET_AS_IS},
    {"askqty", TICKER_ASK_QUANTITY, DATASET_AS_IS},
    {"exchange", DATASET_IGNORED, DATASET_AS_IS},
    {NULL, 0, DATASET_AS_IS},
};

static const dataset_order no_orders[] = {{NULL, NULL}};

/* A row stands where the venue's clock says, or where it was received when the venue states no time; and the
 * microseconds of that time are its number when the venue states none. */
static bool place(dataset_row *row, int time, int received, int number, dataset_fault *fault)
{
    if (!dataset_has(row, time)) {
        if (!dataset_has(row, received))
            return dataset_broken(fault, "neither the venue's time nor the time of receipt is there");
        row->values[time].time_us = row->values[received].time_us;
        row->present |= UINT32_C(1) << time;
    }
    if (!dataset_has(row, number)) {
        row->values[number].int8 = row->values[time].time_us;
        row->present |= UINT32_C(1) << number;
    }
    return true;
}

static bool finish_ticker(const dataset_rules *rules, dataset_row *row, dataset_fault *fault)
{
    (void)rules;
    if (!dataset_has(row, TICKER_EVENT) && dataset_has(row, TICKER_TRANSACTION)) {
        row->values[TICKER_EVENT].time_us = row->values[TICKER_TRANSACTION].time_us;
        row->present |= UINT32_C(1) << TICKER_EVENT;
    }
    return place(row, TICKER_EVENT, TICKER_RECEIVED, TICKER_UPDATE, fault);
}

const dataset dataset_book_tickers = {
    .stream = "book_tickers",
    .row_name = "ticker",
    .rows_name = "book tickers",
    .columns = ticker_columns,
    .column_count = TICKER_COUNT,
    .time_column = TICKER_EVENT,
    .id_column = TICKER_UPDATE,
    .has_instrument = true,
    .earliest_us = DATASET_EARLIEST_US,
    .spellings = ticker_spellings,
    .orders = no_orders,
    .finish = finish_ticker,
};

enum book_column { BOOK_TIME, BOOK_UPDATE, BOOK_RECEIVED, BOOK_BIDS, BOOK_ASKS, BOOK_COUNT };

static const dataset_column book_columns[BOOK_COUNT] = {
    [BOOK_TIME] = {"snapshot_time", DATASET_TIME, 0, NULL},
    [BOOK_UPDATE] = {"last_update_id", DATASET_INT8, 0, NULL},
    [BOOK_RECEIVED] = {"received_at", DATASET_TIME, 0, NULL},
    [BOOK_BIDS] = {"bids", DATASET_LEVELS, DATASET_REQUIRED, NULL},
    [BOOK_ASKS] = {"asks", DATASET_LEVELS, DATASET_REQUIRED, NULL},
};

static const dataset_spelling book_spellings[] = {
    {"timestamp", BOOK_TIME, DATASET_AS_IS},      {"time", BOOK_TIME, DATASET_AS_IS},
    {"lastupdateid", BOOK_UPDATE, DATASET_AS_IS}, {"local_timestamp", BOOK_RECEIVED, DATASET_AS_IS},
    {"exchange", DATASET_IGNORED, DATASET_AS_IS}, {NULL, 0, DATASET_AS_IS},
};

/* Best first, on both sides; a book may be crossed. */
static bool in_order(const dataset_row *row, int column, double sign)
{
    const double *values = row->values[column].levels.values;
    for (size_t i = 2; i < row->values[column].levels.count; i += 2)
        if (sign * values[i] <= sign * values[i - 2])
            return false;
    return true;
}

static bool finish_book(const dataset_rules *rules, dataset_row *row, dataset_fault *fault)
{
    (void)rules;
    if (!in_order(row, BOOK_BIDS, -1) || !in_order(row, BOOK_ASKS, 1))
        return dataset_broken(fault, "its levels are not in the order of their prices, best first");
    return place(row, BOOK_TIME, BOOK_RECEIVED, BOOK_UPDATE, fault);
}

const dataset dataset_order_book = {
    .stream = "order_book",
    .row_name = "snapshot",
    .rows_name = "order book snapshots",
    .columns = book_columns,
    .column_count = BOOK_COUNT,
    .time_column = BOOK_TIME,
    .id_column = BOOK_UPDATE,
    .has_instrument = true,
    .earliest_us = DATASET_EARLIEST_US,
    .spellings = book_spellings,
    .orders = no_orders,
    .finish = finish_book,
};

enum change_column {
    CHANGE_TIME,
    CHANGE_FIRST,
    CHANGE_LAST,
    CHANGE_PREVIOUS,
    CHANGE_TRANSACTION,
    CHANGE_RECEIVED,
    CHANGE_BIDS,
    CHANGE_ASKS,
    CHANGE_COUNT
};

static const dataset_column change_columns[CHANGE_COUNT] = {
    [CHANGE_TIME] = {"change_time", DATASET_TIME, 0, NULL},
    [CHANGE_FIRST] = {"first_update_id", DATASET_INT8, DATASET_REQUIRED, NULL},
    [CHANGE_LAST] = {"last_update_id", DATASET_INT8, DATASET_REQUIRED, NULL},
    [CHANGE_PREVIOUS] = {"previous_update_id", DATASET_INT8, 0, NULL},
    [CHANGE_TRANSACTION] = {"transaction_time", DATASET_TIME, 0, NULL},
    [CHANGE_RECEIVED] = {"received_at", DATASET_TIME, 0, NULL},
    [CHANGE_BIDS] = {"bids", DATASET_LEVELS, DATASET_REQUIRED, NULL},
    [CHANGE_ASKS] = {"asks", DATASET_LEVELS, DATASET_REQUIRED, NULL},
};

static const dataset_spelling change_spellings[] = {
    {"pu", CHANGE_PREVIOUS, DATASET_AS_IS},
    {"local_timestamp", CHANGE_RECEIVED, DATASET_AS_IS},
    {"exchange", DATASET_IGNORED, DATASET_AS_IS},
    {NULL, 0, DATASET_AS_IS},
};

static bool finish_change(const dataset_rules *rules, dataset_row *row, dataset_fault *fault)
{
    (void)rules;
    int64_t last = row->values[CHANGE_LAST].int8;
    if (row->values[CHANGE_FIRST].int8 > last)
        return dataset_broken(fault, "its first id is above its last");
    if (dataset_has(row, CHANGE_PREVIOUS) && row->values[CHANGE_PREVIOUS].int8 >= last)
        return dataset_broken(fault, "the id of the update before is not below its own");
    return place(row, CHANGE_TIME, CHANGE_RECEIVED, CHANGE_LAST, fault);
}

const dataset dataset_book_changes = {
    .stream = "book_changes",
    .row_name = "change of the book",
    .rows_name = "changes of order books",
    .columns = change_columns,
    .column_count = CHANGE_COUNT,
    .time_column = CHANGE_TIME,
    .id_column = CHANGE_LAST,
    .has_instrument = true,
    .earliest_us = DATASET_EARLIEST_US,
    .spellings = change_spellings,
    .orders = no_orders,
    .finish = finish_change,
};

enum depth_column { DEPTH_TIME, DEPTH_PERCENTAGE, DEPTH_DEPTH, DEPTH_NOTIONAL, DEPTH_COUNT };

static const dataset_column depth_columns[DEPTH_COUNT] = {
    [DEPTH_TIME] = {"snapshot_time", DATASET_TIME, DATASET_REQUIRED, NULL},
    [DEPTH_PERCENTAGE] = {"percentage", DATASET_FLOAT8, DATASET_REQUIRED | DATASET_SIGNED, NULL},
    [DEPTH_DEPTH] = {"depth", DATASET_FLOAT8, DATASET_REQUIRED, NULL},
    [DEPTH_NOTIONAL] = {"notional", DATASET_FLOAT8, DATASET_REQUIRED, NULL},
};

static const dataset_spelling depth_spellings[] = {
    {"timestamp", DEPTH_TIME, DATASET_AS_IS},
    {"time", DEPTH_TIME, DATASET_AS_IS},
    {NULL, 0, DATASET_AS_IS},
};

const dataset dataset_book_depth = {
    .stream = "book_depth",
    .row_name = "band",
    .rows_name = "bands of book depth",
    .columns = depth_columns,
    .column_count = DEPTH_COUNT,
    .time_column = DEPTH_TIME,
    .id_column = -1,
    .has_instrument = true,
    .earliest_us = DATASET_EARLIEST_US,
    .spellings = depth_spellings,
    .orders = no_orders,
};
