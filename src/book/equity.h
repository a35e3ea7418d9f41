/* equity.h: what an account is worth at the prices there are. Pure: no clock, no server, no heap.
 *
 * Nothing is guessed: a position without a price, or an amount without a rate into the account's currency, is
 * left out, counted as missing, and makes the result incomplete; it is never taken for zero or one to one.
 *
 * Everything is summed exactly; what equity_total() and the others of `equity` hold is rounded only once, by
 * whoever shows it. */
#ifndef DAYBOOK_BOOK_EQUITY_H
#define DAYBOOK_BOOK_EQUITY_H

#include "book/position.h"

/* The prices known of an instrument; NULL for one that is not known. */
typedef struct equity_prices {
    const decimal *mark;
    const decimal *bid, *ask;
    const decimal *last;
    const decimal *close; /* of the latest bar */
} equity_prices;

/* The price at which a holding is valued: the mark, else the quote at which it could be left (the bid for
 * long, the ask for short), else the last trade, else the close of the bar; NULL when there is none. */
const decimal *equity_choose(const equity_prices *prices, bool is_long);

typedef enum equity_account {
    EQUITY_CASH,  /* owns what it holds: equity is balances and the value of the holdings */
    EQUITY_MARGIN /* equity is balances and what is unrealised */
} equity_account;

typedef struct equity {
    equity_account account;
    wide balance;    /* in the account's currency */
    wide unrealized; /* EQUITY_CASH: value of the holdings */
    size_t missing;  /* prices and rates that were not there */
} equity;

/* rate: value of one unit of the amount's currency in the account's; NULL when it is not known, of the
 * account's own currency the rate is 1. Zero needs no rate. False, and missing is counted, when the amount
 * could not be valued. */
bool equity_add_balance(equity *e, wide amount, const decimal *rate);
/* The position's own currency is what the rate converts. A flat position needs neither price nor rate. */
bool equity_add_position(equity *e, const position *p, const equity_prices *prices, const decimal *rate);

/* Balance and unrealized together. */
wide equity_total(const equity *e);
bool equity_is_complete(const equity *e);

/* The deepest fall of a curve of equity from its highest point so far. Points are given in their order of
 * time. */
typedef struct equity_drawdown {
    wide peak;
    wide amount; /* not negative */
    wide ratio;  /* amount over the peak it fell from, 18 decimals; zero while no peak was above zero */
    bool begun;
} equity_drawdown;
void equity_drawdown_add(equity_drawdown *d, wide point);

#endif
