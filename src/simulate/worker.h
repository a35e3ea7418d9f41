/* worker.h: plays seed after seed, in a process of its own: with a server of its own, unless it is given a
 * database, or with a file for each seed; and one player at a time. */
#ifndef DAYBOOK_SIMULATE_WORKER_H
#define DAYBOOK_SIMULATE_WORKER_H

#include "simulate/player.h"

typedef struct worker_options {
    bool in_files;      /* each history in a file of its own: no server */
    const char *url;    /* of a database with the modules; NULL: a scratch server is made */
    const char *pg_bin; /* for that */
    size_t operations;
    bool faults;
} worker_options;

/* What is said about one seed. */
typedef struct worker_result {
    uint64_t seed;
    player_result result; /* never PLAYER_UNFINISHED */
    uint64_t faults[FAULT_COUNT];
    char report[PLAYER_REPORT_SIZE];
} worker_result;

/* Reads seeds (uint64_t) from a socket that keeps messages apart and answers each with a worker_result, until
 * the other end is closed. */
void worker_run(const worker_options *options, int socket);

#endif
