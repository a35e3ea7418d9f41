/* paper_bot.h: the bot's state of one market and of one account, shared by its three parts:
 * paper_bot.c (program), paper_trader.c (from candle to order to book) and paper_state.c (what it keeps
 * between runs). */
#ifndef PAPER_BOT_H
#define PAPER_BOT_H

#include "daybook.h"
#include "paper_venue.h"

#define NAME_SIZE 160
#define KEY_SIZE 128
#define BUFFER_CANDLES 512
#define MARKETS_MAX 200 /* of one account */

typedef struct market {
    dbk_uuid instrument_id;
    int64_t lot;        /* of 10^-8 units */
    char key[KEY_SIZE]; /* symbol and kind: what names its facts, the same in every database */

    /* kept between runs */
    int64_t last_us;   /* the last candle that was dealt with */
    int64_t seen;      /* candles */
    double fast, slow; /* moving averages */
    int64_t mark;      /* last close */
    int64_t position;  /* signed */
    int64_t target;    /* -1 short, 0 nothing yet, 1 long */
    int64_t attempts;  /* orders for the current target that came to nothing */
    bool working;      /* order is live */
    paper_order order;

    /* of this run */
    dbk_candles *candles;
    dbk_candle buffer[BUFFER_CANDLES];
    size_t next, count;
} market;

typedef struct trader {
    dbk_book *book;
    char name[NAME_SIZE];
    const char *venue, *currency;
    dbk_uuid account_id, run_id;
    int64_t trade_size; /* value of a position in the settlement currency, of 10^-8 units */
    market *markets[MARKETS_MAX];
    size_t market_count;

    /* kept between runs */
    int64_t run;        /* number of the current run */
    int64_t saves;      /* states kept so far */
    int64_t as_of_us;   /* the latest candle of all markets */
    int64_t equity_day; /* the last day with an equity point, in days since 1970 */

    /* of this run */
    int64_t candle_count, orders, fills, replayed, canceled, rejected;
    char equity[PAPER_AMOUNT_SIZE * 2];
} trader;

/* Prints and frees an error; says whether there was none. */
bool ok(dbk_err *e, const char *doing);
/* The same for an answer: a conflict means that the book holds something else under this identity. */
bool accepted(trader *t, const dbk_answer *answer, const char *what);

/* Deals with one candle of one market. */
bool trader_candle(trader *t, market *m, const dbk_candle *candle);
/* Values the account with the last prices and keeps the point. */
bool trader_equity(trader *t, int64_t as_of_us);

bool state_load(trader *t);
/* next_run: the number the next run of the bot starts with. */
bool state_save(trader *t, int64_t next_run);

#endif
