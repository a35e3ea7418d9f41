/* conn_turn.h: a connection that is mostly busy with COPY, for those who sometimes have a question.
 *
 * A COPY of what is kept goes on while rows are looked at. Only whoever is about to ask something ends it:
 * each end waits until the server has worked off all that was sent. */
#ifndef DAYBOOK_MARKET_INGEST_CONN_TURN_H
#define DAYBOOK_MARKET_INGEST_CONN_TURN_H

#include "pg/pg.h"

typedef struct conn_turn {
    pg_conn *conn;
    dbk_err *(*end_copy)(void *ctx);
    void *ctx;
} conn_turn;

/* From here on the connection may be asked. */
static inline dbk_err *conn_turn_take(const conn_turn *t)
{
    return t->end_copy(t->ctx);
}

#endif
