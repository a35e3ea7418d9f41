/* grants.c: `grants bootstrap` prints what an administrator runs once. */
#include "cmd/app.h"
#include "schema/bootstrap.h"

typedef struct bootstrap_flags {
    const char *role_prefix;
    const char *database;
    opt_list logins;
    bool create_logins;
} bootstrap_flags;

static const opt_row bootstrap_rows[] = {
    {.name = "login",
     .kind = OPT_LIST,
     .offset = offsetof(bootstrap_flags, logins),
     .value_name = "ROLE",
     .help = "a role that will run daybook: it becomes a member of both roles",
     .no_env = true},
    {.name = "database",
     .kind = OPT_STRING,
     .offset = offsetof(bootstrap_flags, database),
     .value_name = "NAME",
     .help = "the database to grant rights on; without it, the one the script is run in",
     .no_env = true},
    {.name = "role-prefix",
     .kind = OPT_STRING,
     .offset = offsetof(bootstrap_flags, role_prefix),
     .value_name = "PREFIX",
     .help = "what the names of the two roles begin with",
     .default_text = "daybook_"},
    {.name = "create-logins",
     .kind = OPT_FLAG,
     .offset = offsetof(bootstrap_flags, create_logins),
     .help = "make the logins that do not exist, without a password",
     .no_env = true},
};

static dbk_err *run_bootstrap(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    (void)exit_status;
    const bootstrap_flags *f = options;
    bootstrap_options o = {.role_prefix = f->role_prefix,
                           .database = f->database,
                           .logins = f->logins.items,
                           .login_count = f->logins.count,
                           .create_logins = f->create_logins};
    char *sql;
    dbk_err *e = schema_bootstrap_sql(app->arena, &o, &sql);
    if (!e && fputs(sql, app->out) < 0)
        e = err_new(ERR_IO, "cannot write the script");
    return e;
}

const cmd_spec cmd_grants_bootstrap = {
    .help =
        {.name = "grants bootstrap",
         .summary = "print the SQL that an administrator runs once, for the roles",
         .description =
             "Without it modules install and everything belongs to the login. With it, a role without login "
             "owns the tables, a "
             "second one owns the functions and has only the rights that the modules list, so that the book "
             "is "
             "append-only by grant even inside functions. Nothing is executed; the script may be run again.",
         .examples =
             "daybook grants bootstrap --database trading --login trader | psql -d trading -U postgres\n"},
    .options_size = sizeof(bootstrap_flags),
    .rows = bootstrap_rows,
    .row_count = sizeof(bootstrap_rows) / sizeof(bootstrap_rows[0]),
    .run = run_bootstrap,
};
