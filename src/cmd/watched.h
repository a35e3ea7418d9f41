/* watched.h: statements that take long, ended by Ctrl-C. */
#ifndef DAYBOOK_CMD_WATCHED_H
#define DAYBOOK_CMD_WATCHED_H

#include <stdatomic.h>

#include "pg/pg.h"

/* Calls run with the flag of core/interrupt.h. A signal sets the flag and cancels what runs on c; the
 * statement that was cancelled for its sake is no error of its own: then the interruption is returned. */
dbk_err *watched_run(pg_conn *c, dbk_err *(*run)(void *ctx, const atomic_int *flag), void *ctx) ERR_MUST_USE;

#endif
