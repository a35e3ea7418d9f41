/* The folder is removed by a keeper, a shell that waits for the end of a pipe whose other end only this
 * process holds. So it is removed in whatever way this process ends, SIGKILL included; and as the keeper is
 * the server's user, root never walks through a tree that another user can change meanwhile. Both the keeper
 * and the server have a process group of their own: Ctrl-C at the terminal is for this process alone. */
#include "ops/scratch.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/proc.h"
#include "ops/cluster_int.h"
#include "ops/cluster_run.h"
#include "pg/pg.h"
#include "schema/bootstrap.h"
#include "schema/quote.h"

#define NAME_PATTERN "/dbk-XXXXXX"
#define INIT_TIMEOUT_US ((int64_t)120 * 1000000)
#define INIT_OUTPUT_MAX 16384
#define START_TIMEOUT_US ((int64_t)60 * 1000000)
#define QUIT_TIMEOUT_US ((int64_t)10 * 1000000)
#define LOOK_NS (5 * 1000 * 1000L)
#define SETTINGS_MAX 32

struct scratch {
    arena *arena;
    cluster cluster; /* of a folder with another layout of its own; only what cluster_int.h's helpers read */
    cluster_binaries binaries;
    const char *settings[SETTINGS_MAX + 1]; /* the caller's, NULL-terminated */
    pid_t server;                           /* 0: none */
    pid_t keeper;                           /* 0: none */
    int leash;                              /* the pipe that the keeper waits for; -1: none */
};

/* Files written after the keeper looked make it look again; the limit is for what can never be removed. */
static const char keeper_script[] = "cat >/dev/null\n"
                                    "n=0\n"
                                    "while [ -e \"$1\" ] && [ $n -lt 100 ]; do\n"
                                    "    rm -rf -- \"$1\" 2>/dev/null || sleep 0.1\n"
                                    "    n=$((n + 1))\n"
                                    "done\n";

/* Nothing here has to survive, so nothing waits for the disk; and nothing happens by itself in between, so
 * that what is measured or compared is what was done. */
static const char *const unsafe_settings[] = {"listen_addresses=",
                                              "fsync=off",
                                              "synchronous_commit=off",
                                              "full_page_writes=off",
                                              "wal_level=minimal",
                                              "max_wal_senders=0",
                                              "max_wal_size=4GB",
                                              "checkpoint_timeout=1h",
                                              "autovacuum=off",
                                              "jit=off",
                                              "shared_buffers=128MB",
                                              "max_connections=100",
                                              "max_locks_per_transaction=1024",
                                              "timezone=UTC",
                                              "log_timezone=UTC",
                                              "datestyle=iso, ymd",
                                              "lc_messages=C",
                                              "bonjour=off"};
#define UNSAFE_COUNT (sizeof(unsafe_settings) / sizeof(unsafe_settings[0]))

/* What the environment says for some other server must not lead there, and stays as it is: this process may
 * have to do with that one, too. An empty value counts as given. */
static const char against_environment[] =
    "&hostaddr=&options=&requirepeer=&target_session_attrs=any&channel_binding=disable";

/* Whether a folder for a socket fits below `dir` and the server's user gets there. */
static bool is_usable_parent(arena *a, const scratch *s, const char *dir)
{
    if (dir[0] != '/' || strlen(dir) + strlen(NAME_PATTERN "/.s.PGSQL.65535") > CLUSTER_SOCKET_PATH_MAX)
        return false;
    if (s->cluster.uid == s->cluster.server_uid)
        return access(dir, W_OK | X_OK) == 0;
    char *path = arena_strdup(a, dir);
    struct stat st;
    while (path && *path) {
        if (stat(path, &st) != 0 || (st.st_mode & S_IXOTH) == 0)
            return false;
        *strrchr(path, '/') = '\0';
    }
    return path && stat(dir, &st) == 0 && (st.st_mode & S_IWOTH) != 0;
}

static dbk_err *make_folder(arena *a, scratch *s)
{
    cluster *c = &s->cluster;
    const char *parent = getenv("TMPDIR");
    if (!parent || !is_usable_parent(a, s, parent))
        parent = "/tmp";
    char *folder = arena_printf(a, "%s" NAME_PATTERN, parent);
    if (!folder)
        return err_oom();
    if (!mkdtemp(folder))
        return err_errno(errno, "could not make a temporary folder in %s", parent);
    c->folder = c->home = folder;
    if (c->uid != c->server_uid && chown(folder, c->server_uid, c->server_gid) != 0)
        return err_errno(errno, "could not give %s to the server's user", folder);
    c->data = arena_printf(a, "%s/pg", folder);
    c->start_path = arena_printf(a, "%s/log", folder);
    return c->data && c->start_path ? NULL : err_oom();
}

static dbk_err *start_keeper(arena *a, scratch *s)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return err_errno(errno, "could not make a pipe");
    const char *const *env = cluster_environment(a);
    const char *argv[] = {"/bin/sh", "-c", keeper_script, "sh", s->cluster.folder, NULL};
    proc_options o = cluster_as_server_user(&s->cluster, argv, env);
    o.stdin_fd = ends[0];
    o.stdout_fd = -1;
    o.stderr_fd = -1;
    dbk_err *e = env ? proc_start(&o, &s->keeper) : err_oom();
    close(ends[0]);
    if (e) {
        close(ends[1]);
        return e;
    }
    s->leash = ends[1];
    return NULL;
}

static dbk_err *make_data(arena *a, scratch *s)
{
    const char *program = arena_printf(a, "%s/initdb", s->binaries.dir);
    const char *const *env = cluster_environment(a);
    if (!program || !env)
        return err_oom();
    const char *argv[] = {program,      "--pgdata",  s->cluster.data,     "--username", CLUSTER_SUPERUSER,
                          "--encoding", "UTF8",      "--locale",          "C.UTF-8",    "--auth",
                          "trust",      "--no-sync", "--no-instructions", NULL};
    proc_options o = cluster_as_server_user(&s->cluster, argv, env);
    o.death_signal = SIGKILL;
    int status;
    char *output;
    dbk_err *e = proc_run(a, &o, INIT_TIMEOUT_US, INIT_OUTPUT_MAX, &status, &output);
    if (!e && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) {
        e = err_new(ERR_IO, "initdb %s", proc_status_text(a, status));
        err_with_detail(e, "%s", output);
    }
    return e;
}

static dbk_err *start_server(arena *a, scratch *s)
{
    const char *argv[8 + 2 * (UNSAFE_COUNT + SETTINGS_MAX)];
    size_t n = 0;
    argv[n++] = arena_printf(a, "%s/postgres", s->binaries.dir);
    argv[n++] = "-D";
    argv[n++] = s->cluster.data;
    argv[n++] = "-k";
    argv[n++] = s->cluster.folder;
    for (size_t i = 0; i < UNSAFE_COUNT; i++) {
        argv[n++] = "-c";
        argv[n++] = unsafe_settings[i];
    }
    for (size_t i = 0; s->settings[i]; i++) {
        argv[n++] = "-c";
        argv[n++] = s->settings[i];
    }
    argv[n] = NULL;
    const char *const *env = cluster_environment(a);
    if (!argv[0] || !env)
        return err_oom();
    int log_fd;
    dbk_err *e = cluster_start_log(&s->cluster, &log_fd);
    if (e)
        return e;
    proc_options o = cluster_as_server_user(&s->cluster, argv, env);
    o.stdout_fd = log_fd;
    o.stderr_fd = log_fd;
    o.death_signal = SIGQUIT; /* at once, children included */
    e = proc_start(&o, &s->server);
    close(log_fd);
    return e;
}

static void pause_briefly(void)
{
    const struct timespec pause = {.tv_nsec = LOOK_NS};
    (void)nanosleep(&pause, NULL);
}

/* True once the child is gone, which it is for good: its number is forgotten. */
static bool has_ended(pid_t *pid, int *status)
{
    pid_t got = waitpid(*pid, status, WNOHANG);
    if (got != *pid && !(got < 0 && errno == ECHILD))
        return false;
    *pid = 0;
    return true;
}

static dbk_err *wait_until_ready(scratch *s)
{
    const dbk_clock *clock = clock_system();
    int64_t deadline = clock->mono_us(clock) + START_TIMEOUT_US;
    arena *step = arena_new(0);
    dbk_err *e = step ? NULL : err_oom();
    cluster_server found = {.state = CLUSTER_STARTING};
    while (!e && found.state != CLUSTER_RUNNING) {
        int status = 0;
        arena_reset(step);
        if (has_ended(&s->server, &status)) {
            e = err_new(ERR_IO, "postgres %s", proc_status_text(step, status));
            err_with_detail(e, "%s", cluster_last_words(step, &s->cluster));
        } else if (clock->mono_us(clock) >= deadline) {
            e = err_new(ERR_TIMEOUT, "postgres does not accept connections");
            err_with_detail(e, "%s", cluster_last_words(step, &s->cluster));
        } else {
            pause_briefly();
            e = cluster_inspect(step, &s->cluster, &found);
        }
    }
    arena_free(step);
    return e;
}

static dbk_err *copy_settings(arena *a, scratch *s, const char *const *settings)
{
    for (size_t i = 0; settings && settings[i]; i++) {
        assert(i < SETTINGS_MAX);
        s->settings[i] = arena_strdup(a, settings[i]);
        if (!s->settings[i])
            return err_oom();
    }
    return NULL;
}

static void stop(void *arg)
{
    scratch_stop(arg);
}

dbk_err *scratch_start(arena *a, const scratch_options *options, scratch **out)
{
    static const scratch_options defaults = {0};
    if (!options)
        options = &defaults;
    scratch *s = arena_alloc(a, sizeof(*s));
    if (!s)
        return err_oom();
    s->arena = a;
    s->leash = -1;
    dbk_err *e = copy_settings(a, s, options->settings);
    if (!e)
        e = cluster_locate_users(a, &s->cluster);
    if (!e)
        e = cluster_check_users(&s->cluster);
    if (!e)
        e = cluster_find_binaries(a, options->pg_bin, options->major, &s->binaries);
    if (!e && !arena_defer(a, stop, s))
        e = err_oom();
    if (!e)
        e = make_folder(a, s);
    if (!e)
        e = start_keeper(a, s);
    if (!e)
        e = make_data(a, s);
    if (!e)
        e = start_server(a, s);
    if (!e)
        e = wait_until_ready(s);
    if (e) {
        scratch_stop(s);
        return err_wrap(e, "while starting a scratch server");
    }
    *out = s;
    return NULL;
}

int scratch_major(const scratch *s)
{
    return s->binaries.major;
}

const char *scratch_url(const scratch *s, const char *database, const char *role)
{
    char *url;
    cluster_server server = {.socket_dir = s->cluster.folder, .port = CLUSTER_PORT};
    dbk_err *e = cluster_server_url(s->arena, &server, role ? role : CLUSTER_SUPERUSER,
                                    database ? database : "postgres", &url);
    if (!e)
        return arena_printf(s->arena, "%s%s", url, against_environment);
    err_free(e);
    return NULL;
}

const char *scratch_folder(const scratch *s)
{
    return s->cluster.folder;
}

/* The server's children notice its end by themselves; until the last of them has, its memory cannot be taken
 * over and the new one does not start. */
dbk_err *scratch_crash(scratch *s)
{
    const dbk_clock *clock = clock_system();
    int64_t deadline = clock->mono_us(clock) + START_TIMEOUT_US;
    int status;
    assert(s->server);
    (void)kill(s->server, SIGKILL);
    while (!has_ended(&s->server, &status))
        pause_briefly();
    for (;;) {
        arena *step = arena_new(0);
        dbk_err *e = step ? start_server(step, s) : err_oom();
        if (!e)
            e = wait_until_ready(s);
        arena_free(step);
        if (!e || clock->mono_us(clock) >= deadline || err_code(e) != ERR_IO)
            return e ? err_wrap(e, "while starting a scratch server again") : NULL;
        err_free(e);
        pause_briefly();
    }
}

/* The owner, when it is not there yet; an ordinary login. */
static dbk_err *make_owner(pg_conn *c, arena *a, const char *owner, const char *owner_ident)
{
    pg_params *p = pg_params_new(a);
    pg_param_text(p, owner);
    pg_rows *rows;
    dbk_err *e = pg_query(c, a, "select 1 from pg_catalog.pg_roles where rolname = $1", p, &rows);
    if (e || pg_row_count(rows) > 0)
        return e;
    const char *sql = arena_printf(a, "create role %s login", owner_ident);
    return sql ? pg_exec(c, sql) : err_oom();
}

static dbk_err *create_database(const scratch *s, arena *a, const scratch_database_options *o,
                                const char *owner)
{
    char *name, *owner_ident, *source;
    pg_conn *c = NULL;
    dbk_err *e = quote_ident(a, o->name, &name);
    if (!e)
        e = quote_ident(a, owner, &owner_ident);
    if (!e)
        e = quote_ident(a, o->template_name ? o->template_name : "template0", &source);
    if (!e)
        e = pg_connect(&(pg_connect_options){.url = scratch_url(s, NULL, NULL)}, &c);
    if (!e)
        e = make_owner(c, a, owner, owner_ident);
    /* Copying files is quicker than logging every page, when nothing has to be recovered. */
    const char *sql =
        e ? NULL
          : arena_printf(a, "create database %s owner %s template %s encoding 'UTF8' strategy file_copy",
                         name, owner_ident, source);
    if (!e)
        e = sql ? pg_exec(c, sql) : err_oom();
    pg_close(c);
    return e;
}

static dbk_err *bootstrap_roles(const scratch *s, arena *a, const scratch_database_options *o,
                                const char *owner)
{
    const char *logins[] = {owner};
    char *script;
    pg_conn *c = NULL;
    dbk_err *e = schema_bootstrap_sql(
        a,
        &(bootstrap_options){
            .role_prefix = o->role_prefix, .database = o->name, .logins = logins, .login_count = 1},
        &script);
    if (!e)
        e = pg_connect(&(pg_connect_options){.url = scratch_url(s, o->name, NULL)}, &c);
    if (!e)
        e = pg_exec(c, script);
    pg_close(c);
    return e;
}

dbk_err *scratch_database(const scratch *s, const scratch_database_options *options, const char **url)
{
    const char *owner = options->owner ? options->owner : SCRATCH_LOGIN;
    arena *a = arena_new(0);
    dbk_err *e = a ? create_database(s, a, options, owner) : err_oom();
    if (!e && options->two_roles)
        e = bootstrap_roles(s, a, options, owner);
    const char *made = e ? NULL : scratch_url(s, options->name, owner);
    if (!e && !made)
        e = err_oom();
    arena_free(a);
    if (e)
        return err_wrap(e, "while making the scratch database %s", options->name);
    if (url)
        *url = made;
    return NULL;
}

static void end_server(scratch *s)
{
    const dbk_clock *clock = clock_system();
    int64_t deadline = clock->mono_us(clock) + QUIT_TIMEOUT_US;
    int status;
    (void)kill(s->server, SIGQUIT);
    while (!has_ended(&s->server, &status)) {
        if (clock->mono_us(clock) >= deadline)
            (void)kill(s->server, SIGKILL);
        pause_briefly();
    }
}

void scratch_stop(scratch *s)
{
    if (!s)
        return;
    if (s->server)
        end_server(s);
    if (s->keeper) {
        close(s->leash);
        s->leash = -1;
        while (waitpid(s->keeper, NULL, 0) < 0 && errno == EINTR)
            ;
        s->keeper = 0;
    }
    /* What is left when the keeper could not be started, or may not remove a name from the folder above. */
    if (s->cluster.folder)
        (void)rmdir(s->cluster.folder);
}
