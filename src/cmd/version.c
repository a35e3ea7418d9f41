/* version.c: what is running: the program, the libraries it talks through, and the server behind the target
 * when asked. */

#include <stddef.h>

#include "cmd/app.h"
#include "core/json.h"
#include "version.h"

static dbk_err *run_version(app *app, void *options, const opt_result *args, int *exit_status)
{
    (void)options;
    (void)args;
    (void)exit_status;
    static const table_column columns[] = {{"component", TABLE_STRING}, {"version", TABLE_STRING}};
    table *t = NULL;
    dbk_err *e = table_new(NULL, columns, 2, &t);
    const char *const rows[][2] = {
        {"daybook", DAYBOOK_VERSION},
        {"revision", DAYBOOK_REVISION},
        {"libpq",
         arena_printf(app->arena, "%d.%d", pg_library_version() / 10000, pg_library_version() % 10000)},
        {"jansson", jansson_version_str()},
    };
    for (size_t i = 0; !e && i < sizeof(rows) / sizeof(rows[0]); i++) {
        e = table_row(t);
        for (size_t c = 0; !e && c < 2; c++)
            e = table_set(t, c, rows[i][c]);
    }
    if (!e)
        e = table_print(t, (table_format)app->output.format, app->out);
    table_free(t);
    return e;
}

const cmd_spec cmd_version = {
    .help = {.name = "version", .summary = "show the version of the program and of what it is built on"},
    .uses_output = true,
    .run = run_version,
};
