/* worker.h: plays seed after seed, in a process of its own, into each store in turn: into a server of its
 * own, unless it is given a database, into a file for each seed, and through a spool for each seed into
 * another database; with one player at a time. */
#ifndef DAYBOOK_SIMULATE_WORKER_H
#define DAYBOOK_SIMULATE_WORKER_H

#include "simulate/player.h"

typedef struct worker_options {
    unsigned stores; /* a bit (1 << store) for each that is played into; one at least */
    const char *url; /* of a database with the modules, for the server's part; NULL: a scratch one is made */
    const char *pg_bin; /* for that */
    size_t operations;
    bool faults;
} worker_options;

/* What is said about one seed. */
typedef struct worker_result {
    uint64_t seed;
    player_result result; /* never PLAYER_UNFINISHED; the worst of the stores */
    unsigned differing;   /* a bit for each store that differs */
    uint64_t faults[FAULT_COUNT], outages;
    char report[PLAYER_REPORT_SIZE];
} worker_result;

/* Reads seeds (uint64_t) from a socket that keeps messages apart and answers each with a worker_result, until
 * the other end is closed. */
void worker_run(const worker_options *options, int socket);

#endif
