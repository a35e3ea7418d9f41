#include "schema/verify.h"

static dbk_err *read_chains(pg_conn *c, arena *a, const char *pin, ledger_verdict *out)
{
    const char *owner = NULL;
    dbk_err *e = pg_begin(c);
    if (e)
        return e;
    e = pg_exec(c, "set transaction isolation level repeatable read, read only");
    if (!e)
        e = ledger_owner(c, a, &owner);
    if (!e && !owner)
        e = err_with_hint(
            err_new(ERR_UNKNOWN, "nothing is installed in this database, so there is nothing to verify"),
            "is it the right database?");
    if (!e)
        e = ledger_verify(c, a, pin, out);
    pg_rollback(c);
    return e;
}

dbk_err *schema_verify(pg_conn *c, arena *a, const schema_choice *choice, const char *role_prefix,
                       const char *pin, schema_verify_result *out)
{
    schema_verify_result result = {0};
    schema_status status = {0};
    dbk_err *e = read_chains(c, a, pin, &result.chains);
    if (!e)
        e = schema_status_read(c, a, choice, role_prefix, &status);
    if (e)
        return err_wrap(e, "while verifying the ledger");
    result.fault = status.fault;
    *out = result;
    return NULL;
}
