/* verify.h: whether the records of a database are whole and still fit the files. What `daybook migrate
 * verify` calls. */
#ifndef DAYBOOK_SCHEMA_VERIFY_H
#define DAYBOOK_SCHEMA_VERIFY_H

#include "schema/install.h"
#include "schema/ledger.h"
#include "schema/tap.h"

typedef struct schema_verify_result {
    ledger_verdict chains;
    dbk_err *fault; /* what the files say, as schema_status.fault; the caller frees it */
} schema_verify_result;

/* Reads only, in one READ ONLY transaction; works on a standby. ERR_UNKNOWN when nothing is installed: what
 * is not there cannot be verified. pin is a hash that must be part of the chain; NULL: none. Everything in
 * *out but `fault` lives in the arena. */
dbk_err *schema_verify(pg_conn *c, arena *a, const schema_choice *choice, const char *role_prefix,
                       const char *pin, schema_verify_result *out) ERR_MUST_USE;

/* A script in the folder verify/ of a module that was adopted from sqitch. */
typedef struct schema_verify_script {
    const char *path;
    size_t line;         /* of the statement that failed; 0: of the script as a whole */
    const char *failure; /* NULL: it holds */
} schema_verify_script;

typedef struct schema_verify_scripts {
    schema_verify_script *items; /* in the order of the plan */
    size_t count, failed;
} schema_verify_scripts;

/* Runs those of the changes that are applied, each in a transaction of its own that is rolled back, on a
 * connection of its own to url; c reads the ledger. Scripts of changes that were reworked later are left out,
 * as sqitch does. */
dbk_err *schema_verify_run_scripts(pg_conn *c, const char *url, arena *a, const schema_choice *choice,
                                   schema_verify_scripts *out) ERR_MUST_USE;

#endif
