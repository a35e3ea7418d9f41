/* What bots ask an executor for. */
#include "book/book_sql.h"
#include "book/pg_store_int.h"

enum { A_STATUS = ANSWER_COLUMNS, A_EXPIRES_AT, A_ORDER_ID, A_ORDER_STATUS, A_ORDER_VERSION };

static dbk_err *ask(pg_store *s, arena *a, const char *name, const char *sql, pg_params *p,
                    dbk_intent_answer *out)
{
    dbk_answer answer;
    pg_rows *rows = NULL;
    pg_store_param_ctx(s, p);
    dbk_err *e =
        pg_store_call(s, a, &(store_call){.name = name, .sql = sql, .params = p, .one = true}, &rows);
    if (!e)
        e = pg_store_answer(rows, 0, &answer);
    if (e)
        return e;
    *out = (dbk_intent_answer){
        .answer = answer,
        .status = pg_get_text(rows, 0, A_STATUS),
        .expires_us = pg_get_is_null(rows, 0, A_EXPIRES_AT) ? 0 : pg_get_time(rows, 0, A_EXPIRES_AT),
        .order_status = pg_get_text(rows, 0, A_ORDER_STATUS),
        .order_version = pg_get_is_null(rows, 0, A_ORDER_VERSION) ? 0 : pg_get_int8(rows, 0, A_ORDER_VERSION),
    };
    if (!pg_get_is_null(rows, 0, A_ORDER_ID))
        out->order_id = pg_get_uuid(rows, 0, A_ORDER_ID);
    return NULL;
}

dbk_err *pg_store_intent_request_order(pg_store *s, const dbk_order_intent *intent, dbk_intent_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_INTENT_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &intent->account_id);
    pg_param_uuid(p, &intent->intent_id);
    pg_param_uuid(p, &intent->instrument_id);
    pg_param_text(p, intent->side);
    pg_param_text(p, intent->type);
    pg_param_text(p, intent->qty);
    pg_param_text(p, intent->price);
    pg_param_text(p, intent->stop_price);
    pg_param_text(p, intent->time_in_force ? intent->time_in_force : "gtc");
    pg_param_int8(p, intent->ttl_ms);
    pg_param_text(p, intent->position_key ? intent->position_key : "");
    pg_param_uuid(p, intent->run_id);
    pg_param_text(p, intent->reference_price);
    return ask(s, a, "dbk_intent_request_order", book_intent_request_order, p, out);
}

dbk_err *pg_store_intent_request_change(pg_store *s, const dbk_change_intent *intent, dbk_intent_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_INTENT_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &intent->account_id);
    pg_param_uuid(p, &intent->intent_id);
    pg_param_text(p, intent->replace ? "replace" : "cancel");
    pg_param_uuid(p, &intent->order_id);
    pg_param_int8(p, intent->ttl_ms);
    pg_param_text(p, intent->qty);
    pg_param_text(p, intent->price);
    pg_param_text(p, intent->stop_price);
    pg_param_text(p, intent->reason);
    return ask(s, a, "dbk_intent_request_change", book_intent_request_change, p, out);
}

dbk_err *pg_store_intent_submit(pg_store *s, const dbk_uuid *account_id, const dbk_uuid *intent_id,
                                dbk_intent_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_INTENT_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, account_id);
    pg_param_uuid(p, intent_id);
    return ask(s, a, "dbk_intent_submit", book_intent_submit, p, out);
}

dbk_err *pg_store_intent_decline(pg_store *s, const dbk_uuid *account_id, const dbk_uuid *intent_id,
                                 const char *executor, const char *reason, dbk_intent_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_INTENT_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, account_id);
    pg_param_uuid(p, intent_id);
    pg_param_text(p, executor);
    pg_param_text(p, reason);
    return ask(s, a, "dbk_intent_decline", book_intent_decline, p, out);
}

/* ---- reading and claiming: the same columns first ---- */

enum {
    I_ID,
    I_ORDER_ID,
    I_ACTION,
    I_STATUS,
    I_BOT_ID,
    I_INSTRUMENT_ID,
    I_SIDE,
    I_TYPE,
    I_TIME_IN_FORCE,
    I_POSITION_KEY,
    I_QTY,
    I_PRICE,
    I_STOP_PRICE,
    I_REFERENCE_PRICE,
    I_REASON,
    I_REQUESTED_AT,
    I_EXPIRES_AT,
    I_CLAIMED_BY,
    I_REFUSAL_CODE,
    I_REFUSAL_DETAIL,
    I_OUTCOME,
    I_CONFLICT_FIELD
};

static dbk_intent read_intent(const pg_rows *rows, size_t row)
{
    dbk_intent intent = {
        .intent_id = pg_get_uuid(rows, row, I_ID),
        .order_id = pg_get_uuid(rows, row, I_ORDER_ID),
        .action = pg_get_text(rows, row, I_ACTION),
        .status = pg_get_text(rows, row, I_STATUS),
        .has_bot = !pg_get_is_null(rows, row, I_BOT_ID),
        .side = pg_get_text(rows, row, I_SIDE),
        .type = pg_get_text(rows, row, I_TYPE),
        .time_in_force = pg_get_text(rows, row, I_TIME_IN_FORCE),
        .position_key = pg_get_text(rows, row, I_POSITION_KEY),
        .qty = pg_get_text(rows, row, I_QTY),
        .price = pg_get_text(rows, row, I_PRICE),
        .stop_price = pg_get_text(rows, row, I_STOP_PRICE),
        .reference_price = pg_get_text(rows, row, I_REFERENCE_PRICE),
        .reason = pg_get_text(rows, row, I_REASON),
        .requested_us = pg_get_time(rows, row, I_REQUESTED_AT),
        .expires_us = pg_get_time(rows, row, I_EXPIRES_AT),
        .claimed_by = pg_get_text(rows, row, I_CLAIMED_BY),
        .refusal_code = pg_get_text(rows, row, I_REFUSAL_CODE),
        .refusal_detail = pg_get_text(rows, row, I_REFUSAL_DETAIL),
    };
    if (intent.has_bot)
        intent.bot_id = pg_get_uuid(rows, row, I_BOT_ID);
    if (!pg_get_is_null(rows, row, I_INSTRUMENT_ID))
        intent.instrument_id = pg_get_uuid(rows, row, I_INSTRUMENT_ID);
    return intent;
}

static void give_intents(const pg_rows *rows, bool (*fn)(void *ctx, const dbk_intent *intent), void *ctx)
{
    for (size_t i = 0; i < pg_row_count(rows); i++) {
        dbk_intent intent = read_intent(rows, i);
        if (!fn(ctx, &intent))
            break;
    }
}

/* A conflict is one row, and an answer without rows is a claim of nothing. */
static dbk_err *give_claim(const pg_rows *rows, const dbk_claim *claim,
                           bool (*fn)(void *ctx, const dbk_intent *intent), void *ctx, dbk_answer *out)
{
    dbk_outcome outcome = DBK_CREATED;
    dbk_err *e = pg_row_count(rows) > 0 ? pg_store_outcome(pg_get_text(rows, 0, I_OUTCOME), &outcome) : NULL;
    if (e)
        return e;
    *out = (dbk_answer){.outcome = outcome,
                        .id = claim->claim_id,
                        .conflict_field = outcome == DBK_CONFLICT ? "executor" : NULL};
    if (outcome != DBK_CONFLICT)
        give_intents(rows, fn, ctx);
    return NULL;
}

dbk_err *pg_store_intents_claim(pg_store *s, const dbk_claim *claim,
                                bool (*fn)(void *ctx, const dbk_intent *intent), void *ctx, dbk_answer *out)
{
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &claim->account_id);
    pg_param_uuid(p, &claim->claim_id);
    pg_param_text(p, claim->executor);
    pg_param_int4(p, claim->limit);
    pg_store_param_ctx(s, p);
    dbk_err *e = pg_store_call(
        s, a, &(store_call){.name = "dbk_intents_claim", .sql = book_intents_claim, .params = p}, &rows);
    if (!e)
        e = give_claim(rows, claim, fn, ctx, out);
    arena_free(a);
    return e;
}

dbk_err *pg_store_intents(pg_store *s, const dbk_uuid *account_id, const dbk_intent_query *query,
                          bool (*fn)(void *ctx, const dbk_intent *intent), void *ctx)
{
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, account_id);
    pg_param_text(p, query->status);
    pg_param_text(p, query->claimed_by);
    pg_param_uuid(p, query->bot_id);
    pg_param_uuid(p, query->intent_id);
    pg_param_int4(p, query->limit);
    dbk_err *e =
        pg_store_call(s, a, &(store_call){.name = "dbk_intents", .sql = book_intents, .params = p}, &rows);
    if (!e)
        give_intents(rows, fn, ctx);
    arena_free(a);
    return e;
}
