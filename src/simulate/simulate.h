/* simulate.h: random histories, played into a book in a server, into one in a file, and into a reference that
 * shares no code with them; all have to answer and to end the same. docs/SIMULATE.md tells what is played and
 * compared.
 *
 * simulate_run starts a process for each job, and in each a server that nothing else knows. */
#ifndef DAYBOOK_SIMULATE_SIMULATE_H
#define DAYBOOK_SIMULATE_SIMULATE_H

#include "core/err.h"
#include "simulate/worker.h"

#define SIMULATE_JOBS_MAX 64

typedef struct simulate_options {
    worker_options worker;
    uint64_t seed;  /* the first */
    uint64_t seeds; /* how many */
    size_t jobs;
    void (*on_seed)(void *ctx,
                    const worker_result *result); /* as they come; results that differ among them */
    void *ctx;
} simulate_options;

typedef struct simulate_result {
    uint64_t seeds, operations, differences; /* of histories, however many stores they are played into */
    uint64_t desks;                          /* histories that have one, for the server */
    uint64_t faults, connections_cut, clients_killed, servers_killed, outages;
} simulate_result;

/* ERR_UNKNOWN when a history could not be played. The database of a URL must not know any account of an
 * earlier simulation: ERR_INPUT. */
dbk_err *simulate_run(const simulate_options *options, simulate_result *out) ERR_MUST_USE;

#endif
