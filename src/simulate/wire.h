/* wire.h: the network between a player and its server: a socket that passes bytes on, and loses them when it
 * is told to.
 *
 * The player says what shall go wrong with its next statement in a word of shared memory; the wire, in the
 * process that started the player, does it when the statement comes by. */
#ifndef DAYBOOK_SIMULATE_WIRE_H
#define DAYBOOK_SIMULATE_WIRE_H

#include <stdatomic.h>

#include "core/arena.h"
#include "core/err.h"
#include "simulate/faults.h"

#define WIRE_PORT 5433

typedef struct wire wire;

typedef struct wire_options {
    const char *folder; /* of the server's socket; the wire's is made beside it */
    int server_port;
    atomic_int *armed;            /* enum fault; the wire takes it back when it was done */
    atomic_int *away;             /* while it is not 0, the server cannot be reached */
    dbk_err *(*crash)(void *ctx); /* kills the server and starts it again */
    void *ctx;
} wire_options;

/* Listens. Closed when the arena is reset. */
dbk_err *wire_open(arena *a, const wire_options *options, wire **out) ERR_MUST_USE;

/* Passes bytes on until the other end of the pipe `life` is closed, then drops all connections. */
dbk_err *wire_serve(wire *l, int life) ERR_MUST_USE;

#endif
