/* spooler.h: a book on a server with a spool: what happens to a call when the server does not answer.
 *
 * A fact is on the local disk before it is sent, and leaves the spool when the server has answered. What the
 * server does not take as it is goes into quarantine; what it cannot take now waits, with all that was kept
 * behind it. An order submitted is no fact: it is kept only when the options give it time to wait.
 *
 * Calls that are not made through here must be preceded by spooler_settle(), so that they come after what
 * was recorded before them. Private to src/book. */
#ifndef DAYBOOK_BOOK_SPOOLER_H
#define DAYBOOK_BOOK_SPOOLER_H

#include "book/pg_store.h"
#include "book/request_text.h"
#include "book/spool.h"

typedef struct spooler spooler;

typedef struct spooler_options {
    int64_t intent_ttl_ms;
    int64_t settle_limit_ms;
    const dbk_clock *clock;
} spooler_options;

/* Takes the spool, also with an error; the store stays the caller's and must outlive the spooler. */
dbk_err *spooler_new(const spooler_options *options, pg_store *store, spool *spool,
                     spooler **out) ERR_MUST_USE;
void spooler_free(spooler *s); /* accepts NULL */

dbk_err *spooler_write(spooler *s, dbk_call_kind kind, const void *request, void *out) ERR_MUST_USE;
dbk_err *spooler_fills_record(spooler *s, const dbk_fill *const *fills, size_t count,
                              dbk_fill_answer *out) ERR_MUST_USE;
dbk_err *spooler_state_save(spooler *s, const state_request *state, dbk_answer *out) ERR_MUST_USE;
/* As pg_store_calls(). */
dbk_err *spooler_calls(spooler *s, dbk_call *const *calls, size_t count) ERR_MUST_USE;

/* Nothing waits any more; an error when that could not be had within the limit. */
dbk_err *spooler_settle(spooler *s) ERR_MUST_USE;
/* Delivers what waits for at most limit_ms. */
void spooler_drain(spooler *s, int64_t limit_ms);
/* problem is lent until the next call. */
dbk_spool_state spooler_state(const spooler *s);

#endif
