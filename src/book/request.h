/* request.h: whether what a caller of the library handed over can be read at all. What it says is checked by
 * the book. Private to src/book. */
#ifndef DAYBOOK_BOOK_REQUEST_H
#define DAYBOOK_BOOK_REQUEST_H

#include "daybook.h"

/* The calls that change the book with one request struct and one answer struct. */
typedef enum request_kind {
    REQUEST_ORDER_SUBMIT,
    REQUEST_ORDER_IMPORT,
    REQUEST_ORDER_RECORD,
    REQUEST_FILL_RECORD,
    REQUEST_FILL_BUST,
    REQUEST_FILL_CORRECT,
    REQUEST_CASH_RECORD,
    REQUEST_FUNDING_RECORD,
    REQUEST_EQUITY_RECORD,
    REQUEST_KIND_COUNT
} request_kind;

/* What is wrong with a request of the kind, NULL for nothing. */
const char *request_problem(request_kind kind, const void *request);

/* A caller built against a later header may pass a longer struct: fine as long as what this version does not
 * know is zero. */
bool request_size_fits(const void *request, size_t given, size_t known);

/* The event as this version knows it; false when its size does not fit. */
bool request_order_event(const dbk_order_event *event, dbk_order_event *out);
/* The book's name of the kind, NULL when there is none such. */
const char *request_order_event_name(dbk_order_event_kind kind);

#endif
