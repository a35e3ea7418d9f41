/* request.h: whether what a caller of the library handed over can be read at all. What it says is checked by
 * the book. Private to src/book. */
#ifndef DAYBOOK_BOOK_REQUEST_H
#define DAYBOOK_BOOK_REQUEST_H

#include "daybook.h"

#define CALL_KIND_COUNT (DBK_CALL_EQUITY_RECORD + 1)

/* The function of daybook.h, for errors. */
const char *request_name(dbk_call_kind kind);
/* What is wrong with a request of the kind, NULL for nothing. */
const char *request_problem(dbk_call_kind kind, const void *request);

/* Whether it asks for something to happen; else it says what has happened. */
bool request_asks(dbk_call_kind kind, const void *request);

/* A caller built against a later header may pass a longer struct: fine as long as what this version does not
 * know is zero. */
bool request_size_fits(const void *request, size_t given, size_t known);

/* The event as this version knows it; false when its size does not fit. */
bool request_order_event(const dbk_order_event *event, dbk_order_event *out);
/* The book's name of the kind, NULL when there is none such. */
const char *request_order_event_name(dbk_order_event_kind kind);

#endif
