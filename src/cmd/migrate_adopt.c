/* migrate_adopt.c: `migrate adopt` takes over a folder and a database from another migration tool. */
#include <unistd.h>

#include "cmd/app.h"
#include "core/file.h"
#include "schema/adopt_conf.h"
#include "schema/install.h"

typedef struct adopt_options {
    int from;
    const char *module;
    const char *modules_dir;
    const char *role_prefix;
    bool dual_write;
    const char *registry;
    int64_t wait_ms;
} adopt_options;

static const char *const tools[] = {"sqlx", "dbmate", "golang-migrate", "flyway", "sqitch", NULL};

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
    {.name = "registry",
     .kind = OPT_STRING,
     .offset = offsetof(adopt_options, registry),
     .value_name = "SCHEMA",
     .no_env = true,
     .help = "the schema with sqitch's own tables; without it, sqitch"},
    {.name = "wait",
     .kind = OPT_DURATION,
     .offset = offsetof(adopt_options, wait_ms),
     .value_name = "DURATION",
     .help = "how long to wait for the server to answer and for another installer to finish"},
};

static dbk_err *run(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)exit_status;
    const adopt_options *o = options;
    adopt_request request = {.folder = args->args[0],
                             .module = o->module,
                             .modules_dir = o->modules_dir,
                             .registry = o->registry,
                             .dual_write = o->dual_write};
    schema_install_result done;
    char *url, *conf_path = NULL;
    bool made = false;
    if (!o->module)
        return err_with_hint(err_new(ERR_USAGE, "--module is missing"),
                             "give the folder a name: --module shop");
    if (!file_is_dir(request.folder))
        return err_new(ERR_INPUT, "there is no folder \"%s\"", request.folder);
    (void)layout_from_name(tools[o->from], &request.from); /* every choice is one */
    dbk_err *e = app_url(app, &url);
    if (!e)
        e = adopt_conf_write(app->arena, &request, &conf_path, &made);
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
    .help =
        {.name = "migrate adopt",
         .summary = "take over a folder of migrations from another tool",
         .description =
             "Makes a module of the folder (its files stay where they are), checks what the other tool's "
             "ledger says against the files as far as it allows (sqlx: SHA-384, Flyway: CRC-32, sqitch: "
             "ids, order and SHA-1), and records what it has applied as baseline. From then on `migrate "
             "apply` applies what comes new, as the login and with its search path, as the other tool "
             "did.\n\n"
             "Of sqitch, the folder is the one with sqitch.plan; everything that is planned must be "
             "deployed, and what comes new is a numbered file of the module.\n\n"
             "Of Flyway, versions of several parts become numbers in their order, each part with its digits "
             "(version_digits in module.conf), and repeatable files go on being applied when they change.\n\n"
             "Exit status 10: a file was edited since; 11: one is missing; 12: sqitch left one out; 16: the "
             "other tool says that one failed halfway. Nothing is recorded then.",
         .examples =
             "daybook migrate adopt --from sqlx migrations --module shop --dual-write\n"
             "daybook migrate adopt --from dbmate db/migrations --module shop --modules-dir db/modules\n"
             "daybook migrate adopt --from sqitch db --module shop --registry sqitch\n",
         .positional = {.name = "FOLDER", .help = "the other tool's migrations", .min = 1, .max = 1}},
    .options_size = sizeof(adopt_options),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .uses_target = true,
    .run = run,
};
