/* lease_term.h: how long a lease is good, as far as its holder can know. Pure: times are passed in.
 *
 * What was granted is good until ttl after the call was sent, by a clock that only grows. The server counts
 * from a moment later than that, so that the holder stops before another can begin. Once lost, nothing
 * brings it back: somebody may have acted upon the loss. Private to src/book. */
#ifndef DAYBOOK_BOOK_LEASE_TERM_H
#define DAYBOOK_BOOK_LEASE_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "daybook.h"

#define LEASE_PROBLEM_SIZE 300

typedef struct lease_term {
    int64_t ttl_us, good_until_us;
    bool lost;
    char problem[LEASE_PROBLEM_SIZE]; /* why the latest renewal failed; "": it did not */
    char why[DBK_LEASE_WHY_SIZE];     /* what ended it */
} lease_term;

void lease_term_begin(lease_term *t, int64_t ttl_us, int64_t sent_us);
/* Whether it is still good; time that has run out ends it here. */
bool lease_term_held(lease_term *t, int64_t now_us);
/* A renewal sent at that time was granted, as is known now: too late when the time had run out before. */
void lease_term_extend(lease_term *t, int64_t sent_us, int64_t now_us);
/* A renewal failed. */
void lease_term_note(lease_term *t, const char *problem);
/* A lease that is lost already keeps its first reason. */
void lease_term_lose(lease_term *t, const char *why);

#endif
