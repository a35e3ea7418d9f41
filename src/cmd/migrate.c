/* migrate.c: `migrate apply` puts modules into a database, `migrate status` says what is there. */
#include <string.h>

#include "cmd/app.h"
#include "schema/install.h"

#define MODULES_MAX 256

typedef struct migrate_options {
    opt_list modules;
    const char *profile;
    const char *modules_dir;
    const char *role_prefix;
    int64_t wait_ms;
} migrate_options;

/* `status` takes all but the last. */
static const opt_row rows[] = {
    {.name = "modules",
     .kind = OPT_LIST,
     .offset = offsetof(migrate_options, modules),
     .value_name = "NAMES",
     .help = "modules by name, separated by commas; what they require comes with them"},
    {.name = "profile",
     .kind = OPT_STRING,
     .offset = offsetof(migrate_options, profile),
     .value_name = "PROFILE",
     .help = "modules by purpose: bot, research, desk, product, agents, or full for all there are"},
    {.name = "modules-dir",
     .kind = OPT_STRING,
     .offset = offsetof(migrate_options, modules_dir),
     .value_name = "FOLDER",
     .help = "a folder with modules of your own, added to the built-in ones"},
    {.name = "role-prefix",
     .kind = OPT_STRING,
     .offset = offsetof(migrate_options, role_prefix),
     .value_name = "PREFIX",
     .help = "what the names of the two roles that own everything begin with",
     .default_text = "daybook_"},
    {.name = "wait",
     .kind = OPT_DURATION,
     .offset = offsetof(migrate_options, wait_ms),
     .value_name = "DURATION",
     .help = "how long to wait for the server to answer and for another installer to finish; without it the "
             "server must be there, and another installer is waited for 60s"},
};
#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

/* --modules may be given several times, and each time name several. */
static dbk_err *read_choice(arena *a, const migrate_options *o, schema_choice *out)
{
    const char **names = arena_alloc(a, MODULES_MAX * sizeof(*names));
    size_t count = 0;
    if (!names)
        return err_oom();
    for (size_t i = 0; i < o->modules.count; i++) {
        const char **part;
        size_t part_count;
        dbk_err *e = conf_split(a, o->modules.items[i], &part, &part_count);
        if (e)
            return e;
        if (count + part_count > MODULES_MAX)
            return err_new(ERR_USAGE, "more than %d modules are named", MODULES_MAX);
        if (part_count)
            memcpy(names + count, part, part_count * sizeof(*names));
        count += part_count;
    }
    *out = (schema_choice){
        .modules_dir = o->modules_dir, .modules = names, .module_count = count, .profile = o->profile};
    return NULL;
}

static dbk_err *run_apply(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    (void)exit_status;
    const migrate_options *o = options;
    schema_install_options install = {
        .role_prefix = o->role_prefix, .wait_ms = o->wait_ms, .clock = app->clock, .log = app->log};
    schema_install_result done;
    char *url;
    dbk_err *e = read_choice(app->arena, o, &install.choice);
    if (!e)
        e = app_url(app, &url);
    if (e)
        return e;
    install.url = url;
    e = schema_install(&install, &done);
    if (e)
        return e;
    log_fields(app->log, LOG_INFO, "the database is up to date", LOG_INT("modules", done.modules),
               LOG_INT("migrations", done.migrations), LOG_INT("functions_and_views", done.routines),
               LOG_INT("dropped", done.dropped), LOG_INT("grants", done.grants));
    return NULL;
}

static dbk_err *fill_row(table *t, const schema_item *item)
{
    dbk_err *e = table_row(t);
    if (!e)
        e = table_set(t, 0, item->module);
    if (!e)
        e = table_set(t, 1, schema_kind_name(item->kind));
    if (!e && item->kind == SCHEMA_MIGRATION && item->number >= 0)
        e = table_setf(t, 2, "%lld", (long long)item->number);
    if (!e)
        e = table_set(t, 3, item->name);
    if (!e)
        e = table_set(t, 4, schema_state_name(item->state));
    if (!e)
        e = table_set(t, 5, item->applied_at);
    return e ? e : table_set(t, 6, item->applied_by);
}

static dbk_err *print_status(app *app, const schema_status *status)
{
    static const table_column columns[] = {{"module", TABLE_STRING},    {"kind", TABLE_STRING},
                                           {"number", TABLE_INT},       {"name", TABLE_STRING},
                                           {"state", TABLE_STRING},     {"applied_at", TABLE_STRING},
                                           {"applied_by", TABLE_STRING}};
    table *t = NULL;
    dbk_err *e = table_new(NULL, columns, sizeof(columns) / sizeof(columns[0]), &t);
    for (size_t i = 0; !e && i < status->count; i++)
        e = fill_row(t, &status->items[i]);
    if (!e)
        e = table_print(t, (table_format)app->output.format, app->out);
    table_free(t);
    return e;
}

static dbk_err *run_status(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    const migrate_options *o = options;
    schema_choice choice;
    schema_status status = {0};
    pg_conn *c = NULL;
    dbk_err *e = read_choice(app->arena, o, &choice);
    if (!e)
        e = app_connect(app, "daybook migrate status", &c);
    if (!e)
        e = schema_status_read(c, app->arena, &choice, o->role_prefix, &status);
    pg_close(c);
    if (!e)
        e = print_status(app, &status);
    if (e) {
        err_free(status.fault);
        return e;
    }
    if (status.one_role)
        log_printf(app->log, LOG_INFO,
                   "one role owns everything; `daybook grants bootstrap` prints what separates them");
    *exit_status = status.pending > 0;
    return status.fault;
}

const cmd_spec cmd_migrate_apply = {
    .help = {.name = "migrate apply",
             .summary = "install modules, or bring installed ones up to date",
             .description = "Applies pending migrations, each in a transaction of its own together with its "
                            "row in the ledger, then "
                            "the functions and views that changed, and makes privileges what the modules "
                            "say. Everything is checked "
                            "before anything runs: a history that does not fit the files ends with one of "
                            "the exit codes 10 to 16. Runs "
                            "at the same time wait for each other. Interrupted at any point, the next run "
                            "goes on; with nothing to do "
                            "nothing is written.\n\n"
                            "The modules chosen are remembered. Without --modules or --profile a new "
                            "database gets every module there "
                            "is, and an installed one keeps what it has.",
             .examples = "daybook migrate apply --profile bot\n"
                         "daybook migrate apply --url postgresql://db.example/trading --wait 5m\n"
                         "daybook migrate apply --modules-dir ./modules\n"},
    .options_size = sizeof(migrate_options),
    .rows = rows,
    .row_count = ROW_COUNT,
    .uses_target = true,
    .run = run_apply,
};

const cmd_spec cmd_migrate_status = {
    .help = {.name = "migrate status",
             .summary = "compare what is installed with the modules' files",
             .description = "Lists every migration, function and view with its state: applied, pending, "
                            "changed, leftover, faulty. "
                            "Reads only, also on a standby. Exit status 0: up to date; 1: apply would do "
                            "something; 10 to 16: "
                            "the history does not fit the files.",
             .examples = "daybook migrate status\n"
                         "daybook migrate status --format json\n"},
    .options_size = sizeof(migrate_options),
    .rows = rows,
    .row_count = ROW_COUNT - 1,
    .uses_target = true,
    .uses_output = true,
    .run = run_status,
};
