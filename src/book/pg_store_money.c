/* Money that moves without a fill, and what the account is worth. */
#include "book/book_sql.h"
#include "book/pg_store_int.h"
#include "core/uuid.h"

static dbk_err *cash_params(arena *a, const void *request, pg_params *p)
{
    const dbk_cash *cash = request;
    (void)a;
    pg_param_uuid(p, &cash->account_id);
    pg_param_uuid(p, &cash->entry_id);
    pg_param_text(p, cash->kind);
    pg_param_text(p, cash->currency);
    pg_param_text(p, cash->amount);
    pg_param_time(p, cash->occurred_us);
    pg_param_text(p, cash->reason);
    return NULL;
}

static dbk_err *read_cash(const pg_rows *rows, void *out)
{
    return pg_store_answer(rows, 0, out);
}

const store_write store_cash_record = {
    .sql = book_cash_record,
    .keep = KEEP_ANSWER,
    .params = cash_params,
    .answer = read_cash,
};

enum { F_AMOUNT = ANSWER_COLUMNS, F_CURRENCY, F_POSITION_QTY };

static dbk_err *funding_params(arena *a, const void *request, pg_params *p)
{
    const dbk_funding *funding = request;
    (void)a;
    pg_param_uuid(p, &funding->account_id);
    pg_param_uuid(p, &funding->payment_id);
    pg_param_uuid(p, &funding->instrument_id);
    pg_param_time(p, funding->funding_us);
    pg_param_text(p, funding->amount);
    pg_param_text(p, funding->rate);
    pg_param_text(p, funding->mark);
    pg_param_text(p, funding->position_key ? funding->position_key : "");
    return NULL;
}

static dbk_err *read_funding(const pg_rows *rows, void *out)
{
    dbk_answer answer;
    dbk_err *e = pg_store_answer(rows, 0, &answer);
    if (e)
        return e;
    *(dbk_funding_answer *)out = (dbk_funding_answer){
        .answer = answer,
        .amount = pg_get_text(rows, 0, F_AMOUNT),
        .currency = pg_get_text(rows, 0, F_CURRENCY),
        .position_qty = pg_get_text(rows, 0, F_POSITION_QTY),
    };
    return NULL;
}

const store_write store_funding_record = {
    .sql = book_funding_record,
    .keep = KEEP_FUNDING,
    .params = funding_params,
    .answer = read_funding,
};

enum { E_BALANCE = ANSWER_COLUMNS, E_UNREALIZED, E_EQUITY, E_COMPLETE, E_MISSING };

static dbk_err *mark_params(arena *a, const dbk_mark *marks, size_t count, pg_params *p)
{
    const char **items = arena_alloc(a, (count + 1) * sizeof(*items));
    char *ids = arena_alloc(a, (count + 1) * UUID_TEXT_SIZE);
    if (!items || !ids)
        return err_oom();
    for (size_t i = 0; i < count; i++) {
        uuid_format(&marks[i].instrument_id, ids + i * UUID_TEXT_SIZE);
        items[i] = ids + i * UUID_TEXT_SIZE;
    }
    pg_param_text_array(p, items, count);
    for (size_t i = 0; i < count; i++)
        items[i] = marks[i].price;
    pg_param_text_array(p, items, count);
    return NULL;
}

static dbk_err *rate_params(arena *a, const dbk_rate *rates, size_t count, pg_params *p)
{
    const char **items = arena_alloc(a, (count + 1) * sizeof(*items));
    if (!items)
        return err_oom();
    for (size_t i = 0; i < count; i++)
        items[i] = rates[i].currency;
    pg_param_text_array(p, items, count);
    for (size_t i = 0; i < count; i++)
        items[i] = rates[i].rate;
    pg_param_text_array(p, items, count);
    return NULL;
}

static dbk_err *equity_params(arena *a, const void *request, pg_params *p)
{
    const dbk_equity_point *point = request;
    pg_param_uuid(p, &point->account_id);
    pg_param_uuid(p, &point->point_id);
    pg_param_time(p, point->as_of_us);
    dbk_err *e = mark_params(a, point->marks, point->mark_count, p);
    if (e)
        return e;
    pg_param_uuid(p, point->run_id);
    return rate_params(a, point->rates, point->rate_count, p);
}

static dbk_err *read_equity(const pg_rows *rows, void *out)
{
    dbk_answer answer;
    dbk_err *e = pg_store_answer(rows, 0, &answer);
    if (e)
        return e;
    const char *missing = pg_get_text(rows, 0, E_MISSING);
    *(dbk_equity *)out = (dbk_equity){
        .answer = answer,
        .balance = pg_get_text(rows, 0, E_BALANCE),
        .unrealized = pg_get_text(rows, 0, E_UNREALIZED),
        .equity = pg_get_text(rows, 0, E_EQUITY),
        .complete = !pg_get_is_null(rows, 0, E_COMPLETE) && pg_get_bool(rows, 0, E_COMPLETE),
        .missing = missing ? missing : "",
    };
    return NULL;
}

const store_write store_equity_record = {
    .sql = book_equity_record,
    .keep = KEEP_EQUITY,
    .params = equity_params,
    .answer = read_equity,
};
