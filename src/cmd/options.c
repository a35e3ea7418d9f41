#include "cmd/options.h"

#include <assert.h>
#include <stddef.h>

static const char *const log_formats[] = {"text", "json", NULL};
static const char *const table_formats[] = {"table", "csv", "json", NULL};
static_assert(LOG_TEXT == 0 && LOG_JSON == 1, "log_formats follows enum log_format");
static_assert(TABLE_TEXT == 0 && TABLE_CSV == 1 && TABLE_JSON == 2,
              "table_formats follows enum table_format");

static const opt_row common_rows[] = {
    {.name = "config",
     .kind = OPT_STRING,
     .offset = offsetof(app_common, config_path),
     .value_name = "FILE",
     .help = "read settings from this file instead of ./daybook.conf, ~/.config/daybook/ or /etc/daybook/",
     .no_env = true},
    {.name = "verbose",
     .letter = 'v',
     .kind = OPT_FLAG,
     .offset = offsetof(app_common, verbose),
     .help = "say more about what is being done"},
    {.name = "quiet",
     .letter = 'q',
     .kind = OPT_FLAG,
     .offset = offsetof(app_common, quiet),
     .help = "say only what went wrong"},
    {.name = "log-format",
     .kind = OPT_CHOICE,
     .offset = offsetof(app_common, log_format),
     .value_name = "FORMAT",
     .help = "how messages are written to standard error",
     .choices = log_formats,
     .default_text = "text"},
};

static const opt_row target_rows[] = {
    {.name = "url",
     .kind = OPT_STRING,
     .offset = offsetof(app_target, url),
     .value_name = "URL",
     .help = "a PostgreSQL URL or conninfo to use instead of the private cluster (passwords belong in "
             ".pgpass or a "
             "service file)"},
    {.name = "data",
     .kind = OPT_STRING,
     .offset = offsetof(app_target, data_dir),
     .value_name = "FOLDER",
     .help = "the folder of the private cluster",
     .default_text = ".daybook"},
};

static const opt_row output_rows[] = {
    {.name = "format",
     .kind = OPT_CHOICE,
     .offset = offsetof(app_output, format),
     .value_name = "FORMAT",
     .help = "how results are printed",
     .choices = table_formats,
     .default_text = "table"},
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

size_t options_sets(const cmd_spec *spec, void *options, app *app, opt_set sets[OPTIONS_SETS_MAX])
{
    size_t n = 0;
    if (spec->row_count > 0)
        sets[n++] = (opt_set){"Options", spec->rows, spec->row_count, options};
    if (spec->uses_target)
        sets[n++] = (opt_set){"Database", target_rows, COUNT(target_rows), app ? &app->target : NULL};
    if (spec->uses_output)
        sets[n++] = (opt_set){"Output", output_rows, COUNT(output_rows), app ? &app->output : NULL};
    sets[n++] = (opt_set){"Common options", common_rows, COUNT(common_rows), app ? &app->common : NULL};
    return n;
}
