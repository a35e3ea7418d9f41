/* The public face of errors and identities. */
#include <string.h>

#include "core/clock.h"
#include "core/uuid.h"
#include "daybook.h"
#include "pg/pg_retry.h"

/* The store makes one message of a chain before it hands an error out. */
const char *dbk_err_message(const dbk_err *e)
{
    return e ? err_message(e) : "";
}

const char *dbk_err_sqlstate(const dbk_err *e)
{
    return e ? err_sqlstate(e) : "";
}

const char *dbk_err_detail(const dbk_err *e)
{
    return e ? err_detail(e) : NULL;
}

const char *dbk_err_hint(const dbk_err *e)
{
    return e ? err_hint(e) : NULL;
}

bool dbk_err_retryable(const dbk_err *e)
{
    return e && pg_retry_classify(e) != PG_RETRY_NEVER;
}

void dbk_err_free(dbk_err *e)
{
    err_free(e);
}

dbk_err *dbk_uuid_v7(dbk_uuid *out)
{
    if (!out)
        return err_new(ERR_USAGE, "dbk_uuid_v7: out is NULL");
    return uuid_v7(clock_system(), out);
}

void dbk_uuid_from_name(const dbk_uuid *name_space, const char *name, dbk_uuid *out)
{
    static const dbk_uuid none;
    uuid_from_name(name_space ? name_space : &none, name ? name : "", name ? strlen(name) : 0, out);
}

dbk_err *dbk_uuid_parse(const char *text, dbk_uuid *out)
{
    if (!text || !out)
        return err_new(ERR_USAGE, "dbk_uuid_parse: an argument is NULL");
    return uuid_parse(text, out);
}

void dbk_uuid_format(const dbk_uuid *id, char out[DBK_UUID_TEXT_SIZE])
{
    uuid_format(id, out);
}
