/* Accounts, instruments, runs and states. */
#include <string.h>

#include "book/book_sql.h"
#include "book/currency_kind.h"
#include "book/pg_store.h"
#include "book/pg_store_int.h"

/* Names first. Each is a call of its own, so a program that dies in between leaves names without what they
 * are for, which harms nobody. */
static dbk_err *register_venue(pg_store *s, arena *a, const char *caller, const char *code)
{
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    pg_param_text(p, code);
    pg_store_param_ctx(s, p);
    return pg_store_call(
        s, a, &(store_call){.name = caller, .sql = book_venue_register, .params = p, .one = true}, &rows);
}

static dbk_err *register_currency(pg_store *s, arena *a, const char *caller, const char *code)
{
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    pg_param_text(p, code);
    pg_param_text(p, currency_kind_guess(code));
    pg_store_param_ctx(s, p);
    return pg_store_call(
        s, a, &(store_call){.name = caller, .sql = book_currency_register, .params = p, .one = true}, &rows);
}

dbk_err *pg_store_instrument_register(pg_store *s, const dbk_instrument *i, dbk_answer *out)
{
    static const char name[] = "dbk_instrument_register";
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    const char *settle = i->settle ? i->settle : strcmp(i->kind, "inverse") == 0 ? i->base : i->quote;
    dbk_err *e = register_venue(s, a, name, i->venue);
    if (!e)
        e = register_currency(s, a, name, i->base);
    if (!e)
        e = register_currency(s, a, name, i->quote);
    if (!e)
        e = register_currency(s, a, name, settle);
    if (e)
        return e;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &i->instrument_id);
    pg_param_text(p, i->venue);
    pg_param_text(p, i->symbol);
    pg_param_text(p, i->kind);
    pg_param_text(p, i->base);
    pg_param_text(p, i->quote);
    pg_param_text(p, settle);
    pg_param_text(p, i->tick_size);
    pg_param_text(p, i->lot_size);
    pg_param_text(p, i->multiplier ? i->multiplier : "1");
    pg_store_param_ctx(s, p);
    return pg_store_call_answer(
        s, &(store_call){.name = name, .sql = book_instrument_register, .params = p, .one = true}, a, out);
}

dbk_err *pg_store_account_open(pg_store *s, const dbk_account *account, dbk_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    dbk_err *e = register_venue(s, a, "dbk_account_open", account->venue);
    if (!e)
        e = register_currency(s, a, "dbk_account_open", account->currency);
    if (e)
        return e;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &account->account_id);
    pg_param_text(p, account->name);
    pg_param_text(p, account->venue);
    pg_param_text(p, account->currency);
    pg_param_text(p, account->mode);
    pg_param_text(p, account->position_mode ? account->position_mode : "netting");
    pg_param_text(p, account->opening_balance ? account->opening_balance : "0");
    pg_store_param_ctx(s, p);
    return pg_store_call_answer(
        s, &(store_call){.name = "dbk_account_open", .sql = book_account_open, .params = p, .one = true}, a,
        out);
}

dbk_err *pg_store_account_close(pg_store *s, const dbk_uuid *account_id, const char *reason, dbk_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, account_id);
    pg_param_text(p, reason);
    pg_store_param_ctx(s, p);
    return pg_store_call_answer(
        s, &(store_call){.name = "dbk_account_close", .sql = book_account_close, .params = p, .one = true}, a,
        out);
}

enum { I_ID, I_VENUE, I_SYMBOL, I_KIND, I_BASE, I_QUOTE, I_SETTLE, I_TICK, I_LOT, I_MULTIPLIER };

static dbk_instrument read_instrument(const pg_rows *rows, size_t row)
{
    return (dbk_instrument){
        .instrument_id = pg_get_uuid(rows, row, I_ID),
        .venue = pg_get_text(rows, row, I_VENUE),
        .symbol = pg_get_text(rows, row, I_SYMBOL),
        .kind = pg_get_text(rows, row, I_KIND),
        .base = pg_get_text(rows, row, I_BASE),
        .quote = pg_get_text(rows, row, I_QUOTE),
        .settle = pg_get_text(rows, row, I_SETTLE),
        .tick_size = pg_get_text(rows, row, I_TICK),
        .lot_size = pg_get_text(rows, row, I_LOT),
        .multiplier = pg_get_text(rows, row, I_MULTIPLIER),
    };
}

/* An arena of its own, since fn may make any other call on the same book. */
dbk_err *pg_store_instruments(pg_store *s, const char *venue, const char *symbol,
                              bool (*fn)(void *ctx, const dbk_instrument *instrument), void *ctx)
{
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    pg_param_text(p, venue);
    pg_param_text(p, symbol);
    dbk_err *e = pg_store_call(
        s, a, &(store_call){.name = "dbk_instruments", .sql = book_instruments, .params = p}, &rows);
    for (size_t i = 0; !e && i < pg_row_count(rows); i++) {
        dbk_instrument instrument = read_instrument(rows, i);
        if (!fn(ctx, &instrument))
            break;
    }
    arena_free(a);
    return e;
}

dbk_err *pg_store_run_start(pg_store *s, const dbk_run *run, dbk_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &run->account_id);
    pg_param_uuid(p, &run->run_id);
    pg_param_text(p, run->kind);
    pg_param_text(p, run->strategy);
    pg_param_text(p, run->code_revision);
    pg_param_text(p, run->params_json ? run->params_json : "{}");
    pg_store_param_ctx(s, p);
    return pg_store_call_answer(
        s, &(store_call){.name = "dbk_run_start", .sql = book_run_start, .params = p, .one = true}, a, out);
}

dbk_err *pg_store_run_finish(pg_store *s, const dbk_uuid *account_id, const dbk_uuid *run_id,
                             const char *status, dbk_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, account_id);
    pg_param_uuid(p, run_id);
    pg_param_text(p, status);
    pg_store_param_ctx(s, p);
    return pg_store_call_answer(
        s, &(store_call){.name = "dbk_run_finish", .sql = book_run_finish, .params = p, .one = true}, a, out);
}

dbk_err *pg_store_performance_record(pg_store *s, const dbk_performance *performance, dbk_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &performance->account_id);
    pg_param_uuid(p, &performance->snapshot_id);
    pg_param_time(p, performance->since_us);
    pg_param_time(p, performance->as_of_us);
    pg_param_uuid(p, performance->run_id);
    pg_store_param_ctx(s, p);
    return pg_store_call_answer(
        s,
        &(store_call){
            .name = "dbk_performance_record", .sql = book_performance_record, .params = p, .one = true},
        a, out);
}

dbk_err *pg_store_state_save(pg_store *s, const dbk_uuid *account_id, const dbk_uuid *snapshot_id,
                             const char *name, int64_t as_of_us, const char *state_json, dbk_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, account_id);
    pg_param_uuid(p, snapshot_id);
    pg_param_text(p, name);
    pg_param_time(p, as_of_us);
    pg_param_text(p, state_json);
    pg_store_param_ctx(s, p);
    return pg_store_call_answer(
        s, &(store_call){.name = "dbk_state_save", .sql = book_state_save, .params = p, .one = true}, a, out);
}

dbk_err *pg_store_state_load(pg_store *s, const dbk_uuid *account_id, const char *name,
                             const char **state_json, int64_t *as_of_us)
{
    arena *a = pg_store_keep(s, KEEP_STATE);
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, account_id);
    pg_param_text(p, name);
    dbk_err *e = pg_store_call(
        s, a, &(store_call){.name = "dbk_state_load", .sql = book_state_load, .params = p}, &rows);
    if (e)
        return e;
    bool found = pg_row_count(rows) > 0;
    *state_json = found ? pg_get_text(rows, 0, 1) : NULL;
    if (as_of_us)
        *as_of_us = found ? pg_get_time(rows, 0, 0) : 0;
    return NULL;
}
