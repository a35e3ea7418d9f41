/* poll_plan.h: which series of a venue is asked for next, and when.
 *
 * A series is due when its next rows should be there, at once while it is behind, and after growing pauses
 * while it fails or has nothing to tell. Of those that are due the one that has waited longest comes first,
 * so that a long history does not hold up what is current; a host that must be left alone holds up its own
 * series only. Pure: no clock, no network; times are those of a clock that only grows. */
#ifndef DAYBOOK_MARKET_POLL_POLL_PLAN_H
#define DAYBOOK_MARKET_POLL_POLL_PLAN_H

#include "core/uuid.h"
#include "market/poll/poll_gate.h"

typedef struct poll_series {
    const char *venue; /* its code */
    dbk_uuid instrument_id;
    venue_series asked;
    int64_t
        every_us; /* pause between two requests while it is current; 0: as rows come, else once a minute */
    int64_t since_us; /* where its history begins, for the first request */
    bool known;       /* the position has been read from the database */
    venue_position position;
    bool is_repair; /* of a hole in the ids: ends with the row repair_to_id, and moves no cursor */
    dbk_uuid repair_id;
    int64_t repair_to_id;
    int64_t due_us;
    bool behind;  /* more rows may be there; so it begins */
    int failures; /* in a row */
    int quiet;    /* pages in a row that were empty while it was current */
} poll_series;

typedef struct poll_plan {
    poll_series *series;
    size_t count;
    poll_gate gates[VENUE_HOSTS_MAX];
    uint64_t random;
} poll_plan;

/* True: *which may be asked for now. False: *wait_us until one may; INT64_MAX when there is none at all. */
bool poll_plan_next(const poll_plan *plan, int64_t now_us, size_t *which, int64_t *wait_us);
/* A page came and was recorded. */
void poll_plan_moved(poll_plan *plan, size_t which, const venue_step *step, int64_t now_us);
/* It has been fetched to its end, and waits to be taken off the plan. */
void poll_plan_ended(poll_plan *plan, size_t which);
/* Nothing was recorded. */
void poll_plan_failed(poll_plan *plan, size_t which, int64_t now_us);
/* Every series is current, or has failed so many times in a row: there is nothing more to fetch for now. */
bool poll_plan_is_current(const poll_plan *plan, int failures);

#endif
