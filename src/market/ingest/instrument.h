/* instrument.h: the instrument that a file's rows belong to, found or made known through ref's functions.
 *
 * Blocks; the connection's thread. */
#ifndef DAYBOOK_MARKET_INGEST_INSTRUMENT_H
#define DAYBOOK_MARKET_INGEST_INSTRUMENT_H

#include "core/clock.h"
#include "pg/pg.h"

typedef struct instrument_spec {
    const char *venue;
    const char *symbol;
    const char *kind;  /* spot, perp, inverse */
    const char *base;  /* NULL: from the symbol */
    const char *quote; /* NULL: from the symbol */
} instrument_spec;

/* *found is false when nobody made it known; then *id is not written. */
dbk_err *instrument_find(pg_conn *c, arena *a, const instrument_spec *spec, dbk_uuid *id,
                         bool *found) ERR_MUST_USE;

/* Finds it, or registers venue, currencies and instrument in one transaction. An instrument that exists keeps
 * its currencies: others given are ERR_INPUT. ERR_INPUT too when the symbol does not tell its currencies. */
dbk_err *instrument_ensure(pg_conn *c, arena *a, const dbk_clock *clock, const instrument_spec *spec,
                           dbk_uuid *id) ERR_MUST_USE;

#endif
