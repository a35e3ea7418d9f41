/* progress.h: how far long work has come, on stderr, only when that is a terminal.
 *
 * Redraws at most ten times a second; clears its line at the end. When `stream` is not a terminal nothing is
 * printed. */
#ifndef DAYBOOK_CORE_PROGRESS_H
#define DAYBOOK_CORE_PROGRESS_H

#include <stdint.h>
#include <stdio.h>

#include "core/clock.h"
#include "core/err.h"

typedef struct progress progress;

/* total 0 = unknown. unit is a plural ("rows"). */
dbk_err *progress_new(FILE *stream, const dbk_clock *clock, const char *label, const char *unit,
                      int64_t total, progress **out) ERR_MUST_USE;
void progress_set(progress *p, int64_t done);
void progress_label(progress *p, const char *label);
void progress_free(progress *p); /* clears the line; accepts NULL */

#endif
