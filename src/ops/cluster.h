/* cluster.h: the private PostgreSQL of one data folder: where it is, whether it runs, how to reach it.
 *
 * Used when no URL is given. Everything is derived from the data folder (default `.daybook`), so that any
 * command that names the same folder finds the same server. Nothing here reads DAYBOOK_URL and nothing here
 * is for servers that somebody else runs.
 *
 * Run by an ordinary user, the server is that user's and its data is in <folder>/pg. Run by root, PostgreSQL
 * refuses to start, so the server runs as the OS user `postgres` with its data in /var/lib/daybook/<id>/pg,
 * where <id> is the beginning of the hash of the folder's real path; the folder keeps the lock, the
 * supervisor's log and a note that says where the data is. The server listens on a Unix socket only, in a
 * folder nobody else can enter, and knows its clients by the kernel's word (peer) through a map.
 *
 * Functions may be called from any thread, block for file operations only unless they say otherwise, and
 * allocate their results from the arena. */
#ifndef DAYBOOK_OPS_CLUSTER_H
#define DAYBOOK_OPS_CLUSTER_H

#include <stdint.h>
#include <sys/types.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/err.h"
#include "core/log.h"

#define CLUSTER_MAJOR_MIN 15
#define CLUSTER_MAJOR_MAX 18
#define CLUSTER_DATABASE "daybook"
#define CLUSTER_ROLE "daybook" /* the login role: an ordinary role, never a superuser */
#define CLUSTER_SUPERUSER                                                                                    \
    "postgres" /* for administration by the supervisor and by `psql` of the folder's owner */

/* Where the parts of one private cluster are, and who may do what. Strings live as long as the arena. */
typedef struct cluster {
    const char *folder;    /* the data folder, absolute and without symbolic links when it exists */
    const char *id;        /* 16 hexadecimal digits: the beginning of SHA-256 of `folder` */
    const char *home;      /* where the server's own files are: `folder`, or /var/lib/daybook/<id> for root */
    const char *data;      /* <home>/pg: PostgreSQL's data folder */
    const char *lock_path; /* <folder>/lock: held by the supervisor */
    const char *log_path;  /* <folder>/up.log: the supervisor's messages when it is detached */
    const char *start_path;  /* <folder>/start.log: what the server said before it had its own log */
    const char *os_user;     /* who runs this program; NULL for a number without a name */
    const char *server_user; /* who runs the server; NULL when root finds no user `postgres` */
    uid_t uid;
    uid_t server_uid;
    gid_t server_gid;
} cluster;

/* Finds out where the cluster of a folder is (NULL: ".daybook"). Creates nothing; the folder need not exist.
 */
dbk_err *cluster_locate(arena *a, const char *folder, cluster **out) ERR_MUST_USE;

/* The URL of the running cluster of a folder: contains no secret, works for psql and for every libpq program
 * of the same OS user. ERR_CONNECTION with the hint `daybook up` when it does not run or is on its way up or
 * down. */
dbk_err *cluster_url(arena *a, const char *folder, char **url) ERR_MUST_USE;

/* Removes from this process's environment the settings of libpq that were meant for some other server and
 * would stand above a URL of the private one (PGSERVICE, PGHOSTADDR, …). Before threads are started. */
void cluster_clear_environment(void);

typedef enum cluster_state {
    CLUSTER_ABSENT,   /* no data has been made yet */
    CLUSTER_STOPPED,  /* there is data, no server */
    CLUSTER_STARTING, /* a server process that does not accept connections yet, perhaps recovering */
    CLUSTER_RUNNING,  /* accepts connections */
    CLUSTER_STOPPING, /* a server process that refuses new connections */
} cluster_state;

typedef struct cluster_server {
    cluster_state state;
    int major;              /* of the data; 0 when absent */
    pid_t pid;              /* of the postmaster; 0 when there is none */
    int port;               /* names the socket file; 0 when there is none */
    const char *socket_dir; /* NULL when there is none */
    int64_t started_us;     /* wall time of the start; 0 when there is none */
} cluster_server;

/* What the files and the kernel say of the server. A stale pid file, or one whose process is not a server on
 * this very data folder, counts as no server. ERR_DENIED or ERR_IO when that cannot be told. */
dbk_err *cluster_inspect(arena *a, const cluster *c, cluster_server *out) ERR_MUST_USE;

const char *cluster_state_text(cluster_state state); /* "running" */

/* The URL of a running server for the given role and database. */
dbk_err *cluster_server_url(arena *a, const cluster_server *s, const char *role, const char *database,
                            char **url) ERR_MUST_USE;

/* ---- server binaries ---- */
typedef struct cluster_binaries {
    const char *dir; /* holds postgres, initdb and usually psql */
    int major;
    const char *version; /* "15.14 (Debian 15.14-0+deb12u1)" */
} cluster_binaries;

/* Finds the newest server of a supported version, or exactly `major` when it is not 0. Looks where pg_bin
 * says and nowhere else when it is set, otherwise in PATH (postgres itself, then pg_config), then where
 * packages put servers. Runs `postgres --version`. ERR_NOT_FOUND names every folder that was looked into. */
dbk_err *cluster_find_binaries(arena *a, const char *pg_bin, int major, cluster_binaries *out) ERR_MUST_USE;

#endif
