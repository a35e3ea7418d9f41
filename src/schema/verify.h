/* verify.h: whether the records of a database are whole and still fit the files. What `daybook migrate
 * verify` calls. */
#ifndef DAYBOOK_SCHEMA_VERIFY_H
#define DAYBOOK_SCHEMA_VERIFY_H

#include "schema/install.h"
#include "schema/ledger.h"

typedef struct schema_verify_result {
    ledger_verdict chains;
    dbk_err *fault; /* what the files say, as schema_status.fault; the caller frees it */
} schema_verify_result;

/* Reads only, in one READ ONLY transaction; works on a standby. ERR_UNKNOWN when nothing is installed: what
 * is not there cannot be verified. pin is a hash that must be part of the chain; NULL: none. Everything in
 * *out but `fault` lives in the arena. */
dbk_err *schema_verify(pg_conn *c, arena *a, const schema_choice *choice, const char *role_prefix,
                       const char *pin, schema_verify_result *out) ERR_MUST_USE;

#endif
