/* poll_gate.h: when a venue's host may be asked again.
 *
 * Every host has a budget of weight for each minute of its own clock, and may ask to be left alone (429), ban
 * (418, 403, 451) or fail. The gate keeps account of all of it and says how long to wait. Pure: no clock, no
 * network; times are those of a clock that only grows. */
#ifndef DAYBOOK_MARKET_POLL_POLL_GATE_H
#define DAYBOOK_MARKET_POLL_POLL_GATE_H

#include "market/poll/venue.h"

typedef struct poll_gate {
    int weight_per_minute;
    int used;              /* of the current minute */
    int64_t minute_end_us; /* 0: nothing was asked yet */
    int64_t shut_until_us; /* until then nothing is asked at all */
    int failures;          /* in a row */
    uint64_t random;
} poll_gate;

/* What became of a request, as far as the host is concerned. */
typedef enum poll_heard_kind {
    POLL_HEARD_ANSWER,  /* status 200 */
    POLL_HEARD_REFUSAL, /* of this request only: the next one may be asked */
    POLL_HEARD_SLOW_DOWN,
    POLL_HEARD_BAN,
    POLL_HEARD_FAILURE /* no whole answer, or the host has a fault of its own */
} poll_heard_kind;

typedef struct poll_heard {
    int status;             /* 0: no whole answer */
    int64_t used;           /* weight that the host counted in its current minute; -1: it does not say */
    int64_t date_us;        /* its time; 0: it does not say */
    int64_t retry_after_us; /* -1: it does not say */
    bool too_often;         /* it says that it is asked too often, whatever the status */
} poll_heard;

/* seed: anything; equal ones give equal pauses. */
void poll_gate_init(poll_gate *g, int weight_per_minute, uint64_t seed);
/* 0: a request of this weight may be sent now. */
int64_t poll_gate_wait_us(const poll_gate *g, int weight, int64_t now_us);
void poll_gate_asked(poll_gate *g, int weight, int64_t now_us);
poll_heard_kind poll_gate_heard(poll_gate *g, const poll_heard *heard, int64_t now_us);
/* Keeps it shut as long as another one is: a ban of one host is taken as the venue's. */
void poll_gate_shut_like(poll_gate *g, const poll_gate *other);

/* The pause after so many failures in a row: doubled each time from least_us to most_us, and of that a random
 * part of at least a half. */
int64_t poll_backoff_us(int failures, int64_t least_us, int64_t most_us, uint64_t *random);

#endif
