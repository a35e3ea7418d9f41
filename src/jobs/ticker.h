/* ticker.h: a thread that does something again and again, at times that it says itself. */
#ifndef DAYBOOK_JOBS_TICKER_H
#define DAYBOOK_JOBS_TICKER_H

#include <stdint.h>

#include "core/err.h"

typedef struct ticker ticker;

/* fn is called at once, and then each time so many microseconds after it returned as it returned. */
dbk_err *ticker_new(int64_t (*fn)(void *ctx), void *ctx, ticker **out) ERR_MUST_USE;
/* Waits until fn returns, if it runs. Accepts NULL. */
void ticker_free(ticker *t);

#endif
