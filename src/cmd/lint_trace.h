/* lint_trace.h: `lint --trace`: pending migrations on a scratch server. */
#ifndef DAYBOOK_CMD_LINT_TRACE_H
#define DAYBOOK_CMD_LINT_TRACE_H

#include "cmd/app.h"
#include "schema/lint.h"

/* with_sizes: the target is asked how big its tables are, and the scratch server is of its major version.
 * pg_bin: where the server programs are; NULL: the usual places. Sets the exit status: 1 when something
 * hurts. */
dbk_err *lint_trace_print(app *app, const lint_options *options, bool with_sizes, const char *pg_bin,
                          int *exit_status) ERR_MUST_USE;

#endif
