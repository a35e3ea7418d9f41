/* What the bot must remember to go on where it stopped: kept in the book itself, as JSON.
 *
 * A state may be older than the book, never newer: it is kept after the facts that it follows from. The way
 * from an older state to the present is walked again, and the book recognises every step. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "paper_bot.h"

#define STATE_NAME "paper_bot"

static json_t *order_to_json(const paper_order *o)
{
    char id[DBK_UUID_TEXT_SIZE];
    dbk_uuid_format(&o->id, id);
    return json_pack("{s:s, s:b, s:b, s:b, s:I, s:I, s:I, s:I, s:I}", "id", id, "buy", o->buy, "acknowledged",
                     o->acknowledged, "cancel_requested", o->cancel_requested, "qty", (json_int_t)o->qty,
                     "price", (json_int_t)o->price, "filled", (json_int_t)o->filled, "candles",
                     (json_int_t)o->candles, "fills", (json_int_t)o->fills);
}

static bool order_from_json(json_t *json, paper_order *o)
{
    const char *id = NULL;
    int buy = 0, acknowledged = 0, cancel_requested = 0;
    json_int_t qty = 0, price = 0, filled = 0, candles = 0, fills = 0;
    if (json_unpack(json, "{s:s, s:b, s:b, s:b, s:I, s:I, s:I, s:I, s:I}", "id", &id, "buy", &buy,
                    "acknowledged", &acknowledged, "cancel_requested", &cancel_requested, "qty", &qty,
                    "price", &price, "filled", &filled, "candles", &candles, "fills", &fills) != 0)
        return false;
    *o = (paper_order){.buy = buy,
                       .acknowledged = acknowledged,
                       .cancel_requested = cancel_requested,
                       .qty = qty,
                       .price = price,
                       .filled = filled,
                       .candles = candles,
                       .fills = fills};
    return ok(dbk_uuid_parse(id, &o->id), "reading the kept state");
}

static json_t *market_to_json(const market *m)
{
    return json_pack("{s:I, s:I, s:f, s:f, s:I, s:I, s:I, s:I, s:o*}", "last_us", (json_int_t)m->last_us,
                     "seen", (json_int_t)m->seen, "fast", m->fast, "slow", m->slow, "mark",
                     (json_int_t)m->mark, "position", (json_int_t)m->position, "target",
                     (json_int_t)m->target, "attempts", (json_int_t)m->attempts, "order",
                     m->working ? order_to_json(&m->order) : NULL);
}

/* The averages may have been written as whole numbers. */
static bool market_from_json(json_t *json, market *m)
{
    json_int_t last_us = 0, seen = 0, mark = 0, position = 0, target = 0, attempts = 0;
    json_t *order = NULL;
    if (json_unpack(json, "{s:I, s:I, s:F, s:F, s:I, s:I, s:I, s:I, s?o}", "last_us", &last_us, "seen", &seen,
                    "fast", &m->fast, "slow", &m->slow, "mark", &mark, "position", &position, "target",
                    &target, "attempts", &attempts, "order", &order) != 0)
        return false;
    m->last_us = last_us;
    m->seen = seen;
    m->mark = mark;
    m->position = position;
    m->target = target;
    m->attempts = attempts;
    m->working = order != NULL;
    return !order || order_from_json(order, &m->order);
}

static bool trader_from_json(trader *t, json_t *json)
{
    json_int_t run = 0, saves = 0, as_of_us = 0, equity_day = 0;
    json_t *markets = NULL;
    if (json_unpack(json, "{s:I, s:I, s:I, s:I, s:o}", "run", &run, "saves", &saves, "as_of_us", &as_of_us,
                    "equity_day", &equity_day, "markets", &markets) != 0)
        return false;
    t->run = run;
    t->saves = saves;
    t->as_of_us = as_of_us;
    t->equity_day = equity_day;
    for (size_t i = 0; i < t->market_count; i++) {
        json_t *kept = json_object_get(markets, t->markets[i]->key);
        if (kept && !market_from_json(kept, t->markets[i]))
            return false;
    }
    return true;
}

bool state_load(trader *t)
{
    const char *text = NULL;
    if (!ok(dbk_state_load(t->book, &t->account_id, STATE_NAME, &text, NULL), "loading the kept state"))
        return false;
    if (!text)
        return true;
    json_t *json = json_loads(text, 0, NULL);
    bool good = json && trader_from_json(t, json);
    if (!good)
        fprintf(stderr, "paper_bot: the kept state of %s is not one of this program\n", t->name);
    json_decref(json);
    return good;
}

bool state_save(trader *t, int64_t next_run)
{
    json_t *markets = json_object();
    for (size_t i = 0; i < t->market_count; i++) {
        if (t->markets[i]->seen > 0)
            json_object_set_new(markets, t->markets[i]->key, market_to_json(t->markets[i]));
    }
    t->saves++;
    json_t *json = json_pack("{s:I, s:I, s:I, s:I, s:o}", "run", (json_int_t)next_run, "saves",
                             (json_int_t)t->saves, "as_of_us", (json_int_t)t->as_of_us, "equity_day",
                             (json_int_t)t->equity_day, "markets", markets);
    char *text = json ? json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(json);
    if (!text) {
        fprintf(stderr, "paper_bot: out of memory\n");
        return false;
    }
    char name[NAME_SIZE];
    dbk_uuid snapshot_id;
    dbk_answer answer;
    snprintf(name, sizeof(name), "state/%lld", (long long)t->saves);
    dbk_uuid_from_name(&t->account_id, name, &snapshot_id);
    bool saved =
        ok(dbk_state_save(t->book, &t->account_id, &snapshot_id, STATE_NAME, t->as_of_us, text, &answer),
           "keeping the state") &&
        accepted(t, &answer, name);
    free(text);
    return saved;
}
