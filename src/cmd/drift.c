/* drift.c: whether the files, the mirror in git and the live database say the same.
 *
 * Two comparisons are enough for three sides: files with the mirror, the mirror with the database. Without a
 * mirror it is the files with the database. Files are run on a throw-away server of the same major version as
 * the live one. */
#include <stddef.h>
#include <string.h>

#include "cmd/app.h"
#include "cmd/drift_rows.h"
#include "cmd/grants_scratch.h"
#include "core/file.h"
#include "ops/scratch.h"
#include "schema/drift_sides.h"
#include "schema/grants.h"
#include "schema/mirror_folder.h"

#define ARENA_BYTES_MAX ((size_t)2 << 30)
#define FOLDER_DEFAULT "schemas"
#define SIDES_MAX 3

typedef struct drift_command {
    const char *folder;
    bool patch;
    opt_list schemas;
    opt_list modules;
    const char *profile;
    const char *modules_dir;
    bool schema_only;
    const char *pg_bin;
    int64_t lock_wait_ms;
} drift_command;

/* One side: its name in the output and what it says. */
typedef struct side {
    const char *name;
    mirror mirror;
} side;

typedef struct drift_run {
    app *app;
    arena *arena;
    const drift_command *options;
    mirror_options mirror_options;
    drift_live live;
    mirror_folder folder;
    scratch *scratch;
    side sides[SIDES_MAX];
    size_t side_count;
} drift_run;

static const opt_row rows[] = {
    {.name = "mirror",
     .kind = OPT_STRING,
     .offset = offsetof(drift_command, folder),
     .value_name = "FOLDER",
     .help = "the folder with the mirror; without this option ./schemas when it is there",
     .no_env = true},
    {.name = "diff",
     .kind = OPT_FLAG,
     .offset = offsetof(drift_command, patch),
     .help = "print the differing lines instead of a table"},
    {.name = "schema",
     .kind = OPT_LIST,
     .offset = offsetof(drift_command, schemas),
     .value_name = "NAME",
     .help = "only this schema"},
    {.name = "modules",
     .kind = OPT_LIST,
     .offset = offsetof(drift_command, modules),
     .value_name = "NAME",
     .help = "a module to replay; without this option those that are installed"},
    {.name = "profile",
     .kind = OPT_STRING,
     .offset = offsetof(drift_command, profile),
     .value_name = "PROFILE",
     .help = "modules by purpose: bot, research, desk, product, agents, or full for all there are"},
    {.name = "modules-dir",
     .kind = OPT_STRING,
     .offset = offsetof(drift_command, modules_dir),
     .value_name = "FOLDER",
     .help = "a folder with modules of your own, added to the built-in ones"},
    {.name = "schema-only",
     .kind = OPT_FLAG,
     .offset = offsetof(drift_command, schema_only),
     .help = "leave out what grants.conf declares, which not every login may read"},
    {.name = "pg-bin",
     .kind = OPT_STRING,
     .offset = offsetof(drift_command, pg_bin),
     .value_name = "FOLDER",
     .help = "where the server programs for the scratch server are; they must be of the live server's major "
             "version"},
    {.name = "lock-wait",
     .kind = OPT_DURATION,
     .offset = offsetof(drift_command, lock_wait_ms),
     .value_name = "DURATION",
     .help = "how long to wait for an object that somebody has locked exclusively",
     .default_text = "5s",
     .min = 1,
     .max = 3600000},
};

static dbk_err *read_live(drift_run *r)
{
    const drift_command *o = r->options;
    schema_choice choice = {.modules_dir = o->modules_dir,
                            .modules = o->modules.items,
                            .module_count = o->modules.count,
                            .profile = o->profile};
    pg_conn *c = NULL;
    r->mirror_options.lock_timeout_ms = o->lock_wait_ms;
    dbk_err *e = mirror_managed(r->arena, o->modules_dir, &r->mirror_options);
    if (!e)
        e = app_connect(r->app, "daybook drift", &c);
    if (!e)
        e = drift_live_read(c, r->arena, &choice, &r->mirror_options, &r->live);
    pg_close(c);
    return mirror_unknown(e, "the live database could not be read");
}

/* A database on the scratch server like the live one: with two roles, or with one that has the same name. */
static dbk_err *make_database(drift_run *r, const char *name, drift_scratch *out)
{
    const drift_live *live = &r->live;
    scratch_database_options o = {.name = name,
                                  .owner = live->prefix ? NULL : live->owner,
                                  .two_roles = live->prefix != NULL,
                                  .role_prefix = live->prefix};
    drift_scratch made = {.clock = r->app->clock};
    dbk_err *e = NULL;
    if (!r->scratch)
        e = scratch_start(r->arena,
                          &(scratch_options){.pg_bin = r->options->pg_bin, .major = live->mirror.major},
                          &r->scratch);
    if (!e)
        e = scratch_database(r->scratch, &o, &made.owner_url);
    if (e)
        return e;
    made.superuser_url = scratch_url(r->scratch, name, NULL);
    if (!made.superuser_url)
        return err_oom();
    *out = made;
    return NULL;
}

static dbk_err *read_files(drift_run *r)
{
    drift_scratch scratch;
    side *files = &r->sides[r->side_count];
    files->name = "files";
    dbk_err *e = make_database(r, "files", &scratch);
    if (!e)
        e = drift_files_read(r->arena, &scratch, &r->live, &r->mirror_options, &files->mirror);
    if (!e)
        r->side_count++;
    return mirror_unknown(e, "the files could not be replayed");
}

/* The mirror as this major version of the server would have written it. */
static dbk_err *translate(drift_run *r, const mirror *folder, mirror *out)
{
    drift_scratch scratch;
    log_printf(r->app->log, LOG_INFO,
               "the mirror was written by PostgreSQL %d and is replayed on PostgreSQL %d", folder->major,
               r->live.mirror.major);
    dbk_err *e = make_database(r, "mirror", &scratch);
    if (!e)
        e = drift_replay_read(r->arena, &scratch, &r->live, folder, &r->mirror_options, out);
    return mirror_unknown(e, "the mirror could not be replayed");
}

/* Before anything is run on a scratch server, which is what takes time. */
static dbk_err *read_folder(drift_run *r)
{
    const char *path = r->options->folder ? r->options->folder : FOLDER_DEFAULT;
    if (!r->options->folder && !file_is_dir(path))
        return NULL;
    dbk_err *e = mirror_folder_read(r->arena, path, &r->folder);
    if (e)
        return e;
    if (!r->folder.exists)
        return err_with_hint(err_new(ERR_UNKNOWN, "%s holds no mirror to compare with", path),
                             "`daybook mirror --out %s` writes one", path);
    for (size_t i = 0; i < r->folder.foreign_count; i++)
        log_printf(r->app->log, LOG_INFO, "%s/%s was not written by daybook mirror and is not compared", path,
                   r->folder.foreign[i]);
    return NULL;
}

static dbk_err *add_folder(drift_run *r)
{
    dbk_err *e = NULL;
    if (!r->folder.exists)
        return NULL;
    side *mirror = &r->sides[r->side_count];
    mirror->name = "mirror";
    mirror->mirror = r->folder.files;
    if (r->folder.files.major != r->live.mirror.major)
        e = translate(r, &r->folder.files, &mirror->mirror);
    if (!e)
        r->side_count++;
    return e;
}

/* Nothing to compare with is not the same as no difference. */
static dbk_err *select_schemas(drift_run *r)
{
    const opt_list *schemas = &r->options->schemas;
    for (size_t i = 0; i < r->side_count; i++) {
        side *s = &r->sides[i];
        size_t before = s->mirror.count;
        dbk_err *e = mirror_select(r->arena, schemas->items, schemas->count, &s->mirror);
        if (e)
            return e;
        if (before == 0)
            return err_new(ERR_UNKNOWN, "%s: there is nothing to compare with", s->name);
    }
    size_t all = 0;
    for (size_t i = 0; i < r->side_count; i++)
        all += r->sides[i].mirror.count;
    return all ? NULL : err_new(ERR_UNKNOWN, "nobody has a schema of that name");
}

/* Neighbours among the sides, each pair once. */
static dbk_err *compare(drift_run *r, table *t, size_t *differences)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i + 1 < r->side_count; i++) {
        const side *expected = &r->sides[i], *actual = &r->sides[i + 1];
        drift found;
        e = drift_compare(r->arena, &expected->mirror, &actual->mirror, &found);
        if (!e && r->options->patch)
            e = drift_rows_patch(r->app, expected->name, actual->name, &found);
        if (!e && !r->options->patch)
            e = drift_rows_add(r->app, t, expected->name, actual->name, &found);
        if (e)
            return e;
        *differences += found.count;
        log_fields(r->app->log, LOG_INFO, found.count ? "there are differences" : "no difference",
                   LOG_STR("expected", expected->name), LOG_STR("actual", actual->name),
                   LOG_INT("objects", found.objects), LOG_INT("differences", found.count));
    }
    return e;
}

/* Rights as declared against rights as they are: also those of roles and of the database, which no mirror
 * has. */
static dbk_err *compare_matrix(drift_run *r, table *t, size_t *differences)
{
    grants_scratch context = {.pg_bin = r->options->pg_bin};
    grants_options o = {.role_prefix = r->live.prefix,
                        .modules_dir = r->options->modules_dir,
                        .policies = grants_scratch_policies,
                        .policies_context = &context,
                        .clock = r->app->clock,
                        .log = r->app->log};
    matrix_report report;
    pg_conn *c = NULL;
    if (r->options->schema_only || r->options->schemas.count)
        return NULL;
    if (!r->live.prefix) {
        log_printf(r->app->log, LOG_INFO,
                   "one role owns everything, so there are no declared rights to compare");
        return NULL;
    }
    context.options = &o;
    dbk_err *e = app_connect(r->app, "daybook drift", &c);
    if (!e)
        e = grants_read(c, r->arena, &o, &report);
    pg_close(c);
    if (!e && r->options->patch)
        e = drift_rows_matrix_print(r->app, &report);
    if (!e && !r->options->patch)
        e = drift_rows_matrix(r->app, t, &report);
    if (e)
        return mirror_unknown(e, "the rights could not be compared");
    *differences += report.difference_count;
    log_fields(r->app->log, LOG_INFO, report.difference_count ? "there are differences" : "no difference",
               LOG_STR("expected", "matrix"), LOG_STR("actual", "live"),
               LOG_INT("differences", report.difference_count));
    return NULL;
}

static dbk_err *read_sides(drift_run *r)
{
    dbk_err *e = read_live(r);
    if (!e)
        e = read_folder(r);
    if (!e)
        e = read_files(r);
    if (!e)
        e = add_folder(r);
    if (e)
        return e;
    r->sides[r->side_count++] = (side){.name = "live", .mirror = r->live.mirror};
    e = select_schemas(r);
    for (size_t i = 0; !e && i < r->side_count; i++)
        e = drift_rows_unwritten(r->app, r->arena, r->sides[i].name, &r->sides[i].mirror);
    return e;
}

static dbk_err *run_in(drift_run *r, int *exit_status)
{
    size_t differences = 0;
    table *t = NULL;
    dbk_err *e = read_sides(r);
    if (!e)
        e = drift_rows_new(r->app, &t);
    if (!e)
        e = compare(r, t, &differences);
    /* What was found is told even when the rights could not be looked at. */
    dbk_err *matrix_error = e ? NULL : compare_matrix(r, t, &differences);
    if (!e && !r->options->patch && (differences || r->app->output.format != TABLE_TEXT))
        e = table_print(t, (table_format)r->app->output.format, r->app->out);
    table_free(t);
    if (!e)
        *exit_status = differences > 0;
    if (!e)
        return matrix_error;
    err_free(matrix_error);
    return e;
}

static dbk_err *run(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    drift_run r = {.app = app, .options = options, .arena = arena_new(ARENA_BYTES_MAX)};
    if (!r.arena)
        return err_oom();
    dbk_err *e = run_in(&r, exit_status);
    scratch_stop(r.scratch);
    arena_free(r.arena);
    return e;
}

const cmd_spec cmd_drift = {
    .help = {.name = "drift",
             .summary = "compare what the files make, what the mirror says and what a database has",
             .description = "Installs the modules on a throw-away server of the same major version as the "
                            "live one and compares, "
                            "object by object: files with the mirror in git, the mirror with the live "
                            "database; without a mirror, "
                            "files with the database; and the rights that grants.conf declares with the live "
                            "ones, as `grants check` "
                            "does. Every difference is a row that names both sides, the "
                            "object, the part of it "
                            "(column, type, default, constraint, index, trigger, policy, grant, owner, "
                            "comment, definition …) and "
                            "whether it is missing, extra or different in the second. A mirror that another "
                            "major version wrote "
                            "is replayed first.\n\n"
                            "Nothing is written to the live database, and no right on its tables is needed. "
                            "Exit status: 0 all say "
                            "the same; 1 they differ; 3 that could not be told, because a catalog is empty "
                            "or unreadable or the "
                            "files cannot be replayed.",
             .examples = "daybook drift\n"
                         "daybook drift --diff\n"
                         "daybook drift --url postgresql://db.example/trading --format json\n"
                         "daybook drift --mirror schemas --schema trading\n"},
    .options_size = sizeof(drift_command),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run,
};
