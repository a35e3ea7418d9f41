/* mirror.c: writes the schema of a database as files, or says where the files are not what it has. */
#include <stddef.h>
#include <string.h>

#include "cmd/app.h"
#include "cmd/drift_rows.h"
#include "schema/mirror.h"
#include "schema/mirror_folder.h"

#define ARENA_BYTES_MAX ((size_t)2 << 30)

typedef struct mirror_command {
    const char *folder;
    bool check;
    bool patch;
    opt_list schemas;
    const char *modules_dir;
    int64_t lock_wait_ms;
} mirror_command;

static const opt_row rows[] = {
    {.name = "out",
     .kind = OPT_STRING,
     .offset = offsetof(mirror_command, folder),
     .value_name = "FOLDER",
     .help = "the folder to write, or to compare with",
     .default_text = "schemas"},
    {.name = "check",
     .kind = OPT_FLAG,
     .offset = offsetof(mirror_command, check),
     .help = "write nothing; list how the database differs from the files"},
    {.name = "diff",
     .kind = OPT_FLAG,
     .offset = offsetof(mirror_command, patch),
     .help = "with --check: print the differing lines instead of a table"},
    {.name = "schema",
     .kind = OPT_LIST,
     .offset = offsetof(mirror_command, schemas),
     .value_name = "NAME",
     .help = "only this schema; files of others are left as they are"},
    {.name = "modules-dir",
     .kind = OPT_STRING,
     .offset = offsetof(mirror_command, modules_dir),
     .value_name = "FOLDER",
     .help = "a folder with modules of your own; they say which tables get their partitions while the system "
             "runs"},
    {.name = "lock-wait",
     .kind = OPT_DURATION,
     .offset = offsetof(mirror_command, lock_wait_ms),
     .value_name = "DURATION",
     .help = "how long to wait for an object that somebody has locked exclusively",
     .default_text = "5s",
     .min = 1,
     .max = 3600000},
};

static dbk_err *read_live(app *app, arena *a, const mirror_command *o, mirror *out)
{
    mirror_options options = {.lock_timeout_ms = o->lock_wait_ms};
    pg_conn *c = NULL;
    dbk_err *e = mirror_managed(a, o->modules_dir, &options);
    if (!e)
        e = app_connect(app, "daybook mirror", &c);
    if (!e)
        e = mirror_read(c, a, &options, out);
    pg_close(c);
    return e;
}

static void name_foreign(app *app, const mirror_command *o, const mirror_folder *folder)
{
    for (size_t i = 0; i < folder->foreign_count; i++)
        log_printf(app->log, LOG_INFO, "%s/%s was not written by daybook mirror and is left alone", o->folder,
                   folder->foreign[i]);
}

static dbk_err *check(app *app, arena *a, const mirror_command *o, const mirror_folder *folder,
                      const mirror *live, int *exit_status)
{
    drift found;
    table *t = NULL;
    if (!folder->exists)
        return err_with_hint(err_new(ERR_UNKNOWN, "%s holds no mirror to compare with", o->folder),
                             "`daybook mirror --out %s` writes one", o->folder);
    dbk_err *e = drift_compare(a, &folder->files, live, &found);
    if (!e && found.count && folder->files.major != live->major)
        return err_with_hint(
            err_new(ERR_UNKNOWN,
                    "%s was written by PostgreSQL %d, and this server is PostgreSQL %d, which prints schemas "
                    "differently",
                    o->folder, folder->files.major, live->major),
            "`daybook drift` replays the files on a scratch server of the version of this one");
    if (!e && o->patch)
        e = drift_rows_patch(app, "mirror", "live", &found);
    if (!e && !o->patch)
        e = drift_rows_new(app, &t);
    if (!e && !o->patch)
        e = drift_rows_add(app, t, "mirror", "live", &found);
    if (!e && !o->patch && (found.count || app->output.format != TABLE_TEXT))
        e = table_print(t, (table_format)app->output.format, app->out);
    table_free(t);
    if (e)
        return e;
    log_fields(app->log, LOG_INFO,
               found.count ? "the files differ from the database" : "the files are what the database has",
               LOG_INT("objects", found.objects), LOG_INT("differences", found.count));
    *exit_status = found.count > 0;
    return NULL;
}

static dbk_err *write_files(app *app, arena *a, const mirror_command *o, const mirror_folder *folder,
                            const mirror *live)
{
    mirror_folder_written done;
    dbk_err *e = mirror_folder_write(a, o->folder, folder, live, &done);
    if (e)
        return e;
    log_fields(app->log, LOG_INFO, "the mirror is written", LOG_STR("folder", o->folder),
               LOG_INT("objects", live->count), LOG_INT("written", done.written),
               LOG_INT("removed", done.removed), LOG_INT("same", done.same));
    return NULL;
}

static dbk_err *run_in(app *app, arena *a, const mirror_command *o, int *exit_status)
{
    mirror live;
    mirror_folder folder;
    dbk_err *e = mirror_folder_read(a, o->folder, &folder);
    if (!e)
        e = read_live(app, a, o, &live);
    if (!e)
        e = mirror_select(a, o->schemas.items, o->schemas.count, &live);
    if (!e)
        e = mirror_select(a, o->schemas.items, o->schemas.count, &folder.files);
    if (!e && o->schemas.count && live.count == 0 && folder.files.count == 0)
        e = err_new(ERR_UNKNOWN, "neither the database nor %s has a schema of that name", o->folder);
    if (e)
        return o->check ? mirror_unknown(e, "the catalogs could not be read") : e;
    if (live.circle)
        log_printf(app->log, LOG_WARNING,
                   "%s needs itself by way of others: the files cannot be replayed in any order",
                   live.circle);
    name_foreign(app, o, &folder);
    e = drift_rows_unwritten(app, a, "the database", &live);
    if (e)
        return e;
    return o->check ? check(app, a, o, &folder, &live, exit_status) : write_files(app, a, o, &folder, &live);
}

static dbk_err *run(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)args;
    arena *a = arena_new(ARENA_BYTES_MAX);
    if (!a)
        return err_oom();
    dbk_err *e = run_in(app, a, options, exit_status);
    arena_free(a);
    return e;
}

const cmd_spec cmd_mirror = {
    .help = {.name = "mirror",
             .summary = "write the schema of a database as files, one per object, or compare it with them",
             .description = "Reads the catalogs in one read-only transaction and writes "
                            "FOLDER/<schema>/{tables,views,functions,types,operators …}/<name>.sql, and "
                            "FOLDER/database.d/<kind>/<name>.sql for casts, languages, foreign servers, "
                            "publications and what else belongs to no schema, with "
                            "everything that belongs to an "
                            "object: columns, constraints, indexes, triggers, policies, comments, owner, "
                            "privileges, partitions. Where a subscription connects to and with what a user "
                            "mapping logs in is never read. The "
                            "same schema gives the same bytes. No right on any table is needed, and a "
                            "standby will do. Files of "
                            "objects that are gone are removed; files that were not written here are left "
                            "alone and named.\n\n"
                            "With --check nothing is written. Exit status: 0 the files are what the database "
                            "has; 1 they differ; 3 "
                            "that could not be told.",
             .examples =
                 "daybook mirror\n"
                 "daybook mirror --check --diff\n"
                 "daybook mirror --url postgresql://db.example/trading --out schemas --schema trading\n"},
    .options_size = sizeof(mirror_command),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_target = true,
    .uses_output = true,
    .run = run,
};
