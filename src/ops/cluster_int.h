/* cluster_int.h: what the files of the private cluster share with each other and with nobody else. */
#ifndef DAYBOOK_OPS_CLUSTER_INT_H
#define DAYBOOK_OPS_CLUSTER_INT_H

#include "core/proc.h"
#include "ops/cluster.h"

/* "/tmp/daybook-4294967295-0123456789abcdef/.s.PGSQL.5432" and its lock file fit by far; longer folders are
 * refused. */
#define CLUSTER_SOCKET_PATH_MAX 107
#define CLUSTER_PORT 5432
/* Of root's servers. */
#define CLUSTER_SYSTEM_HOME "/var/lib/daybook"
#define CLUSTER_SYSTEM_USER "postgres"
#define CLUSTER_NOTE_NAME "SERVER"

/* ---- cluster_paths.c ---- */

/* Who runs this program and who would run the server. Missing users are no error yet: who works with an
 * existing server needs none. */
dbk_err *cluster_locate_users(arena *a, cluster *c) ERR_MUST_USE;
/* That both are there. */
dbk_err *cluster_check_users(const cluster *c) ERR_MUST_USE;

/* The folder for the sockets of a server about to be started: made if needed, owned by the server's user,
 * closed to everybody else. ERR_DENIED when somebody else has taken the name. */
dbk_err *cluster_socket_dir(arena *a, const cluster *c, char **dir) ERR_MUST_USE;
/* Which name that folder gets, without touching anything; runtime_dir is $XDG_RUNTIME_DIR or NULL. */
char *cluster_socket_dir_name(arena *a, const cluster *c, const char *runtime_dir);
/* Makes `path` a folder of the given owner and mode 0700, or checks that it is one. */
dbk_err *cluster_private_dir(const char *path, uid_t uid, gid_t gid) ERR_MUST_USE;
/* ---- cluster_init.c ---- */

/* Inside its own folders root works as the server's user, so that files get the right owner and no link
 * planted there can lead root elsewhere. Of the whole process, until it is itself again. */
dbk_err *cluster_become_server_user(const cluster *c) ERR_MUST_USE;
void cluster_become_self(const cluster *c);

/* ---- cluster_find.c ---- */

/* "postgres (PostgreSQL) 15.14 (Debian …)" to 15 and "15.14 (Debian …)"; false for anything else. */
bool cluster_parse_version(const char *text, int *major, const char **version);

/* ---- cluster.c ---- */

/* The fields of a postmaster.pid. */
typedef struct cluster_pidfile {
    pid_t pid;
    int64_t started_s;
    int port;
    const char *socket_dir;
    cluster_state state;
} cluster_pidfile;

/* Cuts the text up in place. False when it is not complete: the server is writing it just now. */
bool cluster_parse_pidfile(char *text, cluster_pidfile *out);
/* The major version in <data>/PG_VERSION; 0 when there is no data folder. */
dbk_err *cluster_data_major(arena *a, const cluster *c, int *major) ERR_MUST_USE;

/* ---- cluster_conf.c: what the server is told; pure ---- */

typedef struct cluster_memory {
    int64_t shared_buffers_mb;
    int64_t effective_cache_size_mb;
    int64_t maintenance_work_mem_mb;
} cluster_memory;

cluster_memory cluster_memory_for(int64_t machine_mb);
char *cluster_conf_main(arena *a);                           /* postgresql.conf */
char *cluster_conf_daybook(arena *a, cluster_memory memory); /* daybook.conf */
char *cluster_conf_user(arena *a);                           /* user.conf as first made */
char *cluster_conf_hba(arena *a);                            /* pg_hba.conf */
char *cluster_conf_ident(arena *a, const char *os_user, const char *server_user); /* pg_ident.conf */

/* ---- cluster_init.c ---- */

/* Writes the configuration files that are Daybook's own into <data>; user.conf only when it does not exist.
 */
dbk_err *cluster_write_conf(arena *a, const cluster *c, const char *data) ERR_MUST_USE;

/* One small file in the data folder, owned by the server's user. */
dbk_err *cluster_write_data_file(arena *a, const cluster *c, const char *name, const char *text) ERR_MUST_USE;

/* The environment of the server's programs: nothing of ours that could change what they do. */
const char *const *cluster_environment(arena *a);

/* What starts a program as the server's user, away from every folder and terminal of ours. */
proc_options cluster_as_server_user(const cluster *c, const char *const *argv, const char *const *env);

#endif
