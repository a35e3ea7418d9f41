/* verify_fills.h: the fills of positions in the order of their versions, each on its terms. */
#ifndef DAYBOOK_BOOK_VERIFY_FILLS_H
#define DAYBOOK_BOOK_VERIFY_FILLS_H

#include "book/verify_int.h"

/* Columns of the row that a walk stands on, and of everything that is keyed by a position. */
enum {
    POSITION_ACCOUNT,
    POSITION_INSTRUMENT,
    POSITION_KEY,
    FILL_VERSION,
    FILL_ID,
    FILL_SIDE,
    FILL_QTY,
    FILL_PRICE,
    FILL_FEE,
    FILL_FEE_CURRENCY,
    FILL_FEE_RATE,
    FILL_FILLED_AT,
    FILL_FLAGS,
    FILL_CYCLE,
    FILL_POSITION_QTY,
    FILL_AVG_PRICE,
    FILL_GROSS,
    FILL_NET,
    FILL_REALIZED,
    FILL_RESTATED,
    FILL_RESTATED_CYCLE,
    FILL_RESTATED_QTY,
    FILL_RESTATED_GROSS,
    FILL_RESTATED_NET
};

typedef struct fill_walk {
    verify_rows fills; /* the fill; `more` is false after the last */
    verify_rows amendments;
    fill_terms now;      /* after all busts and corrections that the walk sees */
    fill_terms answered; /* after those only that had come before the fill */
    bool amended_before; /* there were such */
} fill_walk;

/* The whole of one position up to a version; NULL for all positions of the accounts. */
typedef struct fill_walk_scope {
    const char *account_id, *instrument_id, *position_key;
    int64_t below_version;
} fill_walk_scope;

/* Stands on the first fill then. Close it also after an error. */
dbk_err *fill_walk_open(verify *v, const fill_walk_scope *scope, fill_walk *out) ERR_MUST_USE;
dbk_err *fill_walk_next(fill_walk *w) ERR_MUST_USE;
void fill_walk_close(fill_walk *w);

/* By account, instrument and key, which are the first columns of both: -1, 0, 1. */
int position_key_compare(const verify_rows *a, const verify_rows *b);

typedef struct position_terms {
    position_kind kind;
    decimal multiplier;
    const char *base_currency, *currency;
} position_terms;
/* The position at hand. */
typedef struct verify_position {
    const verify_rows *row; /* its key is in the first columns */
    const char *name;       /* of its instrument */
    position_terms terms;
} verify_position;

/* What a fill on these terms is to a position. */
position_fill fill_walk_fill(const fill_walk *w, const fill_terms *t, const position_terms *p);

#endif
