/* consumer.h: a durable reader of the log: its turn, its batch, and when to look again.
 *
 * Three files: daybook_consumer.c checks arguments, consumer.c decides what comes next, consumer_server.c
 * asks the server. Private to src/book. */
#ifndef DAYBOOK_BOOK_CONSUMER_H
#define DAYBOOK_BOOK_CONSUMER_H

#include <stdatomic.h>

#include "book/pg_store.h"
#include "core/arena.h"
#include "pg/pg_notify.h"

struct dbk_consumer {
    char *name, *ctx, *holder;
    dbk_uuid holder_id;
    int32_t batch_size;
    bool confirm_by_hand;

    pg_conn *conn;
    bool own_session;  /* of the server: no pooler gives it to others between two statements */
    pg_notify *notify; /* NULL without such a session: then it looks more often */
    atomic_bool woken;
    uint64_t random;

    bool attached;
    int64_t term;
    int32_t epoch; /* the place */
    int64_t after_seq;
    char standby[256]; /* "": nobody else was found reading */

    arena *scratch; /* reset by every question */
    arena *kept;    /* the batch */
    dbk_event *events;
    int64_t *waited; /* places of those that are no live ones */
    size_t count, waited_count;
    int64_t last_live; /* place of the last live one, 0: none */
    size_t only;       /* so many next, since what comes behind them failed; 0: a whole batch */
};

/* ---- consumer_server.c: each is one question ---- */

/* Declares, if need be. */
dbk_err *consumer_declare(dbk_consumer *c, const dbk_consumer_options *options) ERR_MUST_USE;
/* Connects again if need be, and takes its turn: attached, or standby says who has it. Confirms the place in
 * the present epoch when asked to, or when that may be done by itself; else ERR_INPUT, SQLSTATE TB007. */
dbk_err *consumer_attach(dbk_consumer *c, bool confirm) ERR_MUST_USE;
/* Begins a transaction and reads a batch; without events it is committed again. */
dbk_err *consumer_read(dbk_consumer *c) ERR_MUST_USE;
/* In the transaction: everything up to `upto` is dealt with, and those that waited at these places. */
dbk_err *consumer_mark(dbk_consumer *c, int64_t upto, const int64_t *waited, size_t count) ERR_MUST_USE;
dbk_err *consumer_mark_failed(dbk_consumer *c, int64_t seq, const char *why,
                              int64_t retry_in_ms) ERR_MUST_USE;
void consumer_release(dbk_consumer *c); /* best effort */

/* ---- consumer.c ---- */

dbk_err *consumer_next(dbk_consumer *c, int64_t wait_ms) ERR_MUST_USE;
dbk_err *consumer_commit(dbk_consumer *c) ERR_MUST_USE;
dbk_err *consumer_fail(dbk_consumer *c, size_t index, const char *why, int64_t retry_in_ms) ERR_MUST_USE;
/* Rolls back, and forgets the batch. */
void consumer_drop_batch(dbk_consumer *c);

#endif
