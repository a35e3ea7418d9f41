/* sqlite_money.h: cash, funding and equity of a book in a file. Private to the store. Calls: a dbk_cash and a
 * dbk_answer, a dbk_funding and a dbk_funding_answer, a dbk_equity_point and a dbk_equity. */
#ifndef DAYBOOK_BOOK_SQLITE_MONEY_H
#define DAYBOOK_BOOK_SQLITE_MONEY_H

#include "book/sqlite_store_int.h"

dbk_err *sqlite_cash_record(sqlite_call *c, const void *request, void *out) ERR_MUST_USE;
dbk_err *sqlite_funding_record(sqlite_call *c, const void *request, void *out) ERR_MUST_USE;
dbk_err *sqlite_equity_record(sqlite_call *c, const void *request, void *out) ERR_MUST_USE;

#endif
