/* cluster_run.h: making, starting and preparing the private server. For the supervisor, which holds the
 * folder's lock; everybody else only looks (cluster.h).
 *
 * What takes long is started here and waited for by the caller, who also has signals to answer. */
#ifndef DAYBOOK_OPS_CLUSTER_RUN_H
#define DAYBOOK_OPS_CLUSTER_RUN_H

#include "ops/cluster.h"

/* ---- the folder ---- */

/* Makes the data folder, or checks that it is ours to work in. */
dbk_err *cluster_make_folder(const cluster *c) ERR_MUST_USE;
/* Checks that the folder can have a server and, for root, makes the server's home elsewhere with the note
 * that says where. Refuses a folder that holds another user's data or was moved away from its data. */
dbk_err *cluster_make_home(arena *a, const cluster *c) ERR_MUST_USE;
/* Removes the folder for the sockets once no server uses it; leaves it when there is something in it. */
void cluster_socket_dir_remove(arena *a, const cluster *c);

/* ---- the folder's lock ---- */

/* A POSIX record lock: the kernel drops it when its holder ends in whatever way and tells everybody the
 * holder's number, so no number in a file can be stale. Its price: a process must not open the lock file a
 * second time, since closing that descriptor would drop the lock. So ask cluster_lock_holder() from other
 * processes only. */
typedef struct cluster_lock {
    int fd;
} cluster_lock;

/* ERR_BUSY, naming the holder, when another supervisor has it. */
dbk_err *cluster_lock_take(const cluster *c, cluster_lock *out) ERR_MUST_USE;
void cluster_lock_drop(cluster_lock *l); /* accepts a zeroed one */
/* False once somebody removed the folder or the file from under us. */
bool cluster_lock_is_in_place(const cluster *c, const cluster_lock *l);
/* The supervisor's process; 0 when there is none. */
dbk_err *cluster_lock_holder(const cluster *c, pid_t *pid) ERR_MUST_USE;

/* ---- making the data ---- */

typedef struct cluster_init {
    pid_t pid;        /* initdb, to be waited for */
    const char *path; /* what it fills: a sibling of the data folder */
} cluster_init;

/* Removes what interrupted attempts left and starts initdb. log_fd gets what it says. */
dbk_err *cluster_init_start(arena *a, const cluster *c, const cluster_binaries *b, int log_fd,
                            cluster_init *out) ERR_MUST_USE;
/* After initdb ended with `status`: puts Daybook's configuration in and gives the folder its name, which is
 * the moment the cluster exists. On an error nothing is left. */
dbk_err *cluster_init_finish(arena *a, const cluster *c, const cluster_init *init, int status) ERR_MUST_USE;
/* Removes what an attempt that was given up had made. */
void cluster_init_discard(const cluster *c, const cluster_init *init);

/* ---- starting ---- */

/* Opens, empties and lends <folder>/start.log, for what initdb and the server say before the server has its
 * own log. */
dbk_err *cluster_start_log(const cluster *c, int *fd) ERR_MUST_USE;
/* The end of that file, or of the server's newest log when that says more; "" when there is nothing. For
 * error details. */
const char *cluster_last_words(arena *a, const cluster *c);

/* Writes the configuration and starts the server as a child that shuts down in order when this process dies.
 */
dbk_err *cluster_server_start(arena *a, const cluster *c, const cluster_binaries *b, int log_fd,
                              pid_t *pid) ERR_MUST_USE;

/* The clearest words for a data folder of a version whose programs are not there. */
dbk_err *cluster_find_binaries_for(arena *a, const cluster *c, const char *pg_bin, int data_major,
                                   cluster_binaries *out) ERR_MUST_USE;

/* ---- preparing ---- */

/* Makes the database and the roles as superuser, once per content of the bootstrap script. Idempotent;
 * blocks. */
dbk_err *cluster_bootstrap(arena *a, const cluster *c, const cluster_server *s) ERR_MUST_USE;

#endif
