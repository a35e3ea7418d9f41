/* sqlite_write.c: which function makes which call. */
#include <assert.h>

#include "book/sqlite_fill.h"
#include "book/sqlite_money.h"
#include "book/sqlite_order.h"
#include "book/sqlite_store_int.h"

static const struct {
    sqlite_keep keep;
    dbk_err *(*run)(sqlite_call *c, const void *request, void *out);
} writes[CALL_KIND_COUNT] = {
    [DBK_CALL_ORDER_SUBMIT] = {SQLITE_KEEP_ORDER, sqlite_order_submit},
    [DBK_CALL_ORDER_IMPORT] = {SQLITE_KEEP_ORDER, sqlite_order_import},
    [DBK_CALL_ORDER_RECORD] = {SQLITE_KEEP_ORDER, sqlite_order_record},
    [DBK_CALL_FILL_RECORD] = {SQLITE_KEEP_FILL, sqlite_fill_record},
    [DBK_CALL_FILL_BUST] = {SQLITE_KEEP_FILL_EVENT, sqlite_fill_bust},
    [DBK_CALL_FILL_CORRECT] = {SQLITE_KEEP_FILL_EVENT, sqlite_fill_correct},
    [DBK_CALL_CASH_RECORD] = {SQLITE_KEEP_ANSWER, sqlite_cash_record},
    [DBK_CALL_FUNDING_RECORD] = {SQLITE_KEEP_FUNDING, sqlite_funding_record},
    [DBK_CALL_EQUITY_RECORD] = {SQLITE_KEEP_EQUITY, sqlite_equity_record},
};

dbk_err *sqlite_store_write(sqlite_store *s, dbk_call_kind kind, const void *request, void *out)
{
    assert((size_t)kind < CALL_KIND_COUNT);
    return sqlite_store_run(s, &(sqlite_work){.name = request_name(kind),
                                              .keep = writes[kind].keep,
                                              .run = writes[kind].run,
                                              .request = request,
                                              .out = out});
}

dbk_err *sqlite_store_calls(sqlite_store *s, dbk_call *const *calls, size_t count)
{
    arena_reset(s->kept[SQLITE_KEEP_CALLS]);
    for (size_t i = 0; i < count; i++) {
        if (calls[i]->error)
            continue;
        calls[i]->error = sqlite_store_run(s, &(sqlite_work){.name = request_name(calls[i]->kind),
                                                             .keep = SQLITE_KEEP_CALLS,
                                                             .keeps_on = true,
                                                             .run = writes[calls[i]->kind].run,
                                                             .request = calls[i]->request.any,
                                                             .out = calls[i]->answer.any});
    }
    return NULL;
}
