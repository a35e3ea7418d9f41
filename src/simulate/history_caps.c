/* Caps, and the days to which they count. */
#include <assert.h>
#include <string.h>

#include "core/rational.h"
#include "simulate/history_int.h"

#define DAYS_OF_A_SEED 100
#define SEEDS_APART 20000 /* the same days come again so many seeds later */
#define SCOPES (HISTORY_ACCOUNTS * PLAN_BOTS + 1)

/* What a handful of orders comes to. */
static const struct {
    const char *currency;
    int64_t limit;
    int scale;
} quotes[PLAN_CAP_CURRENCIES] = {{"BTC", 1500, 2}, {"USD", 900000, 0}, {"USDT", 250000000, 2}};

void plan_day(plan *p, desk_operation *out)
{
    int32_t next = p->desk.days < DAYS_OF_A_SEED ? p->desk.days++ : DAYS_OF_A_SEED - 1;
    *out = (desk_operation){.kind = DESK_DAY};
    out->day = (int32_t)(p->seed % SEEDS_APART) * DAYS_OF_A_SEED + next;
}

static void cap_of(plan *p, size_t scope, size_t quote, desk_operation *out)
{
    static const char *const reasons[] = {"as agreed", "a quiet day", "a wild day"};
    *out = (desk_operation){.kind = DESK_CAP};
    desk_cap *c = &out->cap;
    c->change_id = plan_id(p);
    if (scope + 1 < SCOPES) {
        c->account_id = p->desk.bots[scope].account_id;
        c->bot_id = p->desk.bots[scope].bot_id;
    }
    c->currency = quotes[quote].currency;
    c->reason = reasons[dice_below(&p->dice, 3)];
    c->actor = "operator";
    p->desk.capped[scope][quote] = true;
}

/* Where there is a cap in one currency, nothing may be asked for in the others: so mostly all have one, or
 * none. */
static bool choose(plan *p, size_t *scope, size_t *quote)
{
    for (size_t i = 0; i < SCOPES * PLAN_CAP_CURRENCIES; i++) {
        const bool *capped = p->desk.capped[i / PLAN_CAP_CURRENCIES];
        bool some = capped[0] || capped[1] || capped[2];
        if (!some || capped[i % PLAN_CAP_CURRENCIES] || dice_in_1000(&p->dice, 200))
            continue;
        *scope = i / PLAN_CAP_CURRENCIES;
        *quote = i % PLAN_CAP_CURRENCIES;
        return true;
    }
    *scope = dice_in_1000(&p->dice, 350) ? SCOPES - 1 : dice_below(&p->dice, SCOPES - 1);
    *quote = dice_below(&p->dice, PLAN_CAP_CURRENCIES);
    return false;
}

/* The others go as soon as one has gone. */
static void remove_cap(plan *p, size_t scope, size_t quote, desk_operation *out)
{
    for (size_t i = 0; i < PLAN_CAP_CURRENCIES; i++) {
        if (i == quote || !p->desk.capped[scope][i] || p->desk.next_count == PLAN_NEXT_MAX)
            continue;
        operation *next = &p->desk.next[p->desk.next_count++];
        *next = (operation){.kind = OPERATION_DESK};
        cap_of(p, scope, i, &next->desk);
        p->desk.capped[scope][i] = false;
    }
    cap_of(p, scope, quote, out);
    p->desk.capped[scope][quote] = false;
}

void plan_cap(plan *p, desk_operation *out)
{
    size_t scope, quote;
    if (!choose(p, &scope, &quote) && p->desk.capped[scope][quote] && dice_in_1000(&p->dice, 350)) {
        remove_cap(p, scope, quote, out);
        return;
    }
    cap_of(p, scope, quote, out);
    int scale = quotes[quote].scale;
    int64_t limit = (int64_t)dice_below(&p->dice, (uint64_t)quotes[quote].limit);
    out->cap.limit = dice_in_1000(&p->dice, 40) ? "0" : plan_decimal(p, limit, scale);
    if (dice_in_1000(&p->dice, 500))
        out->cap.slice = plan_decimal(p, 1 + limit / (int64_t)(1 + dice_below(&p->dice, 30)), scale);
}

static const char *notional(plan *p, const plan_order *o)
{
    buf text;
    buf_init(&text, 0);
    rational_desk *d = rational_desk_new();
    if (!d) {
        p->failed = true;
        return "";
    }
    const rational *x =
        rational_mul(d, rational_of_text(d, o->qty_text), rational_of_text(d, o->instrument->multiplier));
    if (strcmp(o->instrument->kind, "inverse") != 0)
        x = rational_mul(d, x, rational_of_text(d, o->price));
    rational_append(&text, x);
    const char *copy = plan_text(p, "%s", text.data);
    rational_desk_free(d);
    buf_term(&text);
    return copy;
}

static void then(plan *p, const operation *o)
{
    assert(p->desk.next_count < PLAN_NEXT_MAX);
    p->desk.next[p->desk.next_count++] = *o;
}

static void begin_day(plan *p, operation *out)
{
    *out = (operation){.kind = OPERATION_DESK};
    plan_day(p, &out->desk);
}

void plan_exact(plan *p, operation *out)
{
    size_t scope = dice_in_1000(&p->dice, 500) ? SCOPES - 1 : dice_below(&p->dice, SCOPES - 1), quote = 0;
    const plan_bot *bot = &p->desk.bots[scope + 1 < SCOPES ? scope : dice_below(&p->dice, SCOPES - 1)];
    operation submission, replace, cap = {.kind = OPERATION_DESK}, halt = {.kind = OPERATION_DESK};
    plan_order *o = plan_submit_limit(p, &bot->account_id, &submission);
    while (strcmp(quotes[quote].currency, o->instrument->quote) != 0)
        quote++;
    cap_of(p, scope, quote, &cap.desk);
    cap.desk.cap.limit = notional(p, o);
    plan_replace_of(p, o, &replace);
    if (scope + 1 < SCOPES)
        submission.by = replace.by = plan_holder(bot);
    then(p, &replace);
    if (dice_in_1000(&p->dice, 500)) {
        plan_halt(p, bot, &halt.desk);
        then(p, &halt);
    }
    then(p, &submission);
    then(p, &cap);
    begin_day(p, out);
}

static operation bust_of(plan *p, const dbk_fill *fill)
{
    operation o = {.kind = OPERATION_BUST};
    o.bust = (dbk_bust){.size = sizeof(dbk_bust),
                        .account_id = fill->account_id,
                        .fill_id = fill->fill_id,
                        .event_id = plan_id(p),
                        .occurred_us = p->now_us};
    return o;
}

/* In part by bots, whose tokens may count or not, in part by nobody. Some of it is filled at once, at another
 * price, and some of that taken back. The last three orders are of one account, and in one name: what the
 * first of them leaves of a slice is there when the cap is lowered before the other two. */
void plan_rush(plan *p, operation *out)
{
    const size_t usdt = PLAN_CAP_CURRENCIES - 1;
    size_t orders = 6 + dice_below(&p->dice, 4);
    const plan_bot *bot = &p->desk.bots[dice_below(&p->dice, SCOPES - 1)];
    bool by_bot = dice_in_1000(&p->dice, 500);
    begin_day(p, out);
    for (size_t i = 0; i < orders; i++) {
        if (i > 2) {
            bot = &p->desk.bots[dice_below(&p->dice, SCOPES - 1)];
            by_bot = dice_in_1000(&p->dice, 500);
        }
        operation submission, fill;
        plan_order *o;
        do
            o = plan_submit_limit(p, &bot->account_id, &submission);
        while (strcmp(o->instrument->quote, quotes[usdt].currency) != 0);
        if (dice_in_1000(&p->dice, 500) && plan_fill_of(p, o, &fill)) {
            operation bust = bust_of(p, &fill.fills.items[0]);
            if (dice_in_1000(&p->dice, 400))
                then(p, &bust);
            then(p, &fill);
        }
        if (by_bot)
            submission.by = plan_holder(bot);
        then(p, &submission);
        if (i != 1 && i + 1 != orders)
            continue;
        operation cap = {.kind = OPERATION_DESK};
        cap_of(p, SCOPES - 1, usdt, &cap.desk);
        int64_t limit = 20000000 + (int64_t)dice_below(&p->dice, 60000000);
        cap.desk.cap.limit = plan_decimal(p, i == 1 ? limit / 4 : limit, 2);
        cap.desk.cap.slice = plan_decimal(p, dice_in_1000(&p->dice, 500) ? limit : limit / 3, 2);
        then(p, &cap);
    }
}
