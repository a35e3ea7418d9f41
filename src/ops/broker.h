/* broker.h: the private NATS server of a data folder, for who wants the log in JetStream and runs no broker
 * yet.
 *
 * It listens on the loopback interface only, on a port that was free when the folder's broker was first
 * prepared and stays the same, and lets in one user with a password of its own. Both are in
 * <home>/nats/nats.conf, which only the server's user can read, and which is written anew each time; settings
 * of one's own go into user.conf beside it. As far as the server's version allows, it syncs before it
 * acknowledges. Like PostgreSQL it is run by the server's user, for root in the server's home. */
#ifndef DAYBOOK_OPS_BROKER_H
#define DAYBOOK_OPS_BROKER_H

#include "core/arena.h"
#include "core/err.h"
#include "ops/children.h"
#include "ops/cluster.h"

#define BROKER_USER "daybook"

typedef struct broker {
    child_spec child;          /* how it is run: it ends last, since the relay still tells it what it has */
    const char *address;       /* of the stream, as the relay takes it */
    const char *password_file; /* of BROKER_USER */
} broker;

/* Writes the configuration into the cluster's home, which is there. ERR_NOT_FOUND when no nats-server is
 * installed. */
dbk_err *broker_prepare(arena *a, const cluster *c, broker *out) ERR_MUST_USE;

#endif
