/* Calls that change the book with one request and one answer: what they have in common. */
#include <assert.h>

#include "book/pg_store_int.h"

static const store_write *write_of(request_kind kind)
{
    static const store_write *const writes[REQUEST_KIND_COUNT] = {
        [REQUEST_ORDER_SUBMIT] = &store_order_submit,   [REQUEST_ORDER_IMPORT] = &store_order_import,
        [REQUEST_ORDER_RECORD] = &store_order_record,   [REQUEST_FILL_RECORD] = &store_fill_record,
        [REQUEST_FILL_BUST] = &store_fill_bust,         [REQUEST_FILL_CORRECT] = &store_fill_correct,
        [REQUEST_CASH_RECORD] = &store_cash_record,     [REQUEST_FUNDING_RECORD] = &store_funding_record,
        [REQUEST_EQUITY_RECORD] = &store_equity_record,
    };
    assert(kind < REQUEST_KIND_COUNT);
    return writes[kind];
}

dbk_err *pg_store_write(pg_store *s, request_kind kind, const void *request, void *out)
{
    const store_write *w = write_of(kind);
    arena *a = pg_store_keep(s, w->keep);
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    dbk_err *e = w->params(a, request, p);
    if (e)
        return e;
    pg_store_param_ctx(s, p);
    e = pg_store_call(s, a, &(store_call){.name = w->name, .sql = w->sql, .params = p, .one = true}, &rows);
    return e ? e : w->answer(rows, out);
}
