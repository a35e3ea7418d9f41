/* opt_sample.h: a small command tree that the tests of help, man page and completion describe. */
#ifndef DAYBOOK_TEST_OPT_SAMPLE_H
#define DAYBOOK_TEST_OPT_SAMPLE_H

#include "core/opt.h"

static const char *const sample_formats[] = {"table", "csv", "json", NULL};
static const opt_row sample_own[] = {
    {.name = "limit",
     .letter = 'n',
     .kind = OPT_INT,
     .value_name = "N",
     .help = "at most so many",
     .default_text = "10",
     .min = 1,
     .max = 100},
    {.name = "only", .kind = OPT_LIST, .value_name = "NAME", .help = "only these", .no_env = true},
    {.name = "dry-run",
     .kind = OPT_FLAG,
     .help = "say what would be done, in a sentence that is so long that it has to be wrapped at the edge",
     .no_env = true},
    {.name = "a-rather-long-option",
     .kind = OPT_DURATION,
     .value_name = "TIME",
     .help = "how long",
     .default_text = "5m"},
};
static const opt_row sample_shared[] = {
    {.name = "format",
     .letter = 'f',
     .kind = OPT_CHOICE,
     .value_name = "FORMAT",
     .help = "how results are printed",
     .choices = sample_formats,
     .default_text = "table"},
};
static const opt_set sample_sets[] = {{"Options", sample_own, 4, NULL}, {"Output", sample_shared, 1, NULL}};
static const opt_command sample_commands[] = {
    {.name = "up", .summary = "start everything", .sets = sample_sets + 1, .set_count = 1},
    {.name = "migrate apply",
     .summary = "apply what is new",
     .description = "Applies migrations, each in a transaction, and stops at the first that the server "
                    "refuses to take.\n\n"
                    "Second paragraph.\n  kept\\as is",
     .examples = "daybook migrate apply\ndaybook migrate apply -n5 core",
     .sets = sample_sets,
     .set_count = 2,
     .positional = {.name = "MODULE", .help = "a module; all when none is named"}},
    {.name = "status", .summary = "show what runs"},
    {.name = "migrate status",
     .summary = "show what is applied",
     .sets = sample_sets + 1,
     .set_count = 1,
     .positional = {.name = "MODULE", .help = "a module", .min = 1, .max = 1}},
};
#define SAMPLE_COUNT (sizeof sample_commands / sizeof sample_commands[0])

#endif
