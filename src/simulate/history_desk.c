/* The desk: bots and their leases, halts, and in whose name everything else is. */
#include <assert.h>
#include <string.h>

#include "core/uuid.h"
#include "simulate/history_int.h"

static const dbk_uuid nil;

void plan_open_desk(plan *p)
{
    p->desk.open = true;
    for (size_t i = 0; i < HISTORY_ACCOUNTS * PLAN_BOTS; i++)
        p->desk.bots[i] = (plan_bot){.account_id = p->accounts[i / PLAN_BOTS], .bot_id = plan_id(p)};
    operation *first = &p->desk.next[p->desk.next_count++];
    *first = (operation){.kind = OPERATION_DESK};
    plan_day(p, &first->desk);
}

bool plan_desk_next(plan *p, operation *out)
{
    if (p->desk.next_count == 0)
        return false;
    *out = p->desk.next[--p->desk.next_count];
    return true;
}

static plan_bot *some_bot(plan *p)
{
    return &p->desk.bots[dice_below(&p->dice, HISTORY_ACCOUNTS * PLAN_BOTS)];
}

/* ---- in whose name ---- */

/* The token of the lease mostly; one of a lease that was before, or another bot's. */
static fence some_fence(plan *p, const plan_bot *bot)
{
    uint64_t how = dice_below(&p->dice, 100);
    size_t which = 0;
    if (how < 4)
        return (fence){.kind = FENCE_NONE};
    if (how < 7)
        return (fence){.kind = FENCE_INVENTED};
    if (how < 13)
        bot = some_bot(p);
    else if (how < 21 && bot->acquisition_count > 1)
        which = 1 + dice_below(&p->dice, bot->acquisition_count - 1);
    if (bot->acquisition_count == 0)
        return (fence){.kind = FENCE_NONE};
    return (fence){.kind = FENCE_OF_ACQUISITION, .acquire_id = bot->acquisitions[which]};
}

speaker plan_holder(const plan_bot *bot)
{
    speaker s = {.is_bot = bot->acquisition_count > 0, .bot_id = bot->bot_id};
    s.fence = (fence){.kind = FENCE_OF_ACQUISITION, .acquire_id = bot->acquisitions[0]};
    return s;
}

/* NULL: of no account, or of who runs it. */
static const dbk_uuid *account_of(const operation *o)
{
    bool fills = o->kind == OPERATION_FILL || o->kind == OPERATION_FILLS;
    return o->kind == OPERATION_SUBMIT    ? &o->order.account_id
           : o->kind == OPERATION_IMPORT  ? &o->external.account_id
           : o->kind == OPERATION_EVENT   ? &o->event.account_id
           : fills                        ? &o->fills.items[0].account_id
           : o->kind == OPERATION_BUST    ? &o->bust.account_id
           : o->kind == OPERATION_CORRECT ? &o->correction.account_id
           : o->kind == OPERATION_CASH    ? &o->cash.account_id
           : o->kind == OPERATION_FUNDING ? &o->funding.account_id
           : o->kind == OPERATION_EQUITY  ? &o->equity.account_id
                                          : NULL;
}

/* The same bot for all that is about an order, as far as it goes. */
static size_t place_of_bot(plan *p, const operation *o)
{
    const dbk_uuid *order = o->kind == OPERATION_SUBMIT   ? &o->order.order_id
                            : o->kind == OPERATION_IMPORT ? &o->external.order_id
                            : o->kind == OPERATION_EVENT  ? &o->event.order_id
                            : o->kind == OPERATION_FILL   ? &o->fills.items[0].order_id
                                                          : NULL;
    if (!order || dice_in_1000(&p->dice, 150))
        return dice_below(&p->dice, PLAN_BOTS);
    return order->bytes[15] % PLAN_BOTS;
}

/* Half of what is said again comes from whoever said it first. */
void plan_speak(plan *p, operation *o)
{
    const dbk_uuid *account = account_of(o);
    if (!account || (o->by.is_bot && dice_in_1000(&p->dice, 500)))
        return;
    o->by = (speaker){.is_bot = false};
    if (dice_in_1000(&p->dice, 300))
        return;
    size_t first = uuid_equal(account, &p->accounts[0]) ? 0 : PLAN_BOTS;
    const plan_bot *bot = &p->desk.bots[first + place_of_bot(p, o)];
    bool unknown = dice_in_1000(&p->dice, 10);
    o->by =
        (speaker){.is_bot = true, .bot_id = unknown ? plan_id(p) : bot->bot_id, .fence = some_fence(p, bot)};
}

/* ---- bots and leases ---- */

static void change_bot(plan *p, desk_operation *out, plan_bot *bot)
{
    static const char *const states[] = {"running", "paused", "stopped"};
    static const char *const reasons[] = {"first", "asked for", "a better one"};
    *out = (desk_operation){.kind = DESK_BOT};
    out->bot = (desk_bot){.account_id = bot->account_id, .change_id = plan_id(p), .bot_id = bot->bot_id};
    out->bot.name = plan_text(p, "bot %zu", (size_t)(bot - p->desk.bots));
    out->bot.desired_state = states[dice_below(&p->dice, 3)];
    out->bot.image_tag = dice_in_1000(&p->dice, 500) ? plan_text(p, "build-%zu", p->count) : NULL;
    out->bot.reason = reasons[dice_below(&p->dice, 3)];
    bot->changes++;
}

/* One that nobody holds mostly; else it is refused. */
static void acquire(plan *p, desk_operation *out)
{
    static const char *const holders[] = {"here", "there", "elsewhere"};
    plan_bot *bot = some_bot(p);
    for (size_t i = 0; i < HISTORY_ACCOUNTS * PLAN_BOTS && bot->held && !dice_in_1000(&p->dice, 60); i++)
        bot = some_bot(p);
    *out = (desk_operation){.kind = DESK_ACQUIRE};
    out->lease = (desk_lease){.account_id = bot->account_id, .bot_id = bot->bot_id, .id = plan_id(p)};
    out->lease.holder = holders[dice_below(&p->dice, 3)];
    if (bot->held)
        return;
    memmove(bot->acquisitions + 1, bot->acquisitions,
            (PLAN_ACQUISITIONS_MAX - 1) * sizeof(bot->acquisitions[0]));
    bot->acquisitions[0] = out->lease.id;
    bot->acquisition_count += bot->acquisition_count < PLAN_ACQUISITIONS_MAX;
    bot->held = true;
}

static void lease(plan *p, desk_operation *out, desk_kind kind)
{
    plan_bot *bot = some_bot(p);
    *out = (desk_operation){.kind = kind};
    out->lease = (desk_lease){.account_id = bot->account_id, .bot_id = bot->bot_id};
    if (kind == DESK_RENEW || kind == DESK_FENCE)
        out->lease.id = plan_id(p);
    if (kind == DESK_FENCE)
        out->lease.holder = "operator";
    if (kind == DESK_RENEW || kind == DESK_RELEASE)
        out->lease.fence = some_fence(p, bot);
    bool of_the_latest = out->lease.fence.kind == FENCE_OF_ACQUISITION &&
                         uuid_equal(&out->lease.fence.acquire_id, &bot->acquisitions[0]);
    if (kind == DESK_LAPSE || kind == DESK_FENCE || (kind == DESK_RELEASE && of_the_latest))
        bot->held = false;
}

/* ---- halts ---- */

void plan_halt(plan *p, const plan_bot *bot, desk_operation *out)
{
    static const char *const actors[] = {"operator", "watchdog"};
    uint64_t scope = dice_below(&p->dice, 4);
    *out = (desk_operation){.kind = DESK_HALT};
    desk_halt *h = &out->halt;
    *h = (desk_halt){.scope = scope == 0 ? "global" : scope == 1 ? "account" : "bot", .halt_id = plan_id(p)};
    h->account_id = scope == 0 ? nil : bot->account_id;
    h->bot_id = scope > 1 ? bot->bot_id : nil;
    h->actor = actors[dice_below(&p->dice, 2)];
    h->reason = plan_text(p, "at %zu", p->count);
    size_t kept = p->desk.halt_count < PLAN_HALTS_MAX ? p->desk.halt_count : PLAN_HALTS_MAX - 1;
    memmove(p->desk.halts + 1, p->desk.halts, kept * sizeof(*h));
    p->desk.halts[0] = *h;
    p->desk.halt_count = kept + 1;
    p->desk.in_force++;
}

/* Of one in force mostly; of one that ended before, or that nobody knows. */
static void resume(plan *p, desk_operation *out)
{
    size_t window =
        p->desk.in_force > 0 && !dice_in_1000(&p->dice, 100) && p->desk.in_force < p->desk.halt_count
            ? p->desk.in_force
            : p->desk.halt_count;
    size_t which = dice_below(&p->dice, window);
    *out = (desk_operation){.kind = DESK_RESUME, .halt = p->desk.halts[which]};
    out->halt.reason = plan_text(p, "over at %zu", p->count);
    out->halt.actor = "operator";
    if (dice_in_1000(&p->dice, 40))
        out->halt.halt_id = plan_id(p);
    /* The ones in force come first. */
    desk_halt ended = p->desk.halts[which];
    if (which >= p->desk.in_force)
        return;
    p->desk.in_force--;
    memmove(p->desk.halts + which, p->desk.halts + which + 1,
            (p->desk.halt_count - which - 1) * sizeof(ended));
    p->desk.halts[p->desk.halt_count - 1] = ended;
}

static void lease_or_halt(plan *p, desk_operation *out)
{
    uint64_t how = dice_below(&p->dice, 1000);
    if (how < 60)
        change_bot(p, out, some_bot(p));
    else if (how < 400)
        acquire(p, out);
    else if (how < 520)
        lease(p, out, DESK_RENEW);
    else if (how < 620)
        lease(p, out, DESK_RELEASE);
    else if (how < 670)
        lease(p, out, DESK_LAPSE);
    else if (how < 710)
        lease(p, out, DESK_FENCE);
    else if (p->desk.halt_count > 0 && (how < 930 || p->desk.in_force == PLAN_HALTS_MAX))
        resume(p, out);
    else
        plan_halt(p, some_bot(p), out);
}

/* Besides what is the desk's own, more of what it lets through or refuses. */
void plan_desk(plan *p, operation *made)
{
    *made = (operation){.kind = OPERATION_DESK};
    for (size_t i = 0; i < HISTORY_ACCOUNTS * PLAN_BOTS; i++)
        if (p->desk.bots[i].changes == 0 && dice_in_1000(&p->dice, 700)) {
            change_bot(p, &made->desk, &p->desk.bots[i]);
            return;
        }
    uint64_t how = dice_below(&p->dice, 1000);
    if (how < 340 && plan_submit(p, made))
        plan_speak(p, made);
    else if (how < 420 && plan_ask_replace(p, made))
        plan_speak(p, made);
    else if (how < 460 && plan_ask_cancel(p, made))
        plan_speak(p, made);
    else if (how < 560)
        plan_cap(p, &made->desk);
    else if (how < 570)
        plan_day(p, &made->desk);
    else if (how < 620)
        plan_exact(p, made);
    else if (how < 650)
        plan_rush(p, made);
    else
        lease_or_halt(p, &made->desk);
}

bool plan_contradict_desk(plan *p, desk_operation *out)
{
    const plan_bot *other = some_bot(p);
    if (out->kind == DESK_BOT) {
        out->bot.reason = plan_text(p, "other %zu", p->count);
        return true;
    }
    if (out->kind == DESK_ACQUIRE) {
        if (dice_in_1000(&p->dice, 500) && uuid_equal(&other->account_id, &out->lease.account_id))
            out->lease.bot_id = other->bot_id;
        else
            out->lease.holder = "another";
        return true;
    }
    if (out->kind == DESK_FENCE) {
        out->lease.holder = "another";
        return true;
    }
    if (out->kind == DESK_CAP) {
        out->cap.limit = out->cap.limit ? NULL : "1000";
        return true;
    }
    if (out->kind != DESK_HALT && out->kind != DESK_RESUME)
        return false;
    if (dice_in_1000(&p->dice, 500))
        out->halt.reason = plan_text(p, "other %zu", p->count);
    else
        out->halt.actor = "another";
    return true;
}
