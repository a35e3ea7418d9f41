/* migrate_new.c: `migrate new` makes the next migration's file. */
#include "cmd/migrate_options.h"
#include "schema/migration_new.h"

typedef struct new_options {
    const char *modules_dir;
} new_options;

static const opt_row rows[] = {
    {.name = "modules-dir",
     .kind = OPT_STRING,
     .offset = offsetof(new_options, modules_dir),
     .value_name = "FOLDER",
     .help = "the folder with modules of your own",
     .default_text = "modules"},
};

static dbk_err *run(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)exit_status;
    const new_options *o = options;
    char *path;
    dbk_err *e = migration_new(app->arena, app->clock, o->modules_dir, args->args[0], args->args[1], &path);
    if (e)
        return e;
    fprintf(app->out, "%s\n", path);
    return NULL;
}

const cmd_spec cmd_migrate_new = {
    .help = {.name = "migrate new",
             .summary = "make the file of a module's next migration",
             .description =
                 "Makes FOLDER/MODULE/migrations/NNN_what.sql with the next free number and prints its path. "
                 "Of a module that was adopted the file is made in the adopted folder, called and marked as "
                 "that tool would: NNN_what.up.sql, V7__what.sql, with -- migrate:up and -- migrate:down; "
                 "after a sqitch plan, which has ended, it is a numbered file of the module.\n\n"
                 "Two people, or two programs, at the same time get two numbers. Needs no database.",
             .examples = "daybook migrate new pnl \"add funding\"\n"
                         "$EDITOR \"$(daybook migrate new pnl add_funding --modules-dir db)\"\n",
             .positional = {.name = "MODULE WHAT",
                            .help = "the module, and what the migration does",
                            .min = 2,
                            .max = 2}},
    .options_size = sizeof(new_options),
    .rows = rows,
    .row_count = sizeof(rows) / sizeof(rows[0]),
    .run = run,
};
