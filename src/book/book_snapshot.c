#include "book/book_snapshot.h"

/* Whole results are read, so plans that give their first rows early have no advantage. */
static const char begin_sql[] = "begin transaction isolation level repeatable read read only; "
                                "set local timezone = 'UTC'; set local cursor_tuple_fraction = 1";

dbk_err *book_snapshot_begin(pg_conn *c, arena *a)
{
    dbk_err *e = pg_exec(c, begin_sql);
    if (e)
        return e;
    pg_rows *rows;
    e = pg_query_one(c, a, "select pg_catalog.to_regclass('trading.accounts') is not null", NULL, &rows);
    if (!e && !pg_get_bool(rows, 0, 0))
        e = err_with_hint(
            err_new(ERR_NOT_FOUND, "there is no book here: the module trading is not installed"),
            "daybook migrate apply --modules trading");
    return e;
}

pg_params *book_snapshot_params(arena *a, const book_accounts *accounts)
{
    pg_params *p = pg_params_new(a);
    if (accounts->count == 0)
        pg_param_null(p);
    else
        pg_param_text_array(p, accounts->ids, accounts->count);
    return p;
}
