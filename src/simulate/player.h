/* player.h: plays one history into a book and into the reference, and compares: every answer, and at the end
 * the dumps.
 *
 * It runs in a process of its own, which the faults of the history kill; another one goes on from the
 * operation that it was at, repeating it. What has to outlive a player is in its state, which is shared with
 * the process that started it. */
#ifndef DAYBOOK_SIMULATE_PLAYER_H
#define DAYBOOK_SIMULATE_PLAYER_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "simulate/faults.h"

#define PLAYER_REPORT_SIZE ((size_t)16 << 10)

typedef enum player_result {
    PLAYER_UNFINISHED, /* it was killed */
    PLAYER_SAME,
    PLAYER_DIFFERS, /* the report says where */
    PLAYER_FAILED   /* it could not be played; the report says why */
} player_result;

typedef enum store_kind {
    STORE_SERVER,
    STORE_FILE,
    STORE_SPOOL, /* a server that is away now and then, and a spool before it */
    STORE_COUNT
} store_kind;

typedef struct player_state {
    atomic_int armed; /* enum fault, for the wire */
    atomic_int away;  /* the same: whether the server is */
    size_t at;        /* the operation that is played */
    size_t spared;    /* operations before this one have had their fault */
    player_result result;
    uint64_t faults[FAULT_COUNT], outages;
    uint8_t dump_sha256[32]; /* with PLAYER_SAME */
    char report[PLAYER_REPORT_SIZE];
} player_state;

typedef struct player_options {
    uint64_t seed;
    size_t operations;
    store_kind store;
    const char *url;        /* of the book; of a server's, through the wire */
    const char *direct_url; /* for reading the dump of a server's */
    const char *path;       /* for reading that of a file */
    const char *spool;      /* the folder of a spool */
    bool faults;
    bool has_wire; /* without one, only clients are killed */
} player_options;

/* Returns when the history is over, or is killed. */
void player_run(const player_options *options, player_state *state);

#endif
