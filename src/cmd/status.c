/* status.c: what runs, where its things are and which modules are installed.
 *
 * Never guesses: what could not be looked at is reported as unknown, with the reason, and the exit status
 * says so. */

#include <errno.h>
#include <fts.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/app.h"
#include "cmd/status_modules.h"
#include "core/mem.h"
#include "ops/cluster.h"
#include "ops/cluster_run.h"

enum { STATUS_YES = 0, STATUS_NO = 1, STATUS_UNKNOWN = 3 };

/* What the tables show. Texts live in the app's arena; NULL prints as null. */
typedef struct status_view {
    const char *state;
    pid_t supervisor_pid;
    pid_t pid;
    const char *version;
    int64_t started_us;
    const char *url;
    const char *folder;
    const char *data;
    int64_t data_bytes; /* -1: not known */
    const char *socket_dir;
    pg_conn *conn; /* NULL when the server cannot be asked */
} status_view;

/* What the data takes on disk. Files come and go while this looks; those do not count. */
static int64_t folder_bytes(const char *path)
{
    char *roots[] = {mem_strdup(path), NULL};
    FTS *walk = roots[0] ? fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL) : NULL;
    int64_t bytes = walk ? 0 : -1;
    FTSENT *entry;
    while (walk && (entry = fts_read(walk)) != NULL)
        if (entry->fts_info == FTS_F)
            bytes += (int64_t)entry->fts_statp->st_blocks * 512;
    if (walk)
        fts_close(walk);
    mem_free(roots[0]);
    return bytes;
}

static dbk_err *connect_and_ask(app *app, status_view *v)
{
    pg_rows *rows;
    dbk_err *e =
        pg_connect(&(pg_connect_options){.url = v->url, .application_name = "daybook status"}, &v->conn);
    if (!e)
        e = pg_query_one(
            v->conn, app->arena,
            "select pg_catalog.current_setting('server_version'), pg_catalog.pg_postmaster_start_time(),"
            " pg_catalog.pg_database_size(pg_catalog.current_database())",
            NULL, &rows);
    if (e)
        return e;
    v->version = pg_get_text(rows, 0, 0);
    v->started_us = pg_get_time(rows, 0, 1);
    if (v->data_bytes < 0)
        v->data_bytes = pg_get_int8(rows, 0, 2);
    return NULL;
}

static dbk_err *look_at_private(app *app, status_view *v)
{
    cluster *c;
    cluster_server server;
    char *url;
    dbk_err *e = cluster_locate(app->arena, app->target.data_dir, &c);
    if (e)
        return e;
    v->folder = c->folder;
    v->data = c->data;
    e = cluster_lock_holder(c, &v->supervisor_pid);
    if (!e)
        e = cluster_inspect(app->arena, c, &server);
    if (e)
        return e;
    v->state = cluster_state_text(server.state);
    v->pid = server.pid;
    v->started_us = server.started_us;
    v->socket_dir = server.socket_dir;
    if (server.major) {
        v->version = arena_printf(app->arena, "%d", server.major);
        v->data_bytes = folder_bytes(c->data);
    }
    if (server.state != CLUSTER_RUNNING)
        return NULL;
    cluster_clear_environment();
    e = cluster_server_url(app->arena, &server, CLUSTER_ROLE, CLUSTER_DATABASE, &url);
    if (e)
        return e;
    v->url = url;
    return connect_and_ask(app, v);
}

static dbk_err *look_at_given(app *app, status_view *v)
{
    v->url = app->target.url;
    dbk_err *e = connect_and_ask(app, v);
    if (!e)
        v->state = "running";
    return e;
}

static dbk_err *set_number(table *t, size_t column, int64_t value, bool known)
{
    return known ? table_setf(t, column, "%lld", (long long)value) : NULL;
}

static dbk_err *server_table(app *app, const status_view *v, table **out)
{
    static const table_column columns[] = {{"state", TABLE_STRING},      {"version", TABLE_STRING},
                                           {"pid", TABLE_INT},           {"supervisor", TABLE_INT},
                                           {"started_at", TABLE_STRING}, {"uptime_s", TABLE_INT},
                                           {"data_bytes", TABLE_INT}};
    char started[CLOCK_ISO_SIZE];
    dbk_err *e = table_new("server", columns, sizeof(columns) / sizeof(columns[0]), out);
    if (!e)
        e = table_row(*out);
    if (!e)
        e = table_set(*out, 0, v->state);
    if (!e)
        e = table_set(*out, 1, v->version);
    if (!e)
        e = set_number(*out, 2, v->pid, v->pid != 0);
    if (!e)
        e = set_number(*out, 3, v->supervisor_pid, v->supervisor_pid != 0);
    if (!e)
        e = set_number(*out, 6, v->data_bytes, v->data_bytes >= 0);
    if (e || v->started_us == 0)
        return e;
    clock_iso(v->started_us, started);
    e = table_set(*out, 4, started);
    return e ? e : set_number(*out, 5, (app->clock->wall_us(app->clock) - v->started_us) / 1000000, true);
}

static dbk_err *place_table(app *app, const status_view *v, table **out)
{
    static const table_column columns[] = {{"item", TABLE_STRING}, {"value", TABLE_STRING}};
    const char *const rows[][2] = {
        {"url", v->url ? pg_url_sanitize(app->arena, v->url) : NULL},
        {"folder", v->folder},
        {"data", v->data},
        {"socket_folder", v->socket_dir},
    };
    dbk_err *e = table_new("place", columns, 2, out);
    for (size_t i = 0; !e && i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!rows[i][1])
            continue;
        e = table_row(*out);
        if (!e)
            e = table_set(*out, 0, rows[i][0]);
        if (!e)
            e = table_set(*out, 1, rows[i][1]);
    }
    return e;
}

static dbk_err *print_status(app *app, const status_view *v, int *exit_status)
{
    table *tables[3] = {NULL};
    size_t count = 2;
    bool complete = false;
    dbk_err *e = server_table(app, v, &tables[0]);
    if (!e)
        e = place_table(app, v, &tables[1]);
    if (!e && v->conn) {
        e = status_modules(app, v->conn, &tables[2], &complete);
        count = 3;
    }
    if (!e)
        e = app_print(app, tables, count);
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        table_free(tables[i]);
    if (!e && *exit_status == STATUS_YES && !(v->conn && complete))
        *exit_status = STATUS_NO;
    return e;
}

static dbk_err *run_status(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)options;
    (void)args;
    status_view v = {.state = "unknown", .data_bytes = -1};
    *exit_status = STATUS_YES;
    dbk_err *e = app->target.url ? look_at_given(app, &v) : look_at_private(app, &v);
    if (e && err_code(e) != ERR_MEMORY) {
        log_err(app->log, LOG_ERROR, e);
        err_free(e);
        v.state = "unknown";
        *exit_status = STATUS_UNKNOWN;
        e = NULL;
    }
    if (!e)
        e = print_status(app, &v, exit_status);
    pg_close(v.conn);
    return e;
}

const cmd_spec cmd_status = {
    .help = {.name = "status",
             .summary = "show whether the server runs, where its data is and which modules are installed",
             .description = "Exit status: 0 the server runs and its modules are as the files say; 1 it does "
                            "not run, or modules "
                            "differ; 3 that could not be told.",
             .examples = "daybook status\ndaybook status --format json"},
    .uses_target = true,
    .uses_output = true,
    .run = run_status,
};
