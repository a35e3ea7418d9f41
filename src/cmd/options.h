/* options.h: the option tables that commands share, so that -v or --url means one thing everywhere. */
#ifndef DAYBOOK_CMD_OPTIONS_H
#define DAYBOOK_CMD_OPTIONS_H

#include "cmd/app.h"

#define OPTIONS_SETS_MAX 4

/* The sets of a command in the order --help shows them: its own rows bound to `options`, then target, output
 * and common bound to `app`; with app NULL, for help only. Returns how many of OPTIONS_SETS_MAX were filled.
 */
size_t options_sets(const cmd_spec *spec, void *options, app *app, opt_set sets[OPTIONS_SETS_MAX]);

#endif
