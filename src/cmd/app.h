/* app.h: what main builds once and passes down: settings, clock, log, where output goes. No globals. */
#ifndef DAYBOOK_CMD_APP_H
#define DAYBOOK_CMD_APP_H

#include <stdio.h>

#include "core/arena.h"
#include "core/clock.h"
#include "core/conf.h"
#include "core/log.h"
#include "core/opt.h"
#include "core/table.h"
#include "pg/pg.h"

/* Filled from the shared option tables that every command carries. */
typedef struct app_common {
    const char *config_path; /* --config */
    bool verbose;            /* -v: debug messages too */
    bool quiet;
    int log_format; /* enum log_format */
} app_common;

typedef struct app_output {
    int format; /* enum table_format */
} app_output;

typedef struct app_target {
    const char *url;      /* --url, DAYBOOK_URL; NULL: the private cluster */
    const char *data_dir; /* --data; default ".daybook" */
} app_target;

typedef struct app {
    arena *arena; /* life of the process */
    const dbk_clock *clock;
    dbk_log *log;
    conf *config; /* may be NULL */
    app_common common;
    app_output output;
    app_target target;
    FILE *out; /* stdout */
} app;

/* One subcommand. Its file defines one `const cmd_spec cmd_<name>`, declared and listed in commands.h/.c;
 * main.c only dispatches. help.sets stays NULL: the sets are put together from `rows` and the shared tables
 * below. run gets the parsed options struct; it returns an error (reported once by main) or sets *exit_status
 * (0 or 1). */
typedef struct cmd_spec {
    opt_command help;
    size_t options_size; /* of the struct the rows fill; 0 when none */
    const opt_row *rows;
    size_t row_count;
    bool uses_target; /* --url, --data */
    bool uses_output; /* --format */
    dbk_err *(*run)(app *app, void *options, const opt_result *args, int *exit_status);
} cmd_spec;

/* Opens a connection to the target: the URL when given, else the running private cluster (ERR_CONNECTION with
 * the hint `daybook up` when it does not run; ERR_USAGE when the target is a book in a file).
 * application_name NULL: "daybook". */
dbk_err *app_connect(app *app, const char *application_name, pg_conn **out) ERR_MUST_USE;
/* The same as a URL for psql, children and bots: without secrets for the private cluster; as given otherwise.
 */
dbk_err *app_url(app *app, char **url) ERR_MUST_USE;
/* The path of the book in a file that the target names (sqlite:PATH); NULL when it is a server. */
const char *app_file(const app *app);
/* Prints tables in the format that --format asks for, to app->out. */
dbk_err *app_print(app *app, table *const *tables, size_t count) ERR_MUST_USE;

#endif
