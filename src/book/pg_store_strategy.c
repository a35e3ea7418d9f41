/* What bots tell of themselves, what their strategies saw, and what those go on from. */
#include "book/book_sql.h"
#include "book/pg_store_int.h"

static dbk_err *write_one(pg_store *s, arena *a, const char *name, const char *sql, pg_params *p,
                          dbk_answer *out)
{
    pg_store_param_ctx(s, p);
    return pg_store_call_answer(s, &(store_call){.name = name, .sql = sql, .params = p, .one = true}, a, out);
}

dbk_err *pg_store_bot_event_record(pg_store *s, const dbk_bot_event *event, dbk_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &event->account_id);
    pg_param_uuid(p, &event->event_id);
    pg_param_uuid(p, event->bot_id);
    pg_param_text(p, event->kind);
    pg_param_text(p, event->level);
    pg_param_text(p, event->message);
    pg_param_text(p, event->data_json ? event->data_json : "{}");
    pg_param_time(p, event->occurred_us);
    return write_one(s, a, "dbk_bot_event_record", book_bot_event_record, p, out);
}

dbk_err *pg_store_signal_record(pg_store *s, const dbk_signal *signal, dbk_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &signal->account_id);
    pg_param_uuid(p, &signal->signal_id);
    pg_param_uuid(p, signal->bot_id);
    pg_param_uuid(p, &signal->instrument_id);
    pg_param_text(p, signal->name);
    pg_param_text(p, signal->direction);
    pg_param_text(p, signal->strength);
    pg_param_text(p, signal->price);
    pg_store_param_time(p, signal->valid_until_us);
    pg_param_text(p, signal->data_json ? signal->data_json : "{}");
    pg_param_time(p, signal->occurred_us);
    pg_param_uuid(p, signal->run_id);
    return write_one(s, a, "dbk_signal_record", book_signal_record, p, out);
}

dbk_err *pg_store_strategy_save(pg_store *s, const strategy_state *state, dbk_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &state->account_id);
    pg_param_uuid(p, &state->bot_id);
    pg_param_int8(p, state->token);
    pg_param_uuid(p, &state->change_id);
    pg_param_text(p, state->name);
    pg_param_text(p, state->state_json);
    return write_one(s, a, "dbk_strategy_save", book_strategy_save, p, out);
}

dbk_err *pg_store_strategy_load(pg_store *s, const strategy_state *state, const char **state_json,
                                int64_t *version)
{
    arena *a = pg_store_keep(s, KEEP_STRATEGY);
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &state->account_id);
    pg_param_uuid(p, &state->bot_id);
    pg_param_text(p, state->name);
    dbk_err *e = pg_store_call(
        s, a, &(store_call){.name = "dbk_strategy_load", .sql = book_strategy_load, .params = p}, &rows);
    if (e)
        return e;
    bool found = pg_row_count(rows) > 0;
    *state_json = found ? pg_get_text(rows, 0, 0) : NULL;
    if (version)
        *version = found ? pg_get_int8(rows, 0, 1) : 0;
    return NULL;
}
