/* Series that belong to no instrument. They are named by a text of their own (a series, an asset, an
 * underlying), in a column or for the whole source. */
#include "market/formats/dataset_int.h"

#include <string.h>

/* Economic series are older than markets of today. */
#define EARLIEST_US (INT64_C(-6847804800) * US_PER_S) /* 1753-01-01 */

#define NAME_LENGTH_MAX 100

static const dataset_order no_orders[] = {{NULL, NULL}};

#define TIME_SPELLINGS(column)                                                                               \
    {"date", column, DATASET_AS_IS}, {"time", column, DATASET_AS_IS}, {"timestamp", column, DATASET_AS_IS},  \
        {"observation_date", column, DATASET_AS_IS},                                                         \
    {                                                                                                        \
        "datetime", column, DATASET_AS_IS                                                                    \
    }

static bool is_name(const dataset_value *v)
{
    return v->text.length <= NAME_LENGTH_MAX && !memchr(v->text.start, ' ', v->text.length);
}

/* Where no column names the row, the source as a whole does. */
static bool put_name(const dataset_rules *rules, dataset_row *row, int column, dataset_fault *fault,
                     const char *missing)
{
    if (dataset_has(row, column))
        return is_name(&row->values[column]) ||
               dataset_broken(fault, "the name of its series has blanks or is too long");
    if (!rules->series)
        return dataset_broken(fault, missing);
    row->values[column].text.start = rules->series;
    row->values[column].text.length = strlen(rules->series);
    row->present |= UINT32_C(1) << column;
    return true;
}

enum macro_column { MACRO_SERIES, MACRO_TIME, MACRO_VALUE, MACRO_COUNT };

static const dataset_column macro_columns[MACRO_COUNT] = {
    [MACRO_SERIES] = {"series", DATASET_TEXT, 0, NULL},
    [MACRO_TIME] = {"observed_at", DATASET_TIME, DATASET_REQUIRED, NULL},
    [MACRO_VALUE] = {"value", DATASET_FLOAT8, DATASET_REQUIRED | DATASET_SIGNED, NULL},
};

static const dataset_spelling macro_spellings[] = {
    TIME_SPELLINGS(MACRO_TIME),
    {"series_id", MACRO_SERIES, DATASET_AS_IS},
    {NULL, 0, DATASET_AS_IS},
};

static const dataset_order macro_orders[] = {
    {"date and value", "observed_at,value"},
    {NULL, NULL},
};

static bool finish_macro(const dataset_rules *rules, dataset_row *row, dataset_fault *fault)
{
    return put_name(rules, row, MACRO_SERIES, fault, "nothing names its series");
}

const dataset dataset_macro = {
    .stream = "macro",
    .row_name = "value",
    .rows_name = "values of a series",
    .columns = macro_columns,
    .column_count = MACRO_COUNT,
    .time_column = MACRO_TIME,
    .id_column = -1,
    .series_column = MACRO_SERIES,
    .value_column = MACRO_VALUE,
    .earliest_us = EARLIEST_US,
    .spellings = macro_spellings,
    .orders = macro_orders,
    .finish = finish_macro,
};

enum fear_column { FEAR_TIME, FEAR_VALUE, FEAR_CLASS, FEAR_COUNT };

static const dataset_column fear_columns[FEAR_COUNT] = {
    [FEAR_TIME] = {"observed_at", DATASET_TIME, DATASET_REQUIRED, NULL},
    [FEAR_VALUE] = {"value", DATASET_FLOAT8, DATASET_REQUIRED, NULL},
    [FEAR_CLASS] = {"classification", DATASET_TEXT, 0, NULL},
};

static const dataset_spelling fear_spellings[] = {
    TIME_SPELLINGS(FEAR_TIME),
    {"fng_value", FEAR_VALUE, DATASET_AS_IS},
    {"fear_greed", FEAR_VALUE, DATASET_AS_IS},
    {"value_classification", FEAR_CLASS, DATASET_AS_IS},
    {"fng_classification", FEAR_CLASS, DATASET_AS_IS},
    {"time_until_update", DATASET_IGNORED, DATASET_AS_IS},
    {NULL, 0, DATASET_AS_IS},
};

static bool finish_fear(const dataset_rules *rules, dataset_row *row, dataset_fault *fault)
{
    (void)rules;
    return row->values[FEAR_VALUE].float8 <= 100 || dataset_broken(fault, "value is above 100");
}

const dataset dataset_fear_greed = {
    .stream = "fear_greed",
    .row_name = "value",
    .rows_name = "values of the fear and greed index",
    .columns = fear_columns,
    .column_count = FEAR_COUNT,
    .time_column = FEAR_TIME,
    .id_column = -1,
    .series_column = -1,
    .value_column = -1,
    .earliest_us = DATASET_EARLIEST_US,
    .spellings = fear_spellings,
    .orders = no_orders,
    .finish = finish_fear,
};

enum supply_column { SUPPLY_ASSET, SUPPLY_TIME, SUPPLY_VALUE, SUPPLY_RATIO, SUPPLY_COUNT };

static const dataset_column supply_columns[SUPPLY_COUNT] = {
    [SUPPLY_ASSET] = {"asset", DATASET_TEXT, 0, NULL},
    [SUPPLY_TIME] = {"observed_at", DATASET_TIME, DATASET_REQUIRED, NULL},
    [SUPPLY_VALUE] = {"supply", DATASET_FLOAT8, DATASET_REQUIRED, NULL},
    [SUPPLY_RATIO] = {"supply_ratio", DATASET_FLOAT8, 0, NULL},
};

static const dataset_spelling supply_spellings[] = {
    TIME_SPELLINGS(SUPPLY_TIME),
    {"symbol", SUPPLY_ASSET, DATASET_AS_IS},
    {"stablecoin", SUPPLY_ASSET, DATASET_AS_IS},
    {"circulating", SUPPLY_VALUE, DATASET_AS_IS},
    {"total_circulating_usd", SUPPLY_VALUE, DATASET_AS_IS},
    {"ssr", SUPPLY_RATIO, DATASET_AS_IS},
    {NULL, 0, DATASET_AS_IS},
};

static bool finish_supply(const dataset_rules *rules, dataset_row *row, dataset_fault *fault)
{
    return put_name(rules, row, SUPPLY_ASSET, fault, "nothing names its asset");
}

const dataset dataset_stablecoin_supply = {
    .stream = "stablecoin_supply",
    .row_name = "value",
    .rows_name = "values of stablecoin supply",
    .columns = supply_columns,
    .column_count = SUPPLY_COUNT,
    .time_column = SUPPLY_TIME,
    .id_column = -1,
    .series_column = SUPPLY_ASSET,
    .value_column = -1,
    .earliest_us = DATASET_EARLIEST_US,
    .spellings = supply_spellings,
    .orders = no_orders,
    .finish = finish_supply,
};

enum gamma_column {
    GAMMA_UNDERLYING,
    GAMMA_TIME,
    GAMMA_SPOT,
    GAMMA_NET,
    GAMMA_CALL,
    GAMMA_PUT,
    GAMMA_FLIP,
    GAMMA_CALL_WALL,
    GAMMA_PUT_WALL,
    GAMMA_REGIME,
    GAMMA_COUNT
};

static const dataset_column gamma_columns[GAMMA_COUNT] = {
    [GAMMA_UNDERLYING] = {"underlying", DATASET_TEXT, 0, NULL},
    [GAMMA_TIME] = {"snapshot_time", DATASET_TIME, DATASET_REQUIRED, NULL},
    [GAMMA_SPOT] = {"spot_price", DATASET_FLOAT8, 0, NULL},
    [GAMMA_NET] = {"net_gamma", DATASET_FLOAT8, DATASET_REQUIRED | DATASET_SIGNED, NULL},
    [GAMMA_CALL] = {"call_gamma", DATASET_FLOAT8, DATASET_SIGNED, NULL},
    [GAMMA_PUT] = {"put_gamma", DATASET_FLOAT8, DATASET_SIGNED, NULL},
    [GAMMA_FLIP] = {"flip_price", DATASET_FLOAT8, 0, NULL},
    [GAMMA_CALL_WALL] = {"call_wall", DATASET_FLOAT8, 0, NULL},
    [GAMMA_PUT_WALL] = {"put_wall", DATASET_FLOAT8, 0, NULL},
    [GAMMA_REGIME] = {"regime", DATASET_TEXT, 0, NULL},
};

static const dataset_spelling gamma_spellings[] = {
    TIME_SPELLINGS(GAMMA_TIME),
    {"symbol", GAMMA_UNDERLYING, DATASET_AS_IS},
    {"spot", GAMMA_SPOT, DATASET_AS_IS},
    {"net_gex", GAMMA_NET, DATASET_AS_IS},
    {"call_gex", GAMMA_CALL, DATASET_AS_IS},
    {"put_gex", GAMMA_PUT, DATASET_AS_IS},
    {"gamma_flip", GAMMA_FLIP, DATASET_AS_IS},
    {NULL, 0, DATASET_AS_IS},
};

static bool is_regime(const dataset_value *v)
{
    static const char *const regimes[] = {"positive", "negative", "neutral"};
    for (size_t i = 0; i < sizeof(regimes) / sizeof(regimes[0]); i++)
        if (strlen(regimes[i]) == v->text.length && memcmp(regimes[i], v->text.start, v->text.length) == 0)
            return true;
    return false;
}

static bool finish_gamma(const dataset_rules *rules, dataset_row *row, dataset_fault *fault)
{
    if (dataset_has(row, GAMMA_REGIME) && !is_regime(&row->values[GAMMA_REGIME]))
        return dataset_broken(fault, "regime is not positive, negative or neutral");
    return put_name(rules, row, GAMMA_UNDERLYING, fault, "nothing names its underlying");
}

const dataset dataset_gamma_exposure = {
    .stream = "gamma_exposure",
    .row_name = "snapshot",
    .rows_name = "snapshots of gamma exposure",
    .columns = gamma_columns,
    .column_count = GAMMA_COUNT,
    .time_column = GAMMA_TIME,
    .id_column = -1,
    .series_column = GAMMA_UNDERLYING,
    .value_column = -1,
    .earliest_us = DATASET_EARLIEST_US,
    .spellings = gamma_spellings,
    .orders = no_orders,
    .finish = finish_gamma,
};

enum strike_column {
    STRIKE_UNDERLYING,
    STRIKE_TIME,
    STRIKE_STRIKE,
    STRIKE_NET,
    STRIKE_CALL,
    STRIKE_PUT,
    STRIKE_CALL_INTEREST,
    STRIKE_PUT_INTEREST,
    STRIKE_COUNT
};

static const dataset_column strike_columns[STRIKE_COUNT] = {
    [STRIKE_UNDERLYING] = {"underlying", DATASET_TEXT, 0, NULL},
    [STRIKE_TIME] = {"snapshot_time", DATASET_TIME, DATASET_REQUIRED, NULL},
    [STRIKE_STRIKE] = {"strike", DATASET_FLOAT8, DATASET_REQUIRED, NULL},
    [STRIKE_NET] = {"net_gamma", DATASET_FLOAT8, DATASET_REQUIRED | DATASET_SIGNED, NULL},
    [STRIKE_CALL] = {"call_gamma", DATASET_FLOAT8, DATASET_SIGNED, NULL},
    [STRIKE_PUT] = {"put_gamma", DATASET_FLOAT8, DATASET_SIGNED, NULL},
    [STRIKE_CALL_INTEREST] = {"call_open_interest", DATASET_FLOAT8, 0, NULL},
    [STRIKE_PUT_INTEREST] = {"put_open_interest", DATASET_FLOAT8, 0, NULL},
};

static const dataset_spelling strike_spellings[] = {
    TIME_SPELLINGS(STRIKE_TIME),
    {"symbol", STRIKE_UNDERLYING, DATASET_AS_IS},
    {"strike_price", STRIKE_STRIKE, DATASET_AS_IS},
    {"net_gex", STRIKE_NET, DATASET_AS_IS},
    {"call_gex", STRIKE_CALL, DATASET_AS_IS},
    {"put_gex", STRIKE_PUT, DATASET_AS_IS},
    {"call_oi", STRIKE_CALL_INTEREST, DATASET_AS_IS},
    {"put_oi", STRIKE_PUT_INTEREST, DATASET_AS_IS},
    {NULL, 0, DATASET_AS_IS},
};

static bool finish_strike(const dataset_rules *rules, dataset_row *row, dataset_fault *fault)
{
    return put_name(rules, row, STRIKE_UNDERLYING, fault, "nothing names its underlying");
}

const dataset dataset_gamma_exposure_strikes = {
    .stream = "gamma_exposure_strikes",
    .row_name = "strike",
    .rows_name = "strikes of gamma exposure",
    .columns = strike_columns,
    .column_count = STRIKE_COUNT,
    .time_column = STRIKE_TIME,
    .id_column = -1,
    .series_column = STRIKE_UNDERLYING,
    .value_column = -1,
    .earliest_us = DATASET_EARLIEST_US,
    .spellings = strike_spellings,
    .orders = no_orders,
    .finish = finish_strike,
};
