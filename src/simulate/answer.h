/* answer.h: what a book answered to one operation, as text, so that two answers are compared byte by byte. */
#ifndef DAYBOOK_SIMULATE_ANSWER_H
#define DAYBOOK_SIMULATE_ANSWER_H

#include "core/buf.h"
#include "daybook.h"

/* What is NULL was not answered. Left out are words that explain, and identities that the book chose. */
typedef struct answer {
    const char *outcome; /* "created", …; "error" when the call failed */
    dbk_uuid id;
    const char *error; /* SQLSTATE, with "error" */
    const char *conflict_field, *refusal_code;
    const char *status;
    int64_t version; /* 0: not answered */
    bool waiting;
    const char *order_status, *order_cum_qty;
    const char *position_qty, *position_avg_price, *realized_pnl, *flags;
    const char *amount, *currency;
    const char *balance, *unrealized, *equity, *missing;
    const char *token; /* the acquisition that it was given to */
    const char *halted, *halts_left;
    const char *numbers; /* of a refusal by a cap: the limit, what is used, the order, what is allowed */
    const char *state;   /* that was loaded */
    int64_t as_of_us;    /* of it; 0: not answered */
} answer;

/* One line. Decimals are written without trailing zeros. */
void answer_append(buf *out, const answer *a);

#endif
