/* grants_matrix.c: `grants check`, `plan` and `apply`: the declared rights against the live ones. */
#include "cmd/app.h"
#include "cmd/grants_scratch.h"

typedef struct matrix_flags {
    const char *role_prefix;
    const char *modules_dir;
    opt_list members;
    int64_t wait_ms;
    bool prove;
    const char *pg_bin;
} matrix_flags;

/* `plan` and `check` take all but the last, which `apply` takes; `check` has two more. */
#define COMMON_ROWS                                                                                          \
    {.name = "role-prefix",                                                                                  \
     .kind = OPT_STRING,                                                                                     \
     .offset = offsetof(matrix_flags, role_prefix),                                                          \
     .value_name = "PREFIX",                                                                                 \
     .help = "what the names of the roles begin with",                                                       \
     .default_text = "daybook_"},                                                                            \
        {.name = "modules-dir",                                                                              \
         .kind = OPT_STRING,                                                                                 \
         .offset = offsetof(matrix_flags, modules_dir),                                                      \
         .value_name = "FOLDER",                                                                             \
         .help = "a folder with modules of your own, added to the built-in ones"},                           \
        {.name = "pg-bin",                                                                                   \
         .kind = OPT_STRING,                                                                                 \
         .offset = offsetof(matrix_flags, pg_bin),                                                           \
         .value_name = "FOLDER",                                                                             \
         .help = "where the server programs for the scratch server are, which policies and --prove need; "   \
                 "they must be of the live server's major version"},                                         \
    {                                                                                                        \
        .name = "member", .kind = OPT_LIST, .offset = offsetof(matrix_flags, members),                       \
        .value_name = "LOGIN=ROLES",                                                                         \
        .help =                                                                                              \
            "a login and the roles it is to be a member of, as in trader=executor,bot; may be repeated; "    \
            "once given, no other login may be a member"                                                     \
    }

static const opt_row rows[] = {
    COMMON_ROWS,
    {.name = "wait",
     .kind = OPT_DURATION,
     .offset = offsetof(matrix_flags, wait_ms),
     .value_name = "DURATION",
     .help = "how long to wait for another session that changes roles in this cluster",
     .default_text = "60s"},
};
#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

#define CHECK_ROW_COUNT 5
static const opt_row check_rows[CHECK_ROW_COUNT] = {
    COMMON_ROWS,
    {.name = "prove",
     .kind = OPT_FLAG,
     .offset = offsetof(matrix_flags, prove),
     .help =
         "also try every verb as every role on every object: here what EXPLAIN can ask for, the rest on a "
         "scratch server",
     .no_env = true},
};

static grants_options options_of(app *app, const matrix_flags *f)
{
    return (grants_options){.role_prefix = f->role_prefix,
                            .modules_dir = f->modules_dir,
                            .members = f->members.items,
                            .member_count = f->members.count,
                            .policies = grants_scratch_policies,
                            .wait_ms = f->wait_ms,
                            .clock = app->clock,
                            .log = app->log};
}

static dbk_err *print_differences(app *app, const matrix_report *report)
{
    static const table_column columns[] = {{"class", TABLE_STRING},     {"object", TABLE_STRING},
                                           {"column", TABLE_STRING},    {"role", TABLE_STRING},
                                           {"privilege", TABLE_STRING}, {"problem", TABLE_STRING},
                                           {"mendable", TABLE_BOOL}};
    table *t = NULL;
    dbk_err *e = table_new(NULL, columns, sizeof(columns) / sizeof(columns[0]), &t);
    for (size_t i = 0; !e && i < report->difference_count; i++) {
        const matrix_difference *d = &report->differences[i];
        const char *values[] = {d->class_name,
                                d->object,
                                d->column,
                                d->role,
                                d->privilege,
                                d->problem,
                                d->mendable ? "true" : "false"};
        e = table_row(t);
        for (size_t v = 0; !e && v < sizeof(values) / sizeof(values[0]); v++)
            e = table_set(t, v, values[v]);
    }
    if (!e)
        e = table_print(t, (table_format)app->output.format, app->out);
    table_free(t);
    return e;
}

static dbk_err *read_report(app *app, const matrix_flags *f, const char *name, matrix_report *report)
{
    pg_conn *c = NULL;
    grants_options o = options_of(app, f);
    grants_scratch context = {.options = &o, .pg_bin = f->pg_bin};
    o.policies_context = &context;
    dbk_err *e = app_connect(app, name, &c);
    if (!e)
        e = grants_read(c, app->arena, &o, report);
    pg_close(c);
    return e;
}

static dbk_err *prove(app *app, const matrix_flags *f, matrix_report *report)
{
    pg_conn *c = NULL;
    grants_target target;
    size_t live = 0, on_scratch = 0;
    grants_options o = options_of(app, f);
    grants_scratch like = {.options = &o, .pg_bin = f->pg_bin};
    dbk_err *e = app_connect(app, "daybook grants check", &c);
    if (!e)
        e = grants_target_of(c, app->arena, &o, &target);
    if (!e)
        e = grants_prove(c, app->arena, &target, false, report, &live);
    if (!e)
        e = grants_scratch_prove(c, app->arena, &like, &target, report, &on_scratch);
    pg_close(c);
    if (!e)
        log_fields(app->log, LOG_INFO, "every verb was tried as every role", LOG_INT("here", (int64_t)live),
                   LOG_INT("on_scratch", (int64_t)on_scratch));
    return e;
}

static dbk_err *run_check(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    matrix_report report;
    const matrix_flags *f = options;
    dbk_err *e = read_report(app, f, "daybook grants check", &report);
    if (!e && f->prove)
        e = prove(app, f, &report);
    if (!e)
        e = print_differences(app, &report);
    if (!e)
        *exit_status = report.difference_count > 0;
    return e;
}

static dbk_err *run_plan(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    matrix_report report;
    dbk_err *e = read_report(app, options, "daybook grants plan", &report);
    if (e)
        return e;
    for (size_t i = 0; !e && i < report.statement_count; i++)
        if (fprintf(app->out, "%s;\n", report.statements[i].sql) < 0)
            e = err_new(ERR_IO, "cannot write the plan");
    for (size_t i = 0; !e && i < report.difference_count; i++) {
        const matrix_difference *d = &report.differences[i];
        if (!d->mendable &&
            fprintf(app->out, "-- no statement mends: %s %s%s%s%s%s: %s\n", d->class_name, d->object,
                    d->role ? " " : "", d->role ? d->role : "", d->privilege ? " " : "",
                    d->privilege ? d->privilege : "", d->problem) < 0)
            e = err_new(ERR_IO, "cannot write the plan");
    }
    if (!e)
        *exit_status = report.difference_count > 0;
    return e;
}

static dbk_err *run_apply(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    grants_options o = options_of(app, options);
    matrix_report left;
    size_t statements = 0;
    pg_conn *c = NULL;
    char *url;
    dbk_err *e = app_url(app, &url);
    if (!e)
        e = app_connect(app, "daybook grants apply", &c);
    if (e)
        return e;
    grants_scratch context = {.options = &o, .pg_bin = ((const matrix_flags *)options)->pg_bin};
    o.url = url;
    o.policies_context = &context;
    e = grants_apply(c, app->arena, &o, &statements, &left);
    pg_close(c);
    if (e)
        return e;
    log_fields(app->log, LOG_INFO, "rights are as declared", LOG_INT("statements", (int64_t)statements),
               LOG_INT("left", (int64_t)left.difference_count));
    *exit_status = left.difference_count > 0;
    return left.difference_count ? print_differences(app, &left) : NULL;
}

const cmd_spec cmd_grants_check = {
    .help =
        {.name = "grants check",
         .summary = "compare the declared rights with the live ones, both ways",
         .description =
             "Declared is what grants.conf of the installed modules says. Looked at are the rights on the "
             "database, schemas, tables, views, columns, sequences, functions and types, on languages, "
             "foreign servers, parameters and large objects, what owners have left of their own, default "
             "privileges, the roles and their memberships, owners, row security and policies (whole; for "
             "those a scratch server runs the modules' files), what makes a definer "
             "function safe, and what the roles own or may do anywhere else. What nobody declared is a "
             "difference. Reads only, also on a standby. Exit status 0: equal; 1: differences; 3: could "
             "not tell, since there are no roles or nothing is installed.",
         .examples = "daybook grants check\n"
                     "daybook grants check --role-prefix gordon_ --format json\n"
                     "daybook grants check --member trader=executor,bot --member loader=data_writer\n"},
    .options_size = sizeof(matrix_flags),
    .rows = check_rows,
    .row_count = CHECK_ROW_COUNT,
    .uses_target = true,
    .uses_output = true,
    .run = run_check,
};

const cmd_spec cmd_grants_plan = {
    .help = {.name = "grants plan",
             .summary = "print the SQL that would make the live rights what is declared",
             .description = "The statements are for an administrator. Nothing is changed. Exit status as of "
                            "`grants check`.",
             .examples = "daybook grants plan\n"
                         "daybook grants plan | psql -d trading -U postgres\n"},
    .options_size = sizeof(matrix_flags),
    .rows = rows,
    .row_count = ROW_COUNT - 1,
    .uses_target = true,
    .run = run_plan,
};

const cmd_spec cmd_grants_apply = {
    .help = {.name = "grants apply",
             .summary = "make the live rights what is declared",
             .description =
                 "Runs what `grants plan` prints, all of it or nothing, with no more statements than are "
                 "needed: the second time there are none. An administrator may do everything; a login that "
                 "may act as the owning roles may do what does not concern the roles themselves. Since roles "
                 "belong to the whole cluster, one session at a time changes them. Exit status 1: something "
                 "is left that no statement mends; it is listed.",
             .examples = "daybook grants apply --url postgresql://postgres@db.example/trading\n"},
    .options_size = sizeof(matrix_flags),
    .rows = rows,
    .row_count = ROW_COUNT,
    .uses_target = true,
    .uses_output = true,
    .run = run_apply,
};
