/* Orders and what happens to them, and what is said again. */
#include <assert.h>
#include <string.h>

#include "core/uuid.h"
#include "simulate/history_int.h"

/* Recent ones mostly: what is long done gets a late word now and then. */
static plan_order *some_order(plan *p)
{
    if (p->order_count == 0)
        return NULL;
    size_t window = dice_in_1000(&p->dice, 850) && p->order_count > 10 ? 10 : p->order_count;
    return &p->orders[p->order_count - 1 - dice_below(&p->dice, window)];
}

static const char *position_key(plan *p, size_t account)
{
    static const char *const names[] = {"a", "b", "grid 1"};
    if (account % 2 == 0 && dice_in_1000(&p->dice, 900))
        return dice_in_1000(&p->dice, 500) ? NULL : "";
    return names[dice_below(&p->dice, 3)];
}

static plan_order *plan_new_order(plan *p)
{
    static const char *const types[] = {"limit", "limit", "limit", "market", "stop", "stop_limit"};
    plan_order *o = &p->orders[p->order_count++];
    size_t account = dice_below(&p->dice, HISTORY_ACCOUNTS);
    const market_instrument *i = &market_instruments[dice_below(&p->dice, MARKET_INSTRUMENTS)];
    bool on_grid = !dice_in_1000(&p->dice, 40);
    *o = (plan_order){.account_id = p->accounts[account], .order_id = plan_id(p), .instrument = i};
    o->side = dice_in_1000(&p->dice, 500) ? "buy" : "sell";
    o->type = types[dice_below(&p->dice, 6)];
    o->position_key = position_key(p, account);
    o->qty = 1 + (int64_t)dice_below(&p->dice, (uint64_t)i->qty_max);
    if (on_grid && o->qty >= i->lot)
        o->qty -= o->qty % i->lot;
    o->qty_text = plan_decimal(p, o->qty, i->qty_scale);
    if (strcmp(o->type, "limit") == 0 || strcmp(o->type, "stop_limit") == 0)
        o->price = plan_price(p, i, on_grid);
    if (strncmp(o->type, "stop", 4) == 0)
        o->stop_price = plan_price(p, i, on_grid || dice_in_1000(&p->dice, 500));
    return o;
}

static void submission(plan *p, const plan_order *o, operation *out)
{
    static const char *const times[] = {NULL, "gtc", "ioc", "fok", "day", "gtd", "post_only"};
    *out = (operation){.kind = OPERATION_SUBMIT};
    out->order = (dbk_order){.size = sizeof(dbk_order),
                             .account_id = o->account_id,
                             .order_id = o->order_id,
                             .instrument_id = market_instrument_id(o->instrument),
                             .side = o->side,
                             .type = o->type,
                             .qty = o->qty_text,
                             .price = o->price,
                             .stop_price = o->stop_price,
                             .time_in_force = times[dice_below(&p->dice, 7)],
                             .position_key = o->position_key,
                             .run_id = plan_run_for(p, &o->account_id),
                             .submitted_us = p->now_us};
    /* Some keys come twice, for another order. */
    if (dice_in_1000(&p->dice, 250))
        out->order.idempotency_key =
            plan_text(p, "key/%llu", (unsigned long long)(p->order_count - dice_below(&p->dice, 8) / 7));
    /* What caps value an order without a price at. */
    if (p->desk.open && !o->price && !o->stop_price && dice_in_1000(&p->dice, 750))
        out->order.reference_price = plan_price(p, o->instrument, false);
}

plan_order *plan_submit_limit(plan *p, const dbk_uuid *account_id, operation *out)
{
    for (;;) {
        plan_order *o = plan_new_order(p);
        bool small = o->instrument->qty_max < INT64_C(1000000000000);
        if (small && o->price && !o->stop_price && uuid_equal(&o->account_id, account_id)) {
            submission(p, o, out);
            out->order.idempotency_key = NULL;
            return o;
        }
        p->order_count--;
    }
}

/* One in eight is never submitted: its fills come from nowhere. */
bool plan_submit(plan *p, operation *out)
{
    plan_order *o = plan_new_order(p);
    o->hidden = dice_in_1000(&p->dice, 120);
    if (o->hidden)
        return plan_fill(p, out);
    submission(p, o, out);
    return true;
}

bool plan_reveal(plan *p, operation *out)
{
    plan_order *o = NULL;
    for (size_t i = p->order_count; i > 0 && !o; i--)
        if (p->orders[i - 1].hidden && dice_in_1000(&p->dice, 600))
            o = &p->orders[i - 1];
    if (!o)
        return false;
    if (dice_in_1000(&p->dice, 500)) {
        o->hidden = false;
        submission(p, o, out);
        return true;
    }
    *out = (operation){.kind = OPERATION_IMPORT};
    dbk_external_order *e = &out->external;
    e->size = sizeof(*e);
    e->account_id = o->account_id;
    e->order_id = o->order_id;
    e->instrument_id = market_instrument_id(o->instrument);
    e->side = o->side;
    e->type = o->type;
    e->qty = o->qty_text;
    e->price = o->price;
    e->stop_price = o->stop_price;
    e->position_key = o->position_key;
    e->time_in_force = dice_in_1000(&p->dice, 500) ? "gtc" : NULL;
    e->exchange_order_id = dice_in_1000(&p->dice, 500) ? plan_text(p, "x%zu", p->count) : NULL;
    e->submitted_us = dice_in_1000(&p->dice, 500) ? p->now_us : 0;
    return true;
}

/* What a request or an answer of the venue says of the terms; may be nothing. */
static void say_terms(plan *p, const plan_order *o, dbk_order_event *event)
{
    bool on_grid = !dice_in_1000(&p->dice, 300);
    if (dice_in_1000(&p->dice, 600)) {
        int64_t qty = dice_in_1000(&p->dice, 300) && o->filled > 0
                          ? o->filled
                          : o->qty / 2 + 1 + (int64_t)dice_below(&p->dice, (uint64_t)o->qty);
        if (on_grid && qty > o->instrument->lot)
            qty -= qty % o->instrument->lot;
        event->qty = plan_decimal(p, qty, o->instrument->qty_scale);
    }
    if (dice_in_1000(&p->dice, o->price ? 500 : 150))
        event->price = plan_price(p, o->instrument, on_grid);
    if (dice_in_1000(&p->dice, o->stop_price ? 500 : 120))
        event->stop_price = plan_price(p, o->instrument, on_grid);
    bool nothing = !event->qty && !event->price && !event->stop_price;
    if (nothing && event->kind == DBK_REPLACE_REQUEST)
        event->qty = o->qty_text;
}

static dbk_order_event_kind answer_to(plan *p, dbk_order_event_kind request)
{
    static const dbk_order_event_kind of_cancel[] = {DBK_CANCEL, DBK_CANCEL_REJECT, DBK_CANCEL_REJECT,
                                                     DBK_OUTCOME_UNKNOWN};
    static const dbk_order_event_kind of_replace[] = {DBK_REPLACE, DBK_REPLACE, DBK_REPLACE_REJECT,
                                                      DBK_OUTCOME_UNKNOWN};
    return (request == DBK_CANCEL_REQUEST ? of_cancel : of_replace)[dice_below(&p->dice, 4)];
}

bool plan_event(plan *p, operation *out)
{
    static const dbk_order_event_kind kinds[] = {
        DBK_ACKNOWLEDGE,     DBK_TRIGGER,         DBK_TRIGGER,         DBK_REJECT,
        DBK_CANCEL_REQUEST,  DBK_CANCEL_REQUEST,  DBK_CANCEL,          DBK_CANCEL_REJECT,
        DBK_CANCEL_REJECT,   DBK_EXPIRE,          DBK_OUTCOME_UNKNOWN, DBK_OUTCOME_UNKNOWN,
        DBK_REPLACE_REQUEST, DBK_REPLACE_REQUEST, DBK_REPLACE,         DBK_REPLACE_REJECT};
    static const char *const reasons[] = {
        NULL, NULL, NULL, "asked for", "tab\there, back\\slash\nand \"a line\"", "\xc3\xa4rger"};
    plan_order *o = some_order(p);
    if (!o)
        return false;
    *out = (operation){.kind = OPERATION_EVENT};
    dbk_order_event *event = &out->event;
    *event = (dbk_order_event){.size = sizeof(*event),
                               .account_id = o->account_id,
                               .order_id = o->order_id,
                               .event_id = plan_id(p),
                               .occurred_us = p->now_us};
    event->kind = kinds[dice_below(&p->dice, sizeof(kinds) / sizeof(kinds[0]))];
    event->reason = reasons[dice_below(&p->dice, sizeof(reasons) / sizeof(reasons[0]))];
    if (o->asked != DBK_ACKNOWLEDGE && dice_in_1000(&p->dice, 600)) {
        event->kind = answer_to(p, o->asked);
        o->asked = DBK_ACKNOWLEDGE;
    } else if (!o->acknowledged && dice_in_1000(&p->dice, 500)) {
        event->kind = DBK_ACKNOWLEDGE;
        o->acknowledged = true;
    }
    if (event->kind == DBK_CANCEL_REQUEST || event->kind == DBK_REPLACE_REQUEST)
        o->asked = event->kind;
    if ((event->kind == DBK_ACKNOWLEDGE || event->kind == DBK_REPLACE) && dice_in_1000(&p->dice, 800))
        event->exchange_order_id = plan_text(p, "x%zu", p->count);
    if (event->kind == DBK_REPLACE_REQUEST || event->kind == DBK_REPLACE)
        say_terms(p, o, event);
    return true;
}

void plan_replace_of(plan *p, plan_order *o, operation *out)
{
    *out = (operation){.kind = OPERATION_EVENT};
    out->event = (dbk_order_event){.size = sizeof(out->event),
                                   .account_id = o->account_id,
                                   .order_id = o->order_id,
                                   .event_id = plan_id(p),
                                   .kind = DBK_REPLACE_REQUEST,
                                   .occurred_us = p->now_us};
    say_terms(p, o, &out->event);
    o->asked = DBK_REPLACE_REQUEST;
}

bool plan_ask_replace(plan *p, operation *out)
{
    plan_order *o = some_order(p);
    if (o)
        plan_replace_of(p, o, out);
    return o;
}

bool plan_ask_cancel(plan *p, operation *out)
{
    plan_order *o = some_order(p);
    if (!o)
        return false;
    *out = (operation){.kind = OPERATION_EVENT};
    out->event = (dbk_order_event){.size = sizeof(out->event),
                                   .account_id = o->account_id,
                                   .order_id = o->order_id,
                                   .event_id = plan_id(p),
                                   .kind = DBK_CANCEL_REQUEST,
                                   .occurred_us = p->now_us};
    o->asked = DBK_CANCEL_REQUEST;
    return true;
}

/* Where much is refused, accounts are unused soon. */
bool plan_close(plan *p, operation *out)
{
    if (p->desk.open && dice_in_1000(&p->dice, 850))
        return false;
    *out = (operation){.kind = OPERATION_CLOSE};
    out->close.account_id = p->accounts[dice_below(&p->dice, HISTORY_ACCOUNTS)];
    out->close.reason = "no longer used";
    return true;
}

/* ---- what is said again ---- */

bool plan_repeat(plan *p, operation *out)
{
    size_t window = dice_in_1000(&p->dice, 600) && p->count > 12 ? 12 : p->count;
    *out = p->operations[p->count - 1 - dice_below(&p->dice, window)];
    return true;
}

static const char *another(plan *p, const char *text)
{
    static const char *const values[] = {"1", "2.5", "0.125"};
    const char *value = values[dice_below(&p->dice, 3)];
    return text && strcmp(text, value) == 0 ? "7" : value;
}

static void contradict_fill(plan *p, dbk_fill *fill)
{
    switch (dice_below(&p->dice, 7)) {
    case 0:
        fill->qty = another(p, fill->qty);
        break;
    case 1:
        fill->price = another(p, fill->price);
        break;
    case 2:
        fill->fee = another(p, fill->fee);
        break;
    case 3:
        fill->side = fill->side[0] == 'b' ? "sell" : "buy";
        break;
    case 4:
        fill->venue_trade_id = plan_text(p, "other %zu", p->count);
        break;
    case 5:
        fill->fee_currency = plan_currency(p);
        break;
    default:
        fill->order_id = p->orders[dice_below(&p->dice, p->order_count)].order_id;
    }
}

static void contradict_order(plan *p, dbk_order *order)
{
    switch (dice_below(&p->dice, 4)) {
    case 0:
        order->qty = another(p, order->qty);
        break;
    case 1:
        order->side = order->side[0] == 'b' ? "sell" : "buy";
        break;
    case 2:
        if (dice_in_1000(&p->dice, 500))
            order->run_id = plan_run_for(p, &order->account_id);
        else
            order->idempotency_key = plan_text(p, "other %zu", p->count);
        break;
    default:
        order->time_in_force =
            order->time_in_force && strcmp(order->time_in_force, "ioc") == 0 ? "fok" : "ioc";
    }
}

static void contradict_event(plan *p, dbk_order_event *event)
{
    if (dice_in_1000(&p->dice, 400))
        event->reason = plan_text(p, "other %zu", p->count);
    else if (dice_in_1000(&p->dice, 500) && !event->qty && !event->price && !event->stop_price)
        event->kind = event->kind == DBK_CANCEL ? DBK_EXPIRE : DBK_CANCEL;
    else
        event->exchange_order_id = plan_text(p, "other %zu", p->count);
}

static void contradict_equity(plan *p, dbk_equity_point *point)
{
    if (dice_in_1000(&p->dice, 500))
        point->as_of_us += 1;
    else
        point->mark_count = point->mark_count > 0 ? point->mark_count - 1 : 0;
}

bool plan_contradict(plan *p, operation *out)
{
    (void)plan_repeat(p, out);
    switch (out->kind) {
    case OPERATION_OPEN:
        out->account.name = "another";
        break;
    case OPERATION_SUBMIT:
        contradict_order(p, &out->order);
        break;
    case OPERATION_IMPORT:
        out->external.qty = another(p, out->external.qty);
        break;
    case OPERATION_EVENT:
        contradict_event(p, &out->event);
        break;
    case OPERATION_FILL:
    case OPERATION_FILLS: {
        dbk_fill *changed = arena_memdup(p->arena, out->fills.items, out->fills.count * sizeof(dbk_fill));
        p->failed = p->failed || !changed;
        if (!changed)
            return false;
        out->fills.items = changed;
        contradict_fill(p, &changed[dice_below(&p->dice, out->fills.count)]);
        break;
    }
    case OPERATION_BUST:
        out->bust.leaves_qty = another(p, out->bust.leaves_qty);
        break;
    case OPERATION_CORRECT:
        out->correction.qty = another(p, out->correction.qty);
        break;
    case OPERATION_CASH:
        out->cash.reason = plan_text(p, "other %zu", p->count);
        break;
    case OPERATION_FUNDING:
        out->funding.amount = another(p, out->funding.amount);
        break;
    case OPERATION_EQUITY:
        contradict_equity(p, &out->equity);
        break;
    case OPERATION_CLOSE:
        return false;
    case OPERATION_RUN_START:
    case OPERATION_RUN_FINISH:
    case OPERATION_STATE_SAVE:
    case OPERATION_STATE_LOAD:
        return plan_contradict_run(p, out);
    case OPERATION_DESK:
        return plan_contradict_desk(p, &out->desk);
    }
    return true;
}
