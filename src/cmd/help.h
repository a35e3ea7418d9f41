/* help.h: what the option tables tell, printed: help, and in help.c the verbs for the manual page and shell
 * completion. */
#ifndef DAYBOOK_CMD_HELP_H
#define DAYBOOK_CMD_HELP_H

#include "cmd/app.h"

/* The help of one command by its full name ("migrate apply"); ERR_USAGE when there is none. */
dbk_err *help_print_command(app *app, const char *name) ERR_MUST_USE;
/* The list of commands below a prefix; "" for all of them. */
dbk_err *help_print_group(app *app, const char *prefix) ERR_MUST_USE;

#endif
