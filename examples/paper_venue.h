/* paper_venue.h: a venue that trades on paper: it answers orders from the candles that follow them.
 *
 * Pure and deterministic: the same order and the same candle give the same answer, always. That is what lets
 * the bot run again over candles it saw before and find everything already in its book. Amounts are whole
 * numbers of 10^-8 units. */
#ifndef PAPER_VENUE_H
#define PAPER_VENUE_H

#include "daybook.h"

#define PAPER_UNITS 100000000LL
#define PAPER_AMOUNT_SIZE 32
#define PAPER_FILLS_MAX 3

typedef struct paper_order {
    dbk_uuid id;
    bool buy;
    bool acknowledged;
    bool cancel_requested;
    int64_t qty;
    int64_t price; /* 0: a market order */
    int64_t filled;
    int64_t candles; /* how many it has seen */
    int64_t fills;
} paper_order;

typedef struct paper_fill {
    int64_t qty;
    int64_t price;
    int64_t fee; /* in the settlement currency */
} paper_fill;

/* What the venue says of an order during one candle. */
typedef struct paper_report {
    bool acknowledged;
    const char *reject_reason; /* NULL: not rejected */
    paper_fill fills[PAPER_FILLS_MAX];
    int fill_count;
    bool canceled;
    bool cancel_rejected; /* the request came too late */
} paper_report;

/* Lets one candle pass over a live order; updates the order and tells what happened. */
paper_report paper_venue_candle(paper_order *order, const dbk_candle *candle);

bool paper_order_is_done(const paper_order *order, const paper_report *last);

/* Decimal text, exact and without trailing zeros. */
const char *paper_amount(int64_t units, char out[PAPER_AMOUNT_SIZE]);
int64_t paper_units(double amount);
/* From decimal text with at most 8 decimals; 0 when there is none. */
int64_t paper_parse(const char *text);

#endif
