/* migrate_options.h: what the verbs of `migrate` share: which modules, and whose they are. */
#ifndef DAYBOOK_CMD_MIGRATE_OPTIONS_H
#define DAYBOOK_CMD_MIGRATE_OPTIONS_H

#include "cmd/app.h"
#include "schema/install.h"

typedef struct migrate_choice {
    opt_list modules;
    const char *profile;
    const char *modules_dir;
    const char *role_prefix;
    opt_list allow_out_of_order;
} migrate_choice;

/* The rows of a verb's own struct, which begins with a migrate_choice. */
#define MIGRATE_CHOICE_ROWS                                                                                  \
    {.name = "modules",                                                                                      \
     .kind = OPT_LIST,                                                                                       \
     .offset = offsetof(migrate_choice, modules),                                                            \
     .value_name = "NAMES",                                                                                  \
     .help = "modules by name, separated by commas; what they require comes with them"},                     \
        {.name = "profile",                                                                                  \
         .kind = OPT_STRING,                                                                                 \
         .offset = offsetof(migrate_choice, profile),                                                        \
         .value_name = "PROFILE",                                                                            \
         .help = "modules by purpose: bot, research, desk, product, agents, or full for all there are"},     \
        {.name = "modules-dir",                                                                              \
         .kind = OPT_STRING,                                                                                 \
         .offset = offsetof(migrate_choice, modules_dir),                                                    \
         .value_name = "FOLDER",                                                                             \
         .help = "a folder with modules of your own, added to the built-in ones"},                           \
        {.name = "role-prefix",                                                                              \
         .kind = OPT_STRING,                                                                                 \
         .offset = offsetof(migrate_choice, role_prefix),                                                    \
         .value_name = "PREFIX",                                                                             \
         .help = "what the names of the two roles that own everything begin with",                           \
         .default_text = "daybook_"},                                                                        \
    {                                                                                                        \
        .name = "allow-out-of-order", .kind = OPT_LIST,                                                      \
        .offset = offsetof(migrate_choice, allow_out_of_order), .value_name = "MIGRATION", .no_env = true,   \
        .help =                                                                                              \
            "let this one migration (12 or trading/12) be applied although later ones were; it is recorded"  \
    }

/* --modules may be given several times, and each time name several. */
dbk_err *migrate_read_choice(arena *a, const migrate_choice *o, schema_choice *out) ERR_MUST_USE;

#endif
