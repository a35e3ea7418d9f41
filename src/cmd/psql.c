/* psql.c: becomes psql, connected to the book's database.
 *
 * The connection goes by environment: a URL may hold a password, and arguments can be read by everybody on
 * the machine. That also lets psql's own -U and -d win. */

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/app.h"
#include "ops/cluster.h"

typedef struct psql_options {
    const char *pg_bin;
} psql_options;

static const opt_row psql_rows[] = {
    {.name = "pg-bin",
     .kind = OPT_STRING,
     .offset = offsetof(psql_options, pg_bin),
     .value_name = "FOLDER",
     .help = "where PostgreSQL's programs are, instead of the usual places"},
};

/* The psql beside the server's programs, which knows the server best; else whichever is in PATH. */
static const char *find_psql(app *app, const psql_options *o)
{
    cluster *c;
    cluster_server server = {.major = 0};
    cluster_binaries b;
    dbk_err *e = NULL;
    if (!app->target.url) {
        e = cluster_locate(app->arena, app->target.data_dir, &c);
        if (!e)
            e = cluster_inspect(app->arena, c, &server);
    }
    if (!e)
        e = cluster_find_binaries(app->arena, o->pg_bin, server.major, &b);
    const char *path = e ? NULL : arena_printf(app->arena, "%s/psql", b.dir);
    err_free(e);
    return path && access(path, X_OK) == 0 ? path : "psql";
}

static dbk_err *set_environment(app *app, const char *url)
{
    const char **names, **values;
    size_t count;
    dbk_err *e = pg_url_environment(app->arena, url, &names, &values, &count);
    /* These would win over what is set below. */
    if (!e && (unsetenv("PGSERVICE") != 0 || unsetenv("PGHOSTADDR") != 0))
        e = err_oom();
    for (size_t i = 0; !e && i < count; i++)
        if (setenv(names[i], values[i], 1) != 0)
            e = err_oom();
    return e;
}

static dbk_err *run_psql(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)exit_status;
    char *url;
    dbk_err *e = app_url(app, &url);
    if (!e)
        e = set_environment(app, url);
    if (e)
        return e;
    const char *path = find_psql(app, options);
    const char **argv = arena_alloc(app->arena, (args->arg_count + 2) * sizeof(*argv));
    if (!argv)
        return err_oom();
    argv[0] = path;
    for (size_t i = 0; i < args->arg_count; i++)
        argv[i + 1] = args->args[i];
    fflush(app->out);
    (void)signal(SIGPIPE, SIG_DFL); /* what is ignored stays ignored over exec */
    execvp(path, (char *const *)(uintptr_t)argv);
    e = err_errno(errno, "could not run psql");
    return err_with_hint(
        e, "install PostgreSQL's client programs (on Debian: apt-get install postgresql-client)");
}

const cmd_spec cmd_psql = {
    .help = {.name = "psql",
             .summary = "open psql on the book's database",
             .description =
                 "Arguments after -- are psql's. On the private server -U postgres is the superuser, for "
                 "administration.",
             .examples = "daybook psql\ndaybook psql -- -c 'select count(*) from trading.orders'\n"
                         "daybook psql -- -U postgres -c 'select pg_reload_conf()'",
             .positional = {.name = "ARGUMENT", .help = "passed on to psql", .min = 0, .max = 1000}},
    .options_size = sizeof(psql_options),
    .rows = psql_rows,
    .row_count = sizeof(psql_rows) / sizeof(psql_rows[0]),
    .uses_target = true,
    .run = run_psql,
};
