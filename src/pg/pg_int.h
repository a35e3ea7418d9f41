/* pg_int.h: what the files of src/pg share. Not for anybody else. */
#ifndef DAYBOOK_PG_PG_INT_H
#define DAYBOOK_PG_PG_INT_H

#include <assert.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>

#include "core/arena.h"
#include "pg/pg.h"
#include "pg/pg_wire.h"

/* How long a cancelled statement may take to end before the connection is given up. */
#define PG_CANCEL_GRACE_US ((int64_t)5 * 1000 * 1000)

struct pg_conn {
    PGconn *pq; /* NULL: lost */
    char *url;  /* copies of the options */
    char *application_name;
    pg_connect_options options;

    pthread_mutex_t cancel_lock; /* guards cancel against a reconnect while another thread cancels */
    PGcancel *cancel;
    atomic_bool cancel_asked; /* pg_cancel() was called during the current statement */

    int64_t timeout_ms;      /* of the current statement; 0: none */
    int64_t cancel_grace_us; /* PG_CANCEL_GRACE_US; tests have less patience */
    bool overdue;            /* the current statement passed its deadline and was cancelled by us */
    bool commits;     /* losing the current statement leaves it unknown whether something was committed */
    size_t error_at;  /* where the server saw the last error, in characters from 1; 0: it did not say */
    size_t pipelined; /* statements sent in pipeline mode whose answers were not read */
    size_t depth_max; /* pg_pipeline_depth(); 0: not known yet */
    bool cancel_sent; /* for a statement of this pipeline */
    bool met_cancel;  /* pg_pipeline_met_cancel() */

    dbk_err *(*watch)(void *ctx); /* pg_on_wait() */
    void *watch_ctx;
    int64_t watch_interval_us;
    int64_t watch_next_us;
    dbk_err *watch_verdict; /* why the current statement was cancelled; it replaces the server's answer */

    void (*notice)(void *ctx, const char *severity, const char *message);
    void *notice_ctx;
};

struct pg_params {
    arena *arena;
    int count;
    int capacity;
    bool broken; /* memory was short: the query must not be sent */
    Oid *types;
    const char **values;
    int *lengths;
    int *formats;
};

/* Every statement goes: begin, send by libpq, next_result until it gives NULL. begin refuses a lost
 * connection. `commits` says whether a commit may hide behind a lost answer. */
dbk_err *pg_statement_begin(pg_conn *c, bool commits, int64_t *deadline_us) ERR_MUST_USE;
/* The same with a deadline of its own. */
dbk_err *pg_statement_begin_within(pg_conn *c, bool commits, int64_t timeout_ms,
                                   int64_t *deadline_us) ERR_MUST_USE;
/* For each further block of a COPY: a new deadline; what happened to the statement so far stays. */
dbk_err *pg_statement_continue(pg_conn *c, int64_t *deadline_us) ERR_MUST_USE;
/* Waits for the next PGresult, NULL at the end. Sends what is still unsent meanwhile. Past the deadline it
 * cancels the statement and goes on waiting PG_CANCEL_GRACE_US. An error is a lost connection. */
dbk_err *pg_next_result(pg_conn *c, int64_t *deadline_us, PGresult **out) ERR_MUST_USE;
/* Sends everything that is buffered; also reads, so that a server busy sending cannot deadlock with us. */
dbk_err *pg_flush(pg_conn *c, int64_t *deadline_us) ERR_MUST_USE;
/* Waits until the socket is readable (and writable, if asked), handling the deadline as pg_next_result does.
 */
dbk_err *pg_wait(pg_conn *c, bool for_write, int64_t *deadline_us) ERR_MUST_USE;
/* Reads all that remains of a statement; keeps the first error, the last good result in *out (may be NULL =
 * drop). */
dbk_err *pg_finish_statement(pg_conn *c, const char *sql, int64_t *deadline_us, PGresult **out) ERR_MUST_USE;
/* In pipeline mode: the answers up to the mark of the next Sync. Each good one goes to keep, which takes it.
 * The first error, of a statement, of the commit or of keep, comes in *failed. An error is a lost connection,
 * and *failed is NULL then. */
dbk_err *pg_read_to_sync(pg_conn *c, int64_t *deadline_us, dbk_err *(*keep)(void *ctx, PGresult *result),
                         void *ctx, dbk_err **failed) ERR_MUST_USE;
/* pg_exec() for callers who know whether a commit may hide behind a lost answer. */
dbk_err *pg_exec_simple(pg_conn *c, const char *sql, bool commits) ERR_MUST_USE;
/* What became of a COMMIT that was answered with e or result (either may be NULL); takes both. */
dbk_err *pg_commit_outcome(dbk_err *e, PGresult *result) ERR_MUST_USE;
/* The watcher's verdict when that is why the statement was cancelled, else the server's answer; takes e. */
dbk_err *pg_with_verdict(pg_conn *c, dbk_err *e) ERR_MUST_USE;
/* Closes the socket; the connection is lost from now on. */
void pg_lose(pg_conn *c);
void pg_send_cancel(pg_conn *c);

/* Takes result; it is cleared when the arena is reset. */
dbk_err *pg_rows_new(const pg_conn *c, arena *a, PGresult *result, bool binary, pg_rows **out) ERR_MUST_USE;

/* 0 params for NULL; err_oom() for broken ones. */
dbk_err *pg_params_check(const pg_params *p) ERR_MUST_USE;
/* Sends one statement by the extended protocol, unnamed. */
dbk_err *pg_send(pg_conn *c, const char *sql, const pg_params *p, bool binary) ERR_MUST_USE;

#endif
