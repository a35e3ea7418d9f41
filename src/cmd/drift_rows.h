/* drift_rows.h: differences of schemas as a table and as a patch, for `mirror --check` and `drift`. */
#ifndef DAYBOOK_CMD_DRIFT_ROWS_H
#define DAYBOOK_CMD_DRIFT_ROWS_H

#include "cmd/app.h"
#include "schema/drift.h"
#include "schema/matrix.h"

/* A table for drift_rows_add. The texts of both sides are columns only where programs read. */
dbk_err *drift_rows_new(const app *app, table **out) ERR_MUST_USE;

/* The sides have names: "files", "mirror", "live". */
dbk_err *drift_rows_add(const app *app, table *t, const char *expected, const char *actual,
                        const drift *found) ERR_MUST_USE;

/* Declared rights ("matrix") against the live ones, in the same table … */
dbk_err *drift_rows_matrix(const app *app, table *t, const matrix_report *report) ERR_MUST_USE;
/* … or one line each, of the kind that patch skips, to app->out. */
dbk_err *drift_rows_matrix_print(const app *app, const matrix_report *report) ERR_MUST_USE;

/* A unified diff of every object that differs, to app->out. */
dbk_err *drift_rows_patch(const app *app, const char *expected, const char *actual,
                          const drift *found) ERR_MUST_USE;

/* Names in a warning each what `m` has and cannot hold, so that nobody takes it for compared. */
dbk_err *drift_rows_unwritten(app *app, arena *a, const char *side, const mirror *m) ERR_MUST_USE;

#endif
