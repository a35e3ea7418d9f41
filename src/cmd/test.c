/* test.c: `daybook test`: a scratch server, the modules in it, and their test files. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/app.h"
#include "cmd/test_files.h"
#include "core/file.h"
#include "core/interrupt.h"
#include "ops/cluster.h"
#include "ops/scratch.h"
#include "schema/install.h"
#include "schema/tap_report.h"

#define PGTAP_BYTES_MAX ((size_t)8 << 20)
#define JUNIT_BYTES_MAX ((size_t)256 << 20)

typedef enum test_roles { ROLES_ONE, ROLES_TWO, ROLES_BOTH } test_roles;
static const char *const roles_names[] = {"one", "two", "both", NULL};

typedef struct test_flags {
    const char *modules_dir;
    opt_list modules;
    int64_t jobs;
    const char *junit;
    int roles; /* enum test_roles */
    const char *pg_bin;
    const char *pgtap;
    int64_t timeout_ms;
} test_flags;

static const opt_row rows[] = {
    {.name = "modules-dir",
     .kind = OPT_STRING,
     .offset = offsetof(test_flags, modules_dir),
     .value_name = "FOLDER",
     .help = "a folder with modules of your own, added to the built-in ones"},
    {.name = "module",
     .kind = OPT_LIST,
     .offset = offsetof(test_flags, modules),
     .value_name = "NAME",
     .help = "install only this module and what it requires, and run its tests",
     .no_env = true},
    {.name = "jobs",
     .letter = 'j',
     .kind = OPT_INT,
     .offset = offsetof(test_flags, jobs),
     .value_name = "N",
     .help = "how many files at once; without it, as many as there are processors",
     .min = 0,
     .max = TAP_WORKERS_MAX,
     .no_env = true},
    {.name = "roles",
     .kind = OPT_CHOICE,
     .offset = offsetof(test_flags, roles),
     .value_name = "MODE",
     .help =
         "run in a database that belongs to one role, in one whose tables and functions belong to two, or "
         "in both",
     .choices = roles_names,
     .default_text = "both",
     .no_env = true},
    {.name = "junit",
     .kind = OPT_STRING,
     .offset = offsetof(test_flags, junit),
     .value_name = "FILE",
     .help = "also write the results there as JUnit's XML",
     .no_env = true},
    {.name = "timeout",
     .kind = OPT_DURATION,
     .offset = offsetof(test_flags, timeout_ms),
     .value_name = "DURATION",
     .help = "how long one statement may take",
     .default_text = "60s",
     .no_env = true},
    {.name = "pg-bin",
     .kind = OPT_STRING,
     .offset = offsetof(test_flags, pg_bin),
     .value_name = "FOLDER",
     .help = "the folder of the server programs to use"},
    {.name = "pgtap",
     .kind = OPT_STRING,
     .offset = offsetof(test_flags, pgtap),
     .value_name = "FILE",
     .help = "pgtap.sql, for a server whose installation does not have the extension"},
};

static const struct {
    test_roles mode;
    const char *label;
    const char *database;
} modes[] = {{ROLES_ONE, "one role", "one"}, {ROLES_TWO, "two roles", "two"}};
#define MODE_COUNT (sizeof(modes) / sizeof(modes[0]))

typedef struct test_run {
    app *app;
    const test_flags *flags;
    test_files files;
    scratch *server;
    tap_target targets[MODE_COUNT];
    size_t target_count;
    size_t workers;
} test_run;

static dbk_err *pgtap_missing(const test_run *r, size_t needing)
{
    dbk_err *e =
        err_new(ERR_UNKNOWN, "pgTAP is not installed for PostgreSQL %d, and %zu of %zu files need it",
                scratch_major(r->server), needing, r->files.count);
    return err_with_hint(e,
                         "install it (on Debian: apt-get install postgresql-%d-pgtap), or name its pgtap.sql "
                         "with --pgtap",
                         scratch_major(r->server));
}

/* By superuser, in the schema that tests have in their search_path. */
static dbk_err *install_pgtap(test_run *r, pg_conn *c)
{
    arena *a = r->app->arena;
    if (r->flags->pgtap) {
        char *text;
        size_t length;
        dbk_err *e = file_read(a, r->flags->pgtap, PGTAP_BYTES_MAX, &text, &length);
        if (!e)
            e = pg_exec(c, text);
        return e ? err_wrap(e, "while loading %s", r->flags->pgtap) : NULL;
    }
    pg_rows *found;
    dbk_err *e =
        pg_query(c, a, "select 1 from pg_catalog.pg_available_extensions where name = 'pgtap'", NULL, &found);
    if (e)
        return e;
    if (pg_row_count(found) > 0)
        return pg_exec(c, "create extension pgtap schema public");
    size_t needing = 0;
    for (size_t i = 0; i < r->files.count; i++)
        needing += tap_needs_pgtap(r->files.items[i].text);
    return needing ? pgtap_missing(r, needing) : NULL;
}

static dbk_err *prepare_database(test_run *r, size_t mode)
{
    const char *url;
    pg_conn *c = NULL;
    scratch_database_options o = {.name = modes[mode].database, .two_roles = modes[mode].mode == ROLES_TWO};
    dbk_err *e = scratch_database(r->server, &o, &url);
    if (!e)
        e = pg_connect(&(pg_connect_options){.url = scratch_url(r->server, o.name, NULL)}, &c);
    if (!e)
        e = install_pgtap(r, c);
    pg_close(c);
    if (e)
        return e;
    schema_install_options install = {.url = url, .clock = r->app->clock};
    install.choice = (schema_choice){.modules_dir = r->flags->modules_dir,
                                     .modules = r->flags->modules.items,
                                     .module_count = r->flags->modules.count};
    schema_install_result done;
    e = schema_install(&install, &done);
    return e ? err_wrap(e, "while installing the modules for tests") : NULL;
}

/* The first worker has the database itself, the others copies of it. */
static dbk_err *add_target(test_run *r, size_t mode)
{
    arena *a = r->app->arena;
    dbk_err *e = prepare_database(r, mode);
    const char **urls = arena_alloc(a, r->workers * sizeof(*urls));
    if (!e && !urls)
        e = err_oom();
    for (size_t i = 1; !e && i < r->workers; i++) {
        const char *name = arena_printf(a, "%s_%zu", modes[mode].database, i);
        e = name ? scratch_database(r->server,
                                    &(scratch_database_options){.name = name,
                                                                .two_roles = modes[mode].mode == ROLES_TWO,
                                                                .template_name = modes[mode].database},
                                    &urls[i])
                 : err_oom();
    }
    if (e)
        return e;
    urls[0] = scratch_url(r->server, modes[mode].database, SCRATCH_LOGIN);
    if (!urls[0])
        return err_oom();
    log_printf(r->app->log, LOG_DEBUG, "the modules are installed for tests with %s", modes[mode].label);
    r->targets[r->target_count++] = (tap_target){.label = modes[mode].label, .urls = urls};
    return NULL;
}

static dbk_err *prepare(test_run *r, const atomic_int *interrupted)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    r->workers = r->flags->jobs > 0 ? (size_t)r->flags->jobs : processors > 0 ? (size_t)processors : 1;
    if (r->workers > TAP_WORKERS_MAX)
        r->workers = TAP_WORKERS_MAX;
    if (r->workers > r->files.count)
        r->workers = r->files.count;
    dbk_err *e = scratch_start(r->app->arena, &(scratch_options){.pg_bin = r->flags->pg_bin}, &r->server);
    if (!e)
        log_printf(r->app->log, LOG_DEBUG, "a scratch server of PostgreSQL %d is ready",
                   scratch_major(r->server));
    for (size_t i = 0; !e && i < MODE_COUNT; i++)
        if (r->flags->roles == ROLES_BOTH || r->flags->roles == (int)modes[i].mode) {
            e = interrupt_check(interrupted);
            if (!e)
                e = add_target(r, i);
        }
    return e;
}

static dbk_err *take_result(void *ctx, const tap_result *result)
{
    return tap_report_take(ctx, result);
}

static dbk_err *write_junit(const tap_report *report, const char *path)
{
    buf document;
    buf_init(&document, JUNIT_BYTES_MAX);
    dbk_err *e = tap_report_junit(report, &document);
    if (!e)
        e = file_write_atomic(path, document.data, document.length, 0644);
    buf_term(&document);
    return e ? err_wrap(e, "while writing %s", path) : NULL;
}

static dbk_err *run_files(test_run *r, const atomic_int *interrupted, int *exit_status)
{
    buf suites;
    buf_init(&suites, JUNIT_BYTES_MAX);
    tap_report report = {
        .out = r->app->out, .labels = r->target_count > 1, .junit = r->flags->junit ? &suites : NULL};
    dbk_err *e = tap_run(&(tap_options){.files = r->files.items,
                                        .file_count = r->files.count,
                                        .targets = r->targets,
                                        .target_count = r->target_count,
                                        .workers = r->workers,
                                        .schemas = r->files.schemas,
                                        .schema_count = r->files.schema_count,
                                        .statement_timeout_ms = r->flags->timeout_ms,
                                        .interrupted = interrupted,
                                        .on_result = take_result,
                                        .ctx = &report});
    log_printf(r->app->log, LOG_DEBUG, "every file has run");
    if (!e)
        e = tap_report_end(&report);
    if (!e && r->flags->junit)
        e = write_junit(&report, r->flags->junit);
    buf_term(&suites);
    if (!e)
        *exit_status = report.failed > 0;
    return e;
}

static dbk_err *run_test(app *app, void *options, const opt_result *args, int *exit_status)
{
    test_run r = {.app = app, .flags = options};
    test_files_choice choice = {.modules_dir = r.flags->modules_dir,
                                .modules = r.flags->modules.items,
                                .module_count = r.flags->modules.count,
                                .paths = args->args,
                                .path_count = args->arg_count};
    interrupt *signals = NULL;
    /* No variable of libpq is meant for the scratch server. */
    cluster_clear_environment();
    dbk_err *e = test_files_find(app->arena, &choice, &r.files);
    if (!e)
        e = interrupt_watch(NULL, NULL, &signals);
    if (e)
        return e;
    e = prepare(&r, interrupt_flag(signals));
    if (!e)
        e = run_files(&r, interrupt_flag(signals), exit_status);
    scratch_stop(r.server);
    interrupt_end(signals);
    return e;
}

const cmd_spec cmd_test = {
    .help =
        {.name = "test",
         .summary = "run SQL tests of modules on a scratch server",
         .description =
             "Installs the modules into databases of a private server that is thrown away afterwards, and "
             "runs "
             "test files there: those of the modules, or the files and folders named (of a folder, its .sql "
             "files and those in folders called tests below it). Each file runs in a transaction of its own "
             "that is rolled back. Files use pgTAP's functions, or print TAP themselves; the verify scripts "
             "of a folder adopted from sqitch pass when no statement of them fails.\n\n"
             "A file also fails when a statement of it changed rows of a module's table and no event was "
             "written in the same statement. INSERT, UPDATE and the like that a test runs itself are free, "
             "and "
             "so is a statement after a comment that says why: -- no event: REASON; or, for one table in the "
             "rest of "
             "the file: -- no event for SCHEMA.TABLE: REASON\n\n"
             "The output is one stream of TAP. Exit status 0: all passed; 1: some failed; 3: pgTAP is needed "
             "and not installed.",
         .examples = "daybook test\n"
                     "daybook test --module trading --junit results.xml\n"
                     "daybook test --modules-dir ./modules ./modules/desk/tests/limits.sql\n"
                     "prove -e 'daybook test' --ext .sql modules/core/tests\n",
         .positional = {.name = "PATH",
                        .help = "test files, or folders with some; without any, the tests of the modules"}},
    .options_size = sizeof(test_flags),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .run = run_test,
};
