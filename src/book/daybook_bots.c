/* The functions of daybook.h between bots, executors and those who watch over them. */
#include "book/daybook_int.h"
#include "book/lease.h"

#define REQUIRE_TTL(ms) REQUIRE((ms) > 0 && (ms) <= LIMIT_MS_MAX, "ttl_ms is not positive or more than a day")

/* On a server, after what waits in the spool. */
static dbk_err *prepare(dbk_book *book, const char *name)
{
    dbk_err *e = daybook_needs_server(book, name);
    return e ? e : daybook_settle(book);
}

/* The same, as a bot that may ask for something. */
static dbk_err *prepare_to_ask(dbk_book *book, const char *name)
{
    dbk_err *e = daybook_may_ask(book, name);
    return e ? e : prepare(book, name);
}

dbk_err *dbk_intent_request_order(dbk_book *book, const dbk_order_intent *intent, dbk_intent_answer *out)
{
    REQUIRE(book && out, "book or out is NULL");
    REQUIRE_STRUCT(intent);
    REQUIRE(intent->side && intent->type && intent->qty, "side, type or qty is NULL");
    REQUIRE_TTL(intent->ttl_ms);
    dbk_err *e = prepare_to_ask(book, __func__);
    return e ? e : pg_store_intent_request_order(book->store, intent, out);
}

dbk_err *dbk_intent_request_change(dbk_book *book, const dbk_change_intent *intent, dbk_intent_answer *out)
{
    REQUIRE(book && out, "book or out is NULL");
    REQUIRE_STRUCT(intent);
    REQUIRE(intent->replace || (!intent->qty && !intent->price && !intent->stop_price),
            "a cancel has terms: only a replace has");
    REQUIRE_TTL(intent->ttl_ms);
    dbk_err *e = prepare_to_ask(book, __func__);
    return e ? e : pg_store_intent_request_change(book->store, intent, out);
}

dbk_err *dbk_intents_claim(dbk_book *book, const dbk_claim *claim,
                           bool (*fn)(void *ctx, const dbk_intent *intent), void *ctx, dbk_answer *out)
{
    REQUIRE(book && fn && out, "book, fn or out is NULL");
    REQUIRE_STRUCT(claim);
    REQUIRE(claim->executor && claim->limit >= 0, "executor is NULL, or limit is negative");
    dbk_err *e = prepare(book, __func__);
    return e ? e : pg_store_intents_claim(book->store, claim, fn, ctx, out);
}

dbk_err *dbk_intents(dbk_book *book, const dbk_uuid *account_id, const dbk_intent_query *query,
                     bool (*fn)(void *ctx, const dbk_intent *intent), void *ctx)
{
    REQUIRE(book && account_id && fn, "book, account_id or fn is NULL");
    REQUIRE_STRUCT(query);
    REQUIRE(query->limit >= 0, "limit is negative");
    dbk_err *e = prepare(book, __func__);
    return e ? e : pg_store_intents(book->store, account_id, query, fn, ctx);
}

dbk_err *dbk_intent_submit(dbk_book *book, const dbk_uuid *account_id, const dbk_uuid *intent_id,
                           dbk_intent_answer *out)
{
    REQUIRE(book && account_id && intent_id && out, "an argument is NULL");
    dbk_err *e = prepare(book, __func__);
    return e ? e : pg_store_intent_submit(book->store, account_id, intent_id, out);
}

dbk_err *dbk_intent_decline(dbk_book *book, const dbk_uuid *account_id, const dbk_uuid *intent_id,
                            const char *executor, const char *reason, dbk_intent_answer *out)
{
    REQUIRE(book && account_id && intent_id && executor && reason && out, "an argument is NULL");
    dbk_err *e = prepare(book, __func__);
    return e ? e : pg_store_intent_decline(book->store, account_id, intent_id, executor, reason, out);
}

dbk_err *dbk_bots(dbk_book *book, const dbk_uuid *account_id, bool (*fn)(void *ctx, const dbk_bot *bot),
                  void *ctx)
{
    REQUIRE(book && fn, "book or fn is NULL");
    dbk_err *e = prepare(book, __func__);
    return e ? e : pg_store_bots(book->store, account_id, fn, ctx);
}

dbk_err *dbk_bot_event_record(dbk_book *book, const dbk_bot_event *event, dbk_answer *out)
{
    REQUIRE(book && out, "book or out is NULL");
    REQUIRE_STRUCT(event);
    REQUIRE(event->kind && event->level && event->message, "kind, level or message is NULL");
    REQUIRE(event->occurred_us, "occurred_us is 0: pass the time at which it happened");
    dbk_err *e = prepare(book, __func__);
    return e ? e : pg_store_bot_event_record(book->store, event, out);
}

dbk_err *dbk_signal_record(dbk_book *book, const dbk_signal *signal, dbk_answer *out)
{
    REQUIRE(book && out, "book or out is NULL");
    REQUIRE_STRUCT(signal);
    REQUIRE(signal->name && signal->direction, "name or direction is NULL");
    REQUIRE(signal->occurred_us, "occurred_us is 0: pass the time at which it was seen");
    dbk_err *e = prepare(book, __func__);
    return e ? e : pg_store_signal_record(book->store, signal, out);
}

dbk_err *dbk_strategy_save(dbk_book *book, const dbk_uuid *account_id, const dbk_uuid *change_id,
                           const char *name, const char *state_json, dbk_answer *out)
{
    REQUIRE(book && account_id && change_id && name && state_json && out, "an argument is NULL");
    dbk_err *e = daybook_needs_server(book, __func__);
    if (e)
        return e;
    REQUIRE(book->acts_by, "the book acts as no bot: dbk_act_as comes first");
    e = prepare_to_ask(book, __func__);
    if (e)
        return e;
    strategy_state state = {.account_id = *account_id,
                            .bot_id = *lease_bot(book->acts_by),
                            .change_id = *change_id,
                            .token = lease_token(book->acts_by),
                            .name = name,
                            .state_json = state_json};
    return pg_store_strategy_save(book->store, &state, out);
}

dbk_err *dbk_strategy_load(dbk_book *book, const dbk_uuid *account_id, const dbk_uuid *bot_id,
                           const char *name, const char **state_json, int64_t *version)
{
    REQUIRE(book && account_id && bot_id && name && state_json, "an argument is NULL");
    strategy_state state = {.account_id = *account_id, .bot_id = *bot_id, .name = name};
    dbk_err *e = prepare(book, __func__);
    return e ? e : pg_store_strategy_load(book->store, &state, state_json, version);
}

dbk_err *dbk_command_send(dbk_book *book, const dbk_command_request *request, dbk_answer *out)
{
    REQUIRE(book && out, "book or out is NULL");
    REQUIRE_STRUCT(request);
    REQUIRE(request->kind && request->reason && request->actor, "kind, reason or actor is NULL");
    REQUIRE_TTL(request->ttl_ms);
    dbk_err *e = prepare(book, __func__);
    return e ? e : pg_store_command_send(book->store, request, out);
}

dbk_err *dbk_commands(dbk_book *book, const dbk_uuid *account_id, const dbk_command_query *query,
                      bool (*fn)(void *ctx, const dbk_command *command), void *ctx)
{
    REQUIRE(book && account_id && fn, "book, account_id or fn is NULL");
    REQUIRE_STRUCT(query);
    REQUIRE(query->limit >= 0, "limit is negative");
    dbk_err *e = prepare(book, __func__);
    return e ? e : pg_store_commands(book->store, account_id, query, fn, ctx);
}

dbk_err *dbk_command_acknowledge(dbk_book *book, const dbk_command_report *report, dbk_answer *out)
{
    static const char *const names[] = {[DBK_COMMAND_ACKNOWLEDGED] = "acknowledged",
                                        [DBK_COMMAND_DONE] = "done",
                                        [DBK_COMMAND_FAILED] = "failed"};
    REQUIRE(book && out, "book or out is NULL");
    REQUIRE_STRUCT(report);
    REQUIRE((size_t)report->step < sizeof(names) / sizeof(names[0]), "step is none of enum dbk_command_step");
    REQUIRE(report->by, "by is NULL");
    dbk_err *e = prepare(book, __func__);
    return e ? e : pg_store_command_acknowledge(book->store, report, names[report->step], out);
}
