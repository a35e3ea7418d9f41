/* verify_cash.h: what an account holds of each currency, by the facts and by trading.v_cash_balances. */
#ifndef DAYBOOK_BOOK_VERIFY_CASH_H
#define DAYBOOK_BOOK_VERIFY_CASH_H

#include "book/verify_int.h"

typedef struct cash_total cash_total;

typedef struct verify_cash {
    verify *v;
    verify_rows facts;    /* opening balances and entries */
    verify_rows balances; /* as the book says */
    cash_total *totals;   /* of the account at hand */
    size_t count, capacity;
} verify_cash;

/* Close it also after an error. */
dbk_err *verify_cash_open(verify *v, verify_cash *out) ERR_MUST_USE;
void verify_cash_close(verify_cash *c);

/* What is added from here on belongs to this account; those before it are compared. NULL: all are. Accounts
 * come in the order of their ids. */
dbk_err *verify_cash_begin(verify_cash *c, const char *account_id) ERR_MUST_USE;
dbk_err *verify_cash_add(verify_cash *c, const char *currency, wide amount) ERR_MUST_USE;

#endif
