/* What venues publish of a contract beside its trades: funding, open interest, positions. */
#include "market/formats/dataset_int.h"

#include <string.h>

#define HOUR_US (3600 * US_PER_S)
/* Venues state settlements up to some seconds off their hour. */
#define JITTER_MAX_US (60 * US_PER_S)

enum funding_column {
    FUNDING_TIME,
    FUNDING_RAW_TIME,
    FUNDING_RATE,
    FUNDING_HOURS,
    FUNDING_MARK,
    FUNDING_COUNT
};

static const dataset_column funding_columns[FUNDING_COUNT] = {
    [FUNDING_TIME] = {"funding_time", DATASET_TIME, 0, NULL}, /* follows from raw_time */
    [FUNDING_RAW_TIME] = {"raw_time", DATASET_TIME, DATASET_REQUIRED, NULL},
    [FUNDING_RATE] = {"rate", DATASET_AMOUNT, DATASET_REQUIRED | DATASET_SIGNED, NULL},
    [FUNDING_HOURS] = {"interval_hours", DATASET_INT4, 0, NULL},
    [FUNDING_MARK] = {"mark_price", DATASET_FLOAT8, 0, NULL},
};

static const dataset_spelling funding_spellings[] = {
    {"calc_time", FUNDING_RAW_TIME, DATASET_AS_IS},
    {"fundingtime", FUNDING_RAW_TIME, DATASET_AS_IS},
    {"timestamp", FUNDING_RAW_TIME, DATASET_AS_IS},
    {"time", FUNDING_RAW_TIME, DATASET_AS_IS},
    {"date", FUNDING_RAW_TIME, DATASET_AS_IS},
    {"funding_rate", FUNDING_RATE, DATASET_AS_IS},
    {"fundingrate", FUNDING_RATE, DATASET_AS_IS},
    {"last_funding_rate", FUNDING_RATE, DATASET_AS_IS},
    {"funding_interval_hours", FUNDING_HOURS, DATASET_AS_IS},
    {"markprice", FUNDING_MARK, DATASET_AS_IS},
    {"exchange", DATASET_IGNORED, DATASET_AS_IS},
    {NULL, 0, DATASET_AS_IS},
};

static const dataset_order no_orders[] = {{NULL, NULL}};

/* Settlements are at whole hours, whatever the interval is and however it changes. */
static bool finish_funding(const dataset_rules *rules, dataset_row *row, dataset_fault *fault)
{
    (void)rules;
    int64_t raw_us = row->values[FUNDING_RAW_TIME].time_us;
    int64_t grid_us = (raw_us + HOUR_US / 2) / HOUR_US * HOUR_US;
    if (raw_us - grid_us > JITTER_MAX_US || grid_us - raw_us > JITTER_MAX_US)
        return dataset_broken(fault, "raw_time is more than a minute off the hour");
    if (dataset_has(row, FUNDING_TIME) && row->values[FUNDING_TIME].time_us != grid_us)
        return dataset_broken(fault, "funding_time is not the hour of raw_time");
    if (dataset_has(row, FUNDING_HOURS) && row->values[FUNDING_HOURS].int8 == 0)
        return dataset_broken(fault, "interval_hours is zero");
    row->values[FUNDING_TIME].time_us = grid_us;
    row->present |= UINT32_C(1) << FUNDING_TIME;
    return true;
}

const dataset dataset_funding_rates = {
    .stream = "funding_rates",
    .row_name = "rate",
    .rows_name = "funding rates",
    .columns = funding_columns,
    .column_count = FUNDING_COUNT,
    .time_column = FUNDING_TIME,
    .id_column = -1,
    .of_contracts = true,
    .has_instrument = true,
    .earliest_us = DATASET_EARLIEST_US,
    .spellings = funding_spellings,
    .orders = no_orders,
    .finish = finish_funding,
};

enum interest_column { INTEREST_TIME, INTEREST_QUANTITY, INTEREST_VALUE, INTEREST_COUNT };

static const dataset_column interest_columns[INTEREST_COUNT] = {
    [INTEREST_TIME] = {"observed_at", DATASET_TIME, DATASET_REQUIRED, NULL},
    [INTEREST_QUANTITY] = {"open_interest", DATASET_FLOAT8, DATASET_REQUIRED, NULL},
    [INTEREST_VALUE] = {"open_interest_value", DATASET_FLOAT8, 0, NULL},
};

static const dataset_spelling interest_spellings[] = {
    {"timestamp", INTEREST_TIME, DATASET_AS_IS},
    {"time", INTEREST_TIME, DATASET_AS_IS},
    {"date", INTEREST_TIME, DATASET_AS_IS},
    {"openinterest", INTEREST_QUANTITY, DATASET_AS_IS},
    {"sumopeninterest", INTEREST_QUANTITY, DATASET_AS_IS},
    {"sum_open_interest", INTEREST_QUANTITY, DATASET_AS_IS},
    {"sumopeninterestvalue", INTEREST_VALUE, DATASET_AS_IS},
    {"sum_open_interest_value", INTEREST_VALUE, DATASET_AS_IS},
    {"pair", DATASET_SYMBOL, DATASET_AS_IS},
    {"contracttype", DATASET_IGNORED, DATASET_AS_IS},
    {NULL, 0, DATASET_AS_IS},
};

const dataset dataset_open_interest = {
    .stream = "open_interest",
    .row_name = "observation",
    .rows_name = "observations of open interest",
    .columns = interest_columns,
    .column_count = INTEREST_COUNT,
    .time_column = INTEREST_TIME,
    .id_column = -1,
    .of_contracts = true,
    .has_instrument = true,
    .interval_column = "period_s",
    .earliest_us = DATASET_EARLIEST_US,
    .spellings = interest_spellings,
    .orders = no_orders,
};

enum metric_column {
    METRIC_LABEL,
    METRIC_TIME,
    METRIC_FIRST,
    METRIC_INTEREST = METRIC_FIRST,
    METRIC_INTEREST_VALUE,
    METRIC_TOP_ACCOUNTS,
    METRIC_TOP_POSITIONS,
    METRIC_ACCOUNTS,
    METRIC_TAKERS,
    METRIC_COUNT
};

static const dataset_column metric_columns[METRIC_COUNT] = {
    [METRIC_LABEL] = {"label", DATASET_TEXT, 0, NULL}, /* follows from the time where it is not given */
    [METRIC_TIME] = {"metric_time", DATASET_TIME, DATASET_REQUIRED, NULL},
    [METRIC_INTEREST] = {"sum_open_interest", DATASET_FLOAT8, 0, NULL},
    [METRIC_INTEREST_VALUE] = {"sum_open_interest_value", DATASET_FLOAT8, 0, NULL},
    [METRIC_TOP_ACCOUNTS] = {"count_toptrader_long_short_ratio", DATASET_FLOAT8, 0, NULL},
    [METRIC_TOP_POSITIONS] = {"sum_toptrader_long_short_ratio", DATASET_FLOAT8, 0, NULL},
    [METRIC_ACCOUNTS] = {"count_long_short_ratio", DATASET_FLOAT8, 0, NULL},
    [METRIC_TAKERS] = {"sum_taker_long_short_vol_ratio", DATASET_FLOAT8, 0, NULL},
};

static const dataset_spelling metric_spellings[] = {
    {"create_time", METRIC_TIME, DATASET_AS_IS},
    {"timestamp", METRIC_TIME, DATASET_AS_IS},
    {"time", METRIC_TIME, DATASET_AS_IS},
    {NULL, 0, DATASET_AS_IS},
};

/* From this moment on Binance's USD-margined metrics are labelled with the start of their five minutes,
 * before with the end. The moment itself stands in the last file of the one and in the first of the other
 * kind, so for it the file has to say. */
#define LABEL_CHANGE_US (INT64_C(1782345600) * US_PER_S) /* 2026-06-25 00:00 */

static void put_label(const dataset_rules *rules, dataset_row *row)
{
    bool start = rules->label == DATASET_LABEL_BY_TIME ? row->values[METRIC_TIME].time_us >= LABEL_CHANGE_US
                                                       : rules->label == DATASET_LABEL_START;
    row->values[METRIC_LABEL].text.start = start ? "start" : "end";
    row->values[METRIC_LABEL].text.length = start ? 5 : 3;
    row->present |= UINT32_C(1) << METRIC_LABEL;
}

static bool is_label(const dataset_value *v)
{
    return (v->text.length == 5 && memcmp(v->text.start, "start", 5) == 0) ||
           (v->text.length == 3 && memcmp(v->text.start, "end", 3) == 0);
}

static bool finish_metric(const dataset_rules *rules, dataset_row *row, dataset_fault *fault)
{
    bool any = false;
    bool nonzero = false;
    for (int i = METRIC_FIRST; i < METRIC_COUNT; i++)
        if (dataset_has(row, i)) {
            any = true;
            nonzero = nonzero || row->values[i].float8 != 0;
        }
    if (!any)
        return dataset_broken(fault, "it has no value");
    if (!nonzero)
        return dataset_broken(fault, "all values are zero: the archive's mark of a missing row");
    if (!dataset_has(row, METRIC_LABEL))
        put_label(rules, row);
    return is_label(&row->values[METRIC_LABEL]) || dataset_broken(fault, "label is neither start nor end");
}

const dataset dataset_metrics = {
    .stream = "metrics",
    .row_name = "metric",
    .rows_name = "metrics",
    .columns = metric_columns,
    .column_count = METRIC_COUNT,
    .time_column = METRIC_TIME,
    .id_column = -1,
    .of_contracts = true,
    .has_instrument = true,
    .earliest_us = DATASET_EARLIEST_US,
    .spellings = metric_spellings,
    .orders = no_orders,
    .finish = finish_metric,
};

enum value_column { VALUE_NAME, VALUE_TIME, VALUE_VALUE, VALUE_COUNT };

static const dataset_column value_columns[VALUE_COUNT] = {
    [VALUE_NAME] = {"name", DATASET_TEXT, DATASET_REQUIRED, NULL},
    [VALUE_TIME] = {"metric_time", DATASET_TIME, DATASET_REQUIRED, NULL},
    [VALUE_VALUE] = {"value", DATASET_FLOAT8, DATASET_REQUIRED | DATASET_SIGNED, NULL},
};

static const dataset_spelling value_spellings[] = {
    {"metric", VALUE_NAME, DATASET_AS_IS},
    {"timestamp", VALUE_TIME, DATASET_AS_IS},
    {"time", VALUE_TIME, DATASET_AS_IS},
    {NULL, 0, DATASET_AS_IS},
};

/* As market.metric_values takes them. */
static bool is_metric_name(const dataset_value *v)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_.";
    bool good = v->text.length <= 100 && v->text.start[0] >= 'a' && v->text.start[0] <= 'z';
    for (size_t i = 0; i < v->text.length && good; i++)
        good = memchr(letters, v->text.start[i], sizeof(letters) - 1) != NULL;
    return good;
}

static bool finish_value(const dataset_rules *rules, dataset_row *row, dataset_fault *fault)
{
    (void)rules;
    return is_metric_name(&row->values[VALUE_NAME]) ||
           dataset_broken(fault, "name is not lower-case letters, digits, underscores and points");
}

const dataset dataset_metric_values = {
    .stream = "metric_values",
    .row_name = "value",
    .rows_name = "values of metrics",
    .columns = value_columns,
    .column_count = VALUE_COUNT,
    .time_column = VALUE_TIME,
    .id_column = -1,
    .has_instrument = true,
    .earliest_us = DATASET_EARLIEST_US,
    .spellings = value_spellings,
    .orders = no_orders,
    .finish = finish_value,
};
