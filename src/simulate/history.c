#include "simulate/history.h"

#include <assert.h>
#include <string.h>

#include "core/uuid.h"
#include "simulate/history_int.h"

#define BEGIN_US ((int64_t)1704067200 * 1000000) /* 2024-01-01 */
#define STEP_US_MAX ((int64_t)90 * 1000000)
#define BATCH_MAX 8

const char *history_operation_name(const operation *o)
{
    static const char *const names[OPERATION_KINDS] = {
        [OPERATION_OPEN] = "account",
        [OPERATION_SUBMIT] = "submission",
        [OPERATION_IMPORT] = "import",
        [OPERATION_EVENT] = "order event",
        [OPERATION_FILL] = "fill",
        [OPERATION_FILLS] = "batch of fills",
        [OPERATION_BUST] = "bust",
        [OPERATION_CORRECT] = "correction",
        [OPERATION_CASH] = "cash",
        [OPERATION_FUNDING] = "funding",
        [OPERATION_EQUITY] = "equity point",
        [OPERATION_CLOSE] = "closing of the account",
        [OPERATION_RUN_START] = "start of a run",
        [OPERATION_RUN_FINISH] = "end of a run",
        [OPERATION_STATE_SAVE] = "saved state",
        [OPERATION_STATE_LOAD] = "loaded state",
    };
    static const char *const of_desk[DESK_KINDS] = {
        [DESK_BOT] = "change of a bot",
        [DESK_ACQUIRE] = "acquisition of a lease",
        [DESK_RENEW] = "renewal of a lease",
        [DESK_RELEASE] = "release of a lease",
        [DESK_LAPSE] = "end of a lease",
        [DESK_FENCE] = "change of a fence",
        [DESK_HALT] = "halt",
        [DESK_RESUME] = "resumption",
        [DESK_CAP] = "change of a cap",
        [DESK_DAY] = "turn of the day",
    };
    return o->kind == OPERATION_DESK ? of_desk[o->desk.kind] : names[o->kind];
}

bool history_has_desk(uint64_t seed)
{
    return seed % 2 == 1;
}

/* How often each kind of operation happens, in a thousand. */
static const struct {
    bool (*make)(plan *p, operation *out);
    unsigned share;
} makers[] = {
    {plan_submit, 95},  {plan_reveal, 20},     {plan_event, 220}, {plan_fill, 235},   {plan_fills, 60},
    {plan_bust, 30},    {plan_correct, 50},    {plan_cash, 20},   {plan_funding, 45}, {plan_equity, 20},
    {plan_repeat, 100}, {plan_contradict, 46}, {plan_close, 4},   {plan_run, 25},     {plan_state, 30},
};

#define DESK_SHARE 300 /* the same of all that happens where there is a desk */

static void make_one(plan *p, operation *out)
{
    if (p->desk.open && plan_desk_next(p, out))
        return;
    if (p->desk.open && dice_in_1000(&p->dice, DESK_SHARE)) {
        plan_desk(p, out);
        return;
    }
    for (;;) {
        uint64_t at = dice_below(&p->dice, 1000);
        size_t i = 0;
        while (at >= makers[i].share)
            at -= makers[i++].share;
        assert(i < sizeof(makers) / sizeof(makers[0]));
        if (!makers[i].make(p, out) && !p->failed)
            continue;
        if (p->desk.open)
            plan_speak(p, out);
        return;
    }
}

static void open_account(plan *p, size_t place, operation *out)
{
    static const char *const currencies[] = {"USDT", "BTC", "USD"};
    p->accounts[place] = plan_id(p);
    *out = (operation){.kind = OPERATION_OPEN};
    dbk_account *a = &out->account;
    a->size = sizeof(*a);
    a->account_id = p->accounts[place];
    a->name = plan_text(p, "seed %llu, %zu", (unsigned long long)p->seed, place);
    a->venue = MARKET_VENUE;
    a->currency = currencies[dice_below(&p->dice, 3)];
    a->mode = dice_in_1000(&p->dice, 500) ? "paper" : "backtest";
    a->position_mode = place % 2 ? "hedging" : "netting";
    if (dice_in_1000(&p->dice, 700))
        a->opening_balance = plan_decimal(p, (int64_t)dice_below(&p->dice, 1000000000), 3);
}

/* Deliveries overtake each other; how much is a trait of the seed. */
static void shuffle(plan *p, size_t first)
{
    unsigned disorder = (unsigned)dice_below(&p->dice, 80);
    for (size_t i = first; i + 1 < p->count; i++) {
        size_t with = i + 1 + dice_below(&p->dice, 5);
        if (!dice_in_1000(&p->dice, disorder) || with >= p->count)
            continue;
        operation earlier = p->operations[i];
        p->operations[i] = p->operations[with];
        p->operations[with] = earlier;
    }
}

static bool allocate(plan *p, size_t count)
{
    p->operations = arena_alloc(p->arena, count * sizeof(*p->operations));
    p->orders = arena_alloc(p->arena, count * sizeof(*p->orders));
    p->fills_max = count * BATCH_MAX;
    p->fills = arena_alloc(p->arena, p->fills_max * sizeof(*p->fills));
    return p->operations && p->orders && p->fills;
}

dbk_err *history_make(arena *a, uint64_t seed, size_t count, bool desk, history *out)
{
    assert(count > HISTORY_ACCOUNTS);
    assert(count <= HISTORY_OPERATIONS_MAX);
    plan p = {.arena = a, .dice = {seed}, .seed = seed, .now_us = BEGIN_US};
    if (!allocate(&p, count))
        return err_oom();
    for (; p.count < HISTORY_ACCOUNTS; p.count++)
        open_account(&p, p.count, &p.operations[p.count]);
    if (desk)
        plan_open_desk(&p);
    for (; p.count < count && !p.failed; p.count++) {
        p.now_us += (int64_t)dice_below(&p.dice, (uint64_t)STEP_US_MAX);
        if (dice_in_1000(&p.dice, 200))
            p.now_us -= p.now_us % 1000000; /* whole seconds are written otherwise than others */
        make_one(&p, &p.operations[p.count]);
    }
    if (p.failed)
        return err_oom();
    shuffle(&p, HISTORY_ACCOUNTS + (desk ? 1 : 0));
    *out = (history){.has_desk = desk, .operations = p.operations, .count = p.count};
    memcpy(out->accounts, p.accounts, sizeof(out->accounts));
    return NULL;
}

dbk_uuid plan_id(plan *p)
{
    static const dbk_uuid name_space = {{0x73, 0x69, 0x6d, 0x75, 0x6c, 0x61, 0x74, 0x65}};
    uint64_t name[2] = {p->seed, p->ids++};
    dbk_uuid id;
    uuid_from_name(&name_space, name, sizeof(name), &id);
    return id;
}

const char *plan_text(plan *p, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const char *text = arena_vprintf(p->arena, fmt, args);
    va_end(args);
    p->failed = p->failed || !text;
    return text ? text : "";
}

const char *plan_decimal(plan *p, int64_t units, int scale)
{
    assert(scale >= 0);
    assert(scale <= 18);
    int64_t one = 1;
    for (int i = 0; i < scale; i++)
        one *= 10;
    const char *sign = units < 0 ? "-" : "";
    long long whole = (long long)(units < 0 ? -(units / one) : units / one);
    long long part = (long long)(units < 0 ? -(units % one) : units % one);
    return scale == 0 ? plan_text(p, "%s%lld", sign, whole)
                      : plan_text(p, "%s%lld.%0*lld", sign, whole, scale, part);
}

/* Within a tenth of the middle, so that results come out on both sides. */
const char *plan_price(plan *p, const market_instrument *i, bool on_grid)
{
    int64_t price =
        i->price_mid + (int64_t)dice_below(&p->dice, (uint64_t)(i->price_mid / 5)) - i->price_mid / 10;
    if (on_grid)
        price -= price % i->tick;
    return plan_decimal(p, price, i->price_scale);
}

const char *plan_currency(plan *p)
{
    return market_currencies[dice_below(&p->dice, MARKET_CURRENCIES)];
}
