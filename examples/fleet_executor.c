/* fleet_executor: does for the bots of an account what they ask for, at a venue on paper that fills
 * everything at one price.
 *
 * Every fact has an identity made of the order's, so whatever was left half done by an end at a bad moment is
 * done again from the claim, and the half that stands is replayed. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "fleet.h"

#define PAPER_PRICE "100"
#define CLAIM_MAX 20

typedef struct task {
    dbk_uuid intent_id;
    char action[16], side[8], qty[64];
    dbk_uuid instrument_id;
} task;

typedef struct executor {
    fleet fleet;
    task tasks[CLAIM_MAX];
    size_t count;
    dbk_uuid command_id;
    bool commanded;
} executor;

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- the venue ---- */

/* A real venue says when it traded. This one remembers nothing, so the time must come from what does. */
static int64_t traded_us(const dbk_uuid *order_id)
{
    int64_t ms = 0;
    for (size_t i = 0; i < 6; i++)
        ms = ms << 8 | order_id->bytes[i];
    return ms * 1000;
}

static bool acknowledge(executor *x, const dbk_uuid *order_id)
{
    dbk_order_answer answer;
    dbk_order_event event = {.size = sizeof(event),
                             .account_id = x->fleet.account_id,
                             .order_id = *order_id,
                             .kind = DBK_ACKNOWLEDGE,
                             .occurred_us = traded_us(order_id)};
    dbk_uuid_from_name(order_id, "acknowledge", &event.event_id);
    return fleet_ok(&x->fleet, dbk_order_record(x->fleet.book, &event, &answer));
}

static bool fill(executor *x, const task *t, const dbk_uuid *order_id)
{
    dbk_fill_answer answer;
    dbk_fill fill = {.size = sizeof(fill),
                     .account_id = x->fleet.account_id,
                     .order_id = *order_id,
                     .instrument_id = t->instrument_id,
                     .side = t->side,
                     .qty = t->qty,
                     .price = PAPER_PRICE,
                     .filled_us = traded_us(order_id)};
    dbk_uuid_from_name(order_id, "fill", &fill.fill_id);
    if (!fleet_ok(&x->fleet, dbk_fill_record(x->fleet.book, &fill, &answer)))
        return false;
    fleet_say("%s %s: %s, position %s", t->side, t->qty, dbk_outcome_name(answer.answer.outcome),
              answer.position_qty);
    return true;
}

/* Nothing of an order ever waits there, so a cancel or a replace comes too late. */
static bool reject_change(executor *x, const task *t, const dbk_uuid *order_id)
{
    dbk_order_answer answer;
    bool cancel = strcmp(t->action, "cancel") == 0;
    dbk_order_event event = {.size = sizeof(event),
                             .account_id = x->fleet.account_id,
                             .order_id = *order_id,
                             .kind = cancel ? DBK_CANCEL_REJECT : DBK_REPLACE_REJECT,
                             .reason = "filled",
                             .occurred_us = now_us()};
    dbk_uuid_from_name(&t->intent_id, "reject", &event.event_id);
    return fleet_ok(&x->fleet, dbk_order_record(x->fleet.book, &event, &answer));
}

/* ---- the queue ---- */

static void perform(executor *x, const task *t)
{
    dbk_intent_answer answer;
    if (!fleet_ok(&x->fleet, dbk_intent_submit(x->fleet.book, &x->fleet.account_id, &t->intent_id, &answer)))
        return;
    if (answer.answer.outcome == DBK_REFUSED)
        fleet_say("%s %s: refused %s", t->action, t->qty, answer.answer.refusal_code);
    else if (strcmp(t->action, "submit") != 0)
        (void)reject_change(x, t, &answer.order_id);
    else if (acknowledge(x, &answer.order_id))
        (void)fill(x, t, &answer.order_id);
}

static bool take_intent(void *ctx, const dbk_intent *intent)
{
    executor *x = ctx;
    task *t = &x->tasks[x->count++];
    *t = (task){.intent_id = intent->intent_id, .instrument_id = intent->instrument_id};
    snprintf(t->action, sizeof(t->action), "%s", intent->action);
    snprintf(t->side, sizeof(t->side), "%s", intent->side ? intent->side : "");
    snprintf(t->qty, sizeof(t->qty), "%s", intent->qty ? intent->qty : "");
    return x->count < CLAIM_MAX;
}

/* What a predecessor of the same name had claimed comes first. */
static bool take_over(executor *x)
{
    dbk_intent_query mine = {
        .size = sizeof(mine), .status = "claimed", .claimed_by = x->fleet.name, .limit = CLAIM_MAX};
    x->count = 0;
    return fleet_ok(&x->fleet, dbk_intents(x->fleet.book, &x->fleet.account_id, &mine, take_intent, x));
}

static bool claim(executor *x)
{
    dbk_answer answer;
    dbk_claim claim = {.size = sizeof(claim),
                       .account_id = x->fleet.account_id,
                       .executor = x->fleet.name,
                       .limit = CLAIM_MAX};
    x->count = 0;
    return fleet_ok(&x->fleet, dbk_uuid_v7(&claim.claim_id)) &&
           fleet_ok(&x->fleet, dbk_intents_claim(x->fleet.book, &claim, take_intent, x, &answer));
}

/* ---- commands: of them reconcile is the executor's ---- */

static bool take_command(void *ctx, const dbk_command *command)
{
    executor *x = ctx;
    x->commanded = strcmp(command->kind, "reconcile") == 0;
    x->command_id = command->command_id;
    return !x->commanded;
}

static bool report(executor *x, dbk_command_step step, const char *detail)
{
    dbk_answer answer;
    dbk_command_report report = {.size = sizeof(report),
                                 .account_id = x->fleet.account_id,
                                 .command_id = x->command_id,
                                 .step = step,
                                 .by = x->fleet.name,
                                 .detail = detail};
    return fleet_ok(&x->fleet, dbk_command_acknowledge(x->fleet.book, &report, &answer));
}

/* There is nothing that this venue could know better. */
static void obey(executor *x)
{
    dbk_command_query query = {.size = sizeof(query)};
    x->commanded = false;
    if (!fleet_ok(&x->fleet, dbk_commands(x->fleet.book, &x->fleet.account_id, &query, take_command, x)) ||
        !x->commanded)
        return;
    if (report(x, DBK_COMMAND_ACKNOWLEDGED, NULL) && report(x, DBK_COMMAND_DONE, "the venue keeps nothing"))
        fleet_say("command: reconcile");
}

int main(int argc, char **argv)
{
    static executor x;
    if (!fleet_open(&x.fleet, argc, argv, "fleet_executor"))
        return 2;
    fleet_say("ready");
    while (!fleet_stops() && !fleet_failed()) {
        if (take_over(&x) && (x.count > 0 || claim(&x))) {
            for (size_t i = 0; i < x.count; i++)
                perform(&x, &x.tasks[i]);
        }
        obey(&x);
        fleet_pause();
    }
    dbk_close(x.fleet.book);
    return fleet_failed();
}
