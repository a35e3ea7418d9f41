/* migrate.c: `migrate apply` puts modules into a database, `migrate status` says what is there. */
#include "cmd/migrate_options.h"
#include "cmd/migrate_plan.h"

typedef struct apply_options {
    migrate_choice choice;
    int64_t wait_ms;
    int64_t lock_timeout_ms;
    int64_t statement_timeout_ms;
    int64_t concurrent_wait_ms;
    bool rebuild_invalid;
    int half_statement;
    const char *plan;
    const char *approved_by;
} apply_options;

static const char *const half_choices[] = {"ask", "done", "again", NULL}; /* enum schema_half */

static const opt_row apply_rows[] = {
    MIGRATE_CHOICE_ROWS,
    {.name = "wait",
     .kind = OPT_DURATION,
     .offset = offsetof(apply_options, wait_ms),
     .value_name = "DURATION",
     .help = "how long to wait for the server to answer and for another installer to finish; without it the "
             "server must be there, and another installer is waited for 60s"},
    {.name = "lock-timeout",
     .kind = OPT_DURATION,
     .offset = offsetof(apply_options, lock_timeout_ms),
     .value_name = "DURATION",
     .help = "how long a statement in a transaction waits for a lock before the file is tried again, 5 times "
             "at most",
     .default_text = "2s",
     .min = 1,
     .max = 3600000},
    {.name = "statement-timeout",
     .kind = OPT_DURATION,
     .offset = offsetof(apply_options, statement_timeout_ms),
     .value_name = "DURATION",
     .help = "how long a statement in a transaction may take; 0 for as long as it needs",
     .default_text = "0"},
    {.name = "concurrent-wait",
     .kind = OPT_DURATION,
     .offset = offsetof(apply_options, concurrent_wait_ms),
     .value_name = "DURATION",
     .help = "how long a concurrent statement may wait for other transactions in one place",
     .default_text = "10m",
     .min = 1,
     .max = 604800000},
    {.name = "rebuild-invalid",
     .kind = OPT_FLAG,
     .offset = offsetof(apply_options, rebuild_invalid),
     .no_env = true,
     .help = "drop an invalid index that is in the way of CREATE INDEX CONCURRENTLY, and build it anew"},
    {.name = "half-statement",
     .kind = OPT_CHOICE,
     .offset = offsetof(apply_options, half_statement),
     .value_name = "ANSWER",
     .choices = half_choices,
     .no_env = true,
     .default_text = "ask",
     .help = "what to take a statement for that an earlier run began and whose end nobody knows"},
    {.name = "plan",
     .kind = OPT_STRING,
     .offset = offsetof(apply_options, plan),
     .value_name = "FILE",
     .no_env = true,
     .help = "a plan of `migrate plan --out`: refuse when the database or the files have moved since"},
    {.name = "approved-by",
     .kind = OPT_STRING,
     .offset = offsetof(apply_options, approved_by),
     .value_name = "NAME",
     .help = "who approved this run; recorded with each migration"},
};

static const opt_row status_rows[] = {MIGRATE_CHOICE_ROWS};

static dbk_err *run_apply(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    (void)exit_status;
    const apply_options *o = options;
    schema_install_options install = {.role_prefix = o->choice.role_prefix,
                                      .wait_ms = o->wait_ms,
                                      .lock_timeout_ms = o->lock_timeout_ms,
                                      .statement_timeout_ms = o->statement_timeout_ms,
                                      .concurrent_wait_ms = o->concurrent_wait_ms,
                                      .rebuild_invalid = o->rebuild_invalid,
                                      .half = (schema_half)o->half_statement,
                                      .approved_by = o->approved_by,
                                      .clock = app->clock,
                                      .log = app->log};
    schema_install_result done;
    plan_fingerprint planned;
    char *url;
    dbk_err *e = migrate_read_choice(app->arena, &o->choice, &install.choice);
    if (!e)
        e = app_url(app, &url);
    if (!e && o->plan) {
        e = migrate_plan_read(app->arena, o->plan, &planned);
        install.plan = &planned;
    }
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
    const migrate_choice *o = options;
    schema_choice choice;
    schema_status status = {0};
    pg_conn *c = NULL;
    dbk_err *e = migrate_read_choice(app->arena, o, &choice);
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
             .description =
                 "Applies pending migrations, each in a transaction of its own together with its "
                 "row in the ledger, then "
                 "the functions and views that changed, and makes privileges what the modules "
                 "say. A migration whose statements cannot have a transaction (CREATE INDEX CONCURRENTLY) is "
                 "run statement by statement and goes on at the one that failed. Everything is checked "
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
    .options_size = sizeof(apply_options),
    .rows = apply_rows,
    .row_count = sizeof(apply_rows) / sizeof(apply_rows[0]),
    .uses_target = true,
    .run = run_apply,
};

const cmd_spec cmd_migrate_status = {
    .help = {.name = "migrate status",
             .summary = "compare what is installed with the modules' files",
             .description = "Lists every migration, function and view with its state: applied, pending, "
                            "changed, leftover, half, faulty. "
                            "Reads only, also on a standby. Exit status 0: up to date; 1: apply would do "
                            "something; 10 to 16: "
                            "the history does not fit the files.",
             .examples = "daybook migrate status\n"
                         "daybook migrate status --format json\n"},
    .options_size = sizeof(migrate_choice),
    .rows = status_rows,
    .row_count = sizeof(status_rows) / sizeof(status_rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run_status,
};
