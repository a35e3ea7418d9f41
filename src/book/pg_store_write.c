/* Calls that change the book with one request and one answer: what they have in common. */
#include <assert.h>

#include "book/pg_store_int.h"

const store_write *pg_store_write_of(dbk_call_kind kind)
{
    static const store_write *const writes[CALL_KIND_COUNT] = {
        [DBK_CALL_ORDER_SUBMIT] = &store_order_submit,   [DBK_CALL_ORDER_IMPORT] = &store_order_import,
        [DBK_CALL_ORDER_RECORD] = &store_order_record,   [DBK_CALL_FILL_RECORD] = &store_fill_record,
        [DBK_CALL_FILL_BUST] = &store_fill_bust,         [DBK_CALL_FILL_CORRECT] = &store_fill_correct,
        [DBK_CALL_CASH_RECORD] = &store_cash_record,     [DBK_CALL_FUNDING_RECORD] = &store_funding_record,
        [DBK_CALL_EQUITY_RECORD] = &store_equity_record,
    };
    assert(kind < CALL_KIND_COUNT);
    return writes[kind];
}

dbk_err *pg_store_write_params(const pg_store *s, arena *a, const store_write *w, const void *request,
                               pg_params **out)
{
    pg_params *p = pg_params_new(a);
    if (!p || !s->ctx)
        return err_oom();
    dbk_err *e = w->params(a, request, p);
    if (e)
        return e;
    pg_store_param_ctx(s, p);
    *out = p;
    return NULL;
}

dbk_err *pg_store_read_answer(const store_write *w, const char *name, const pg_rows *rows, void *out)
{
    if (pg_row_count(rows) != 1)
        return err_new(ERR_INTERNAL, "%s: expected one row, got %zu", name, pg_row_count(rows));
    return w->answer(rows, out);
}

dbk_err *pg_store_write(pg_store *s, dbk_call_kind kind, const void *request, void *out)
{
    const store_write *w = pg_store_write_of(kind);
    arena *a = pg_store_keep(s, w->keep);
    pg_rows *rows = NULL;
    pg_params *p = NULL;
    dbk_err *e = pg_store_write_params(s, a, w, request, &p);
    if (!e)
        e = pg_store_call(s, a, &(store_call){.name = request_name(kind), .sql = w->sql, .params = p}, &rows);
    return e ? e : pg_store_read_answer(w, request_name(kind), rows, out);
}
