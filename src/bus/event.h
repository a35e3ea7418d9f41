/* event.h: domain events as readers of the log get them. */
#ifndef DAYBOOK_BUS_EVENT_H
#define DAYBOOK_BUS_EVENT_H

#include "pg/pg.h"

/* A place in the log, compared by epoch and then seq. {0, 0} is before everything. */
typedef struct bus_place {
    int32_t epoch;
    int64_t seq;
} bus_place;

/* Less than, equal to or greater than 0, as memcmp. */
int bus_place_compare(bus_place a, bus_place b);

/* Texts are zero-terminated and live as long as the arena and the rows that they were read with. */
typedef struct bus_event {
    bus_place place;
    const char *id;         /* uuid */
    const char *type;       /* "trading.fill_recorded" */
    const char *account_id; /* uuid, or NULL */
    const char *aggregate_type;
    const char *aggregate_id;
    int64_t aggregate_version;
    int64_t occurred_us;
    int64_t recorded_us;
    const char *payload; /* a JSON object */
    const char *ctx;     /* a JSON object, or NULL */
} bus_event;

/* The events of an answer that has the columns of bus.fn_read_log, by name; others may be among them. Rows
 * in text or in binary. They live as long as the arena and the rows do. */
dbk_err *bus_events_of(arena *a, const pg_rows *rows, bus_event **out) ERR_MUST_USE;

#endif
