/* faults.h: what goes wrong while a history is played: drawn by the seed, for one operation each. */
#ifndef DAYBOOK_SIMULATE_FAULTS_H
#define DAYBOOK_SIMULATE_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum fault {
    FAULT_NONE,
    FAULT_CUT_BEFORE,    /* the connection is lost before the statement arrives */
    FAULT_CUT_AFTER,     /* … after the commit, before its answer */
    FAULT_CLIENT_BEFORE, /* the client is killed before it calls */
    FAULT_CLIENT_AFTER,  /* … when the answer has come, before anything was made of it */
    FAULT_SERVER_BEFORE, /* the server is killed before the statement arrives */
    FAULT_SERVER_DURING, /* … when it just has */
    FAULT_SERVER_AFTER,  /* … after the commit, before its answer */
    FAULT_COUNT
} fault;

/* What happens to operation `at` of `count`. One history in twelve loses its server, once. */
fault faults_draw(uint64_t seed, size_t at, size_t count);
/* Whether the server is away during operation `at`, for players with a spool: one stretch in three has an
 * outage. */
bool faults_is_away(uint64_t seed, size_t at);
/* Of every kind there is a client that can be killed; the rest takes a server and a network of one's own. */
bool faults_is_client(fault f);
/* The statement was committed, and nobody heard of it. */
bool faults_is_lost_answer(fault f);

#endif
