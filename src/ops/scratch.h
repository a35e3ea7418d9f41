/* scratch.h: a throw-away PostgreSQL of this process's own: for tests, for replaying files, for anything that
 * must never happen on a server somebody depends on.
 *
 * It listens on a Unix socket only, in a folder nobody else can enter; whoever reaches the socket may be any
 * role. Nothing in it survives a crash and nothing is meant to: it does not wait for the disk. It ends with
 * the thread that started it, and its folder is removed then, also when this process is killed.
 *
 * One thread at a time may call these; the URLs may be used from any thread while it runs. */
#ifndef DAYBOOK_OPS_SCRATCH_H
#define DAYBOOK_OPS_SCRATCH_H

#include <stdbool.h>

#include "core/arena.h"
#include "core/err.h"

#define SCRATCH_LOGIN "daybook" /* the ordinary role that owns databases unless another is named */

typedef struct scratch scratch;

typedef struct scratch_options {
    const char *pg_bin; /* where the server's programs are; NULL: found as for the private cluster */
    int major;          /* exactly this version; 0: the newest supported one that is found */
    const char *const
        *settings; /* "name=value", NULL-terminated; they win over those made here. NULL: none */
} scratch_options;

/* Makes the data, starts the server and waits until it answers: about a second. options may be NULL. The
 * server is stopped when the arena is reset, if it was not before. ERR_NOT_FOUND when there are no server
 * programs (of that version). */
dbk_err *scratch_start(arena *a, const scratch_options *options, scratch **out) ERR_MUST_USE;

int scratch_major(const scratch *s); /* 17 */

/* The URL of a database (NULL: "postgres") for a role (NULL: the superuser). Lives in the arena given to
 * scratch_start; NULL when memory is short. Says nothing about whether either exists. */
const char *scratch_url(const scratch *s, const char *database, const char *role);

typedef struct scratch_database_options {
    const char *name;
    const char *owner;         /* an ordinary login, made when missing; NULL: SCRATCH_LOGIN */
    bool two_roles;            /* with <prefix>owner and <prefix>api, as `grants bootstrap` arranges it */
    const char *role_prefix;   /* NULL: the usual one */
    const char *template_name; /* the database to copy, nobody connected to it; NULL: an empty one */
} scratch_database_options;

/* Makes a database; *url (may be NULL) is the owner's. ERR_INPUT for a name that cannot be an identifier. */
dbk_err *scratch_database(const scratch *s, const scratch_database_options *options,
                          const char **url) ERR_MUST_USE;

/* The folder of its socket, for another socket beside it, which is removed with it. */
const char *scratch_folder(const scratch *s);

/* Kills the server with SIGKILL, as its host would when memory is short, and starts it again on its data.
 * What was committed is there if the settings include synchronous_commit=on. Blocks until it answers. */
dbk_err *scratch_crash(scratch *s) ERR_MUST_USE;

/* Ends the server at once and removes its folder; blocks until both are gone. Accepts NULL, and one that was
 * stopped. */
void scratch_stop(scratch *s);

#endif
