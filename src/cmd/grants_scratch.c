#include "cmd/grants_scratch.h"

#include "ops/scratch.h"
#include "schema/bootstrap.h"
#include "schema/install.h"
#include "schema/mirror.h"
#include "schema/mirror_replay.h"

#define FILES_DATABASE "files"
#define PROOF_DATABASE "proof" /* the statements that copy rights know it by this name */

static dbk_err *connect_to(const scratch *server, const char *database, pg_conn **out)
{
    return pg_connect(&(pg_connect_options){.url = scratch_url(server, database, NULL),
                                            .application_name = "daybook grants"},
                      out);
}

/* The roles and the modules, as an administrator and `migrate apply` make them. */
static dbk_err *install(arena *a, const scratch *server, const grants_options *o, const grants_target *t,
                        pg_conn **out)
{
    const char *const logins[] = {SCRATCH_LOGIN};
    const char *url = NULL;
    char *bootstrap = NULL;
    schema_install_result unused;
    dbk_err *e = scratch_database(server, &(scratch_database_options){.name = FILES_DATABASE}, &url);
    if (!e)
        e = schema_bootstrap_sql(
            a, &(bootstrap_options){.role_prefix = o->role_prefix, .logins = logins, .login_count = 1},
            &bootstrap);
    if (!e)
        e = connect_to(server, FILES_DATABASE, out);
    if (!e)
        e = pg_exec(*out, bootstrap);
    schema_install_options options = {.url = url,
                                      .choice = {.modules_dir = o->modules_dir,
                                                 .modules = t->modules.items,
                                                 .module_count = t->modules.count},
                                      .role_prefix = o->role_prefix};
    return e ? e : schema_install(&options, &unused);
}

dbk_err *grants_scratch_policies(void *context, arena *a, const grants_target *t, int major,
                                 grants_policies *out)
{
    const grants_scratch *s = context;
    scratch *server = NULL;
    pg_conn *c = NULL;
    dbk_err *e = scratch_start(a, &(scratch_options){.pg_bin = s->pg_bin, .major = major}, &server);
    if (!e)
        e = install(a, server, s->options, t, &c);
    if (!e)
        e = grants_policies_read(c, a, &t->matrix, out);
    pg_close(c);
    scratch_stop(server);
    return mirror_unknown(e, "cannot tell which policies the files make");
}

static dbk_err *copy_roles(pg_conn *live, pg_conn *copy, arena *a, const grants_target *t)
{
    const char **statements;
    size_t count;
    dbk_err *e = grants_copy_statements(live, a, t, &statements, &count);
    for (size_t i = 0; !e && i < count; i++)
        e = pg_exec(copy, statements[i]);
    return e;
}

static dbk_err *copy(pg_conn *live, pg_conn *to, arena *a, const grants_options *o, const grants_target *t)
{
    mirror schema;
    mirror_options options = {0};
    dbk_err *e = mirror_managed(a, o->modules_dir, &options);
    if (!e)
        e = mirror_read(live, a, &options, &schema);
    if (!e)
        e = copy_roles(live, to, a, t);
    return e ? e : mirror_replay(to, a, &schema);
}

dbk_err *grants_scratch_prove(pg_conn *live, arena *a, const grants_scratch *s, const grants_target *t,
                              matrix_report *report, size_t *tried)
{
    scratch *server = NULL;
    pg_conn *c = NULL;
    dbk_err *e = scratch_start(
        a, &(scratch_options){.pg_bin = s->pg_bin, .major = pg_server_version(live) / 10000}, &server);
    if (!e)
        e = scratch_database(server, &(scratch_database_options){.name = PROOF_DATABASE}, NULL);
    if (!e)
        e = connect_to(server, PROOF_DATABASE, &c);
    if (!e)
        e = copy(live, c, a, s->options, t);
    if (!e)
        e = grants_prove(c, a, t, true, report, tried);
    pg_close(c);
    scratch_stop(server);
    return mirror_unknown(e, "what has to be done on a scratch server could not be tried");
}
