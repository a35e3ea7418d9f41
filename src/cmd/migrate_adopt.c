/* migrate_adopt.c: `migrate adopt` takes over a folder and a database from another migration tool. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/app.h"
#include "core/file.h"
#include "schema/install.h"
#include "schema/module.h"

typedef struct adopt_options {
    int from;
    const char *module;
    const char *modules_dir;
    const char *role_prefix;
    bool dual_write;
    int64_t wait_ms;
} adopt_options;

static const char *const tools[] = {"sqlx", "dbmate", "golang-migrate", "flyway", NULL};

static const opt_row rows[] = {
    {.name = "from",
     .kind = OPT_CHOICE,
     .offset = offsetof(adopt_options, from),
     .value_name = "TOOL",
     .choices = tools,
     .no_env = true,
     .default_text = "sqlx",
     .help = "the tool that applied the folder so far"},
    {.name = "module",
     .kind = OPT_STRING,
     .offset = offsetof(adopt_options, module),
     .value_name = "NAME",
     .no_env = true,
     .help = "what the folder is called from now on"},
    {.name = "modules-dir",
     .kind = OPT_STRING,
     .offset = offsetof(adopt_options, modules_dir),
     .value_name = "FOLDER",
     .default_text = "modules",
     .help = "the folder with modules of your own, in which the new one is made"},
    {.name = "role-prefix",
     .kind = OPT_STRING,
     .offset = offsetof(adopt_options, role_prefix),
     .value_name = "PREFIX",
     .default_text = "daybook_",
     .help = "what the names of the two roles that own everything begin with"},
    {.name = "dual-write",
     .kind = OPT_FLAG,
     .offset = offsetof(adopt_options, dual_write),
     .no_env = true,
     .help = "go on writing the other tool's ledger too, so that its own status agrees (sqlx, dbmate)"},
    {.name = "wait",
     .kind = OPT_DURATION,
     .offset = offsetof(adopt_options, wait_ms),
     .value_name = "DURATION",
     .help = "how long to wait for the server to answer and for another installer to finish"},
};

/* From one folder to another, both absolute: "../../db/migrations". */
static char *relative_path(arena *a, const char *from, const char *to)
{
    size_t common = 0;
    for (size_t i = 0; from[i] == to[i]; i++) {
        if (from[i] == '/')
            common = i + 1;
        if (!from[i])
            return arena_strdup(a, ".");
    }
    char *path = arena_strdup(a, "");
    for (const char *p = from + common; path && p[-1];
         p = strchr(p, '/') ? strchr(p, '/') + 1 : p + strlen(p) + 1)
        path = arena_printf(a, "%s../", path);
    return path ? arena_printf(a, "%s%s", path, to + common) : NULL;
}

static dbk_err *write_conf(app *app, const adopt_options *o, const char *dir, char **conf_path, bool *made)
{
    char folder_real[PATH_MAX], dir_real[PATH_MAX];
    char *folder = arena_printf(app->arena, "%s/%s", o->modules_dir, o->module);
    char *path = folder ? arena_printf(app->arena, "%s/module.conf", folder) : NULL;
    if (!path)
        return err_oom();
    *conf_path = path;
    *made = false;
    if (file_exists(path))
        return NULL;
    dbk_err *e = file_make_dirs(folder, 0755);
    if (e)
        return e;
    if (!realpath(folder, folder_real))
        return err_errno(errno, "cannot find %s", folder);
    if (!realpath(dir, dir_real))
        return err_errno(errno, "cannot find %s", dir);
    char *relative = relative_path(app->arena, folder_real, dir_real);
    char *text =
        relative
            ? arena_printf(app->arena,
                           "# Migrations adopted from %s; they stay where they are.\n[module]\nname = %s\n"
                           "summary = adopted from %s\n[migrations]\nlayout = %s\nfolder = %s\n"
                           "dual_write = %s\n",
                           tools[o->from], o->module, tools[o->from], tools[o->from], relative,
                           o->dual_write ? "true" : "false")
            : NULL;
    if (!text)
        return err_oom();
    e = file_write_atomic(path, text, strlen(text), 0644);
    *made = !e;
    return e;
}

static dbk_err *run(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)exit_status;
    const adopt_options *o = options;
    schema_install_result done;
    char *url, *conf_path = NULL;
    bool made = false;
    if (!o->module)
        return err_with_hint(err_new(ERR_USAGE, "--module is missing"),
                             "give the folder a name: --module shop");
    if (!file_is_dir(args->args[0]))
        return err_new(ERR_INPUT, "there is no folder \"%s\"", args->args[0]);
    dbk_err *e = app_url(app, &url);
    if (!e)
        e = write_conf(app, o, args->args[0], &conf_path, &made);
    if (e)
        return e;
    schema_install_options install = {
        .url = url,
        .choice = {.modules_dir = o->modules_dir, .modules = &o->module, .module_count = 1},
        .role_prefix = o->role_prefix,
        .wait_ms = o->wait_ms,
        .adopt = true,
        .clock = app->clock,
        .log = app->log};
    e = schema_install(&install, &done);
    if (e && made)
        (void)unlink(conf_path); /* nothing was taken over, so nothing is left behind */
    if (e)
        return e;
    log_fields(app->log, LOG_INFO, "taken over", LOG_STR("module", o->module), LOG_STR("conf", conf_path),
               LOG_INT("migrations", done.migrations));
    return NULL;
}

const cmd_spec cmd_migrate_adopt = {
    .help = {.name = "migrate adopt",
             .summary = "take over a folder of migrations from another tool",
             .description = "Makes a module of the folder (its files stay where they are), checks what the "
                            "other tool's ledger says "
                            "against the files as far as it allows (sqlx: SHA-384, Flyway: CRC-32), and "
                            "records what it has applied "
                            "as baseline. From then on `migrate apply` applies what comes new, as the login "
                            "and with its search "
                            "path, as the other tool did.\n\n"
                            "Exit status 10: a file was edited since; 11: one is missing; 16: the other tool "
                            "says that one failed "
                            "halfway. Nothing is recorded then.",
             .examples =
                 "daybook migrate adopt --from sqlx migrations --module shop --dual-write\n"
                 "daybook migrate adopt --from dbmate db/migrations --module shop --modules-dir db/modules\n",
             .positional = {.name = "FOLDER", .help = "the other tool's migrations", .min = 1, .max = 1}},
    .options_size = sizeof(adopt_options),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_target = true,
    .run = run,
};
