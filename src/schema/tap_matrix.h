/* tap_matrix.h: tests made from grants.conf: for every object of a module, what each role may. */
#ifndef DAYBOOK_SCHEMA_TAP_MATRIX_H
#define DAYBOOK_SCHEMA_TAP_MATRIX_H

#include "core/arena.h"
#include "core/err.h"
#include "schema/module.h"
#include "schema/tap.h"

/* A test file called "<module>/grants.conf" that prints TAP itself. role_prefix NULL: the usual one. Where
 * everything has one owner it skips itself. */
dbk_err *tap_matrix_source(arena *a, const module *m, const char *role_prefix, tap_source *out) ERR_MUST_USE;

#endif
