#include "schema/guard.h"

#include "core/buf.h"
#include "guard_sql.h"

#define REASONS_BYTES_MAX ((size_t)64 << 10)

static dbk_err *refuse(const pg_rows *rows)
{
    buf reasons;
    buf_init(&reasons, REASONS_BYTES_MAX);
    for (size_t i = 0; i < pg_row_count(rows); i++)
        buf_printf(&reasons, "%s%s", i ? "\n" : "", pg_get_text(rows, i, 0));
    dbk_err *e = buf_error(&reasons);
    if (!e)
        e = err_with_hint(
            err_with_detail(err_new(ERR_DENIED, "a daemon does not run with rights that can undo the book"),
                            "%s", reasons.data),
            "make a login that is a member of the role for this work only, see `daybook grants bootstrap`");
    buf_term(&reasons);
    return e;
}

dbk_err *guard_check(pg_conn *c, arena *a, const guard_options *o)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_text_array(p, o->schemas, o->schema_count);
    dbk_err *e = pg_query(c, a, sql_guard, p, &rows);
    if (e)
        return err_wrap(e, "while asking what this login may do");
    if (pg_row_count(rows) == 0)
        return NULL;
    if (!o->allow)
        return refuse(rows);
    for (size_t i = 0; i < pg_row_count(rows) && o->log; i++)
        log_fields(o->log, LOG_WARNING, "running with rights that can undo the book, as was asked for",
                   LOG_STR("reason", pg_get_text(rows, i, 0)));
    return NULL;
}
