/* dataset_int.h: the datasets, defined by kind of stream in dataset_*.c and listed in dataset.c. */
#ifndef DAYBOOK_MARKET_FORMATS_DATASET_INT_H
#define DAYBOOK_MARKET_FORMATS_DATASET_INT_H

#include "market/formats/dataset.h"

#define US_PER_S INT64_C(1000000)
/* 2009-01-01: nothing that trades around the clock was recorded before. */
#define DATASET_EARLIEST_US (INT64_C(1230768000) * US_PER_S)

extern const dataset dataset_klines;
extern const dataset dataset_mark_klines;
extern const dataset dataset_index_klines;
extern const dataset dataset_premium_klines;
extern const dataset dataset_bid_klines;
extern const dataset dataset_ask_klines;
extern const dataset dataset_trades;
extern const dataset dataset_agg_trades;
extern const dataset dataset_book_tickers;
extern const dataset dataset_book_depth;
extern const dataset dataset_order_book;
extern const dataset dataset_book_changes;
extern const dataset dataset_funding_rates;
extern const dataset dataset_open_interest;
extern const dataset dataset_metrics;
extern const dataset dataset_metric_values;
extern const dataset dataset_macro;
extern const dataset dataset_fear_greed;
extern const dataset dataset_stablecoin_supply;
extern const dataset dataset_gamma_exposure;
extern const dataset dataset_gamma_exposure_strikes;

/* false, with the rule that the values break; for a dataset's finish(). */
static inline bool dataset_broken(dataset_fault *f, const char *rule)
{
    *f = (dataset_fault){.kind = DATASET_FAULT_RULE, .rule = rule};
    return false;
}

#endif
