/* fake_libpq.h: libpq as a script, for what a real server cannot be made to do on demand: losing the answer
 * to COMMIT, running out of memory, never answering.
 *
 * The test program defines the PQ functions itself, so they stand before the library's. PQconninfoParse and
 * PQconninfoFree stay real. One connection at a time. */
#ifndef DAYBOOK_TEST_FAKE_LIBPQ_H
#define DAYBOOK_TEST_FAKE_LIBPQ_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

#include "pg/pg.h"

typedef enum fake_kind {
    FAKE_RESULT,  /* PQgetResult gives the result below */
    FAKE_END,     /* PQgetResult gives NULL: the statement is over */
    FAKE_LOSE,    /* the socket closes; PQgetResult gives libpq's own error result */
    FAKE_SILENCE, /* nothing comes until a cancel request, if at all */
    FAKE_COPY_ROW /* PQgetCopyData gives `data`, of `length` bytes; NULL data: the end of the rows */
} fake_kind;

typedef struct fake_step {
    fake_kind kind;
    ExecStatusType status;
    const char *severity, *sqlstate, *message, *detail, *hint, *constraint, *position, *context;
    const char *command; /* the command tag */
    int columns, rows;
    const char *const *values; /* row by row; NULL is SQL NULL */
    const int *lengths;        /* NULL: strlen */
    const unsigned *types;     /* NULL: text */
    bool obeys_cancel;         /* FAKE_SILENCE: a cancel request moves on to the next step */
    const void *data;
    size_t length;
} fake_step;

typedef struct fake_libpq {
    const fake_step *steps;
    size_t step_count, at;
    bool bad; /* the connection is lost */
    bool fail_connect, fail_send, fail_cancel_object;
    int sends, cancels, connects;
    int unsent; /* how often PQflush says that something is left */
    const char *connect_message;
    const char *date_style;
    char *last_sql;
    char *copied; /* what PQputCopyData was given */
    size_t copied_length;
    int copy_blocks;
    PGTransactionStatusType transaction;
} fake_libpq;

extern fake_libpq fake;

/* A connection in front of the steps; statement_timeout_ms 0 for none. */
pg_conn *fake_connect(const fake_step *steps, size_t count, int64_t statement_timeout_ms);
/* New steps for the same connection. */
void fake_script(const fake_step *steps, size_t count);
void fake_close(pg_conn *c);

#endif
