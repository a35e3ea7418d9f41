/* grants_scratch.h: throw-away servers for what `grants` cannot ask of the live one: what the files of the
 * modules make of a policy, and verbs that can only be found out by doing. Of the live server's version. */
#ifndef DAYBOOK_CMD_GRANTS_SCRATCH_H
#define DAYBOOK_CMD_GRANTS_SCRATCH_H

#include "cmd/app.h"
#include "schema/grants.h"

typedef struct grants_scratch {
    const grants_options *options;
    const char *pg_bin; /* where the server programs are; NULL: found */
} grants_scratch;

/* A grants_policies_fn; the context is a grants_scratch. ERR_UNKNOWN when there can be no such server or
 * the files do not run on it. */
grants_policies_fn grants_scratch_policies;

/* grants_prove on a copy of the database behind `live`: its schema and its rights, its roles, none of its
 * data. */
dbk_err *grants_scratch_prove(pg_conn *live, arena *a, const grants_scratch *s, const grants_target *t,
                              matrix_report *report, size_t *tried) ERR_MUST_USE;

#endif
