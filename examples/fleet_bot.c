/* fleet_bot: a bot that may run several times over: one of its processes acts, the others stand by.
 *
 * It buys one and sells it again, for as long as it is let: an example of how to ask, not of what to ask for.
 * It obeys pause, resume, flatten (after which it is paused) and stop. */
#include <stdio.h>
#include <string.h>

#include "fleet.h"

#define TTL_MS 3000
#define ASK_TTL_MS 5000
#define PAPER_PRICE "100"

typedef struct bot {
    fleet fleet;
    dbk_uuid bot_id, instrument_id;
    bool found, paused, stopped;
    dbk_lease *lease;

    /* as the book has it, in this look */
    bool waits; /* for what it asked for before */
    char position[64];
    dbk_uuid command_id; /* the oldest that is not carried out */
    char command[16];    /* its kind; "": there is none */
} bot;

/* ---- looking ---- */

static bool take_bot(void *ctx, const dbk_bot *one)
{
    bot *b = ctx;
    b->found = strcmp(one->name, b->fleet.name) == 0;
    if (b->found) {
        b->bot_id = one->bot_id;
        b->paused = strcmp(one->desired_state, "running") != 0;
    }
    return !b->found;
}

static bool take_instrument(void *ctx, const dbk_instrument *instrument)
{
    bot *b = ctx;
    b->instrument_id = instrument->instrument_id;
    return false;
}

static bool take_position(void *ctx, const dbk_position *position)
{
    bot *b = ctx;
    snprintf(b->position, sizeof(b->position), "%s", position->qty);
    return false;
}

static bool take_intent(void *ctx, const dbk_intent *intent)
{
    (void)intent;
    ((bot *)ctx)->waits = true;
    return false;
}

static bool take_command(void *ctx, const dbk_command *command)
{
    bot *b = ctx;
    if (strcmp(command->kind, "reconcile") == 0)
        return true; /* the executor's */
    b->command_id = command->command_id;
    snprintf(b->command, sizeof(b->command), "%s", command->kind);
    return false;
}

static bool look(bot *b)
{
    fleet *f = &b->fleet;
    dbk_intent_query asked = {.size = sizeof(asked), .bot_id = &b->bot_id, .status = "requested", .limit = 1};
    dbk_intent_query claimed = asked;
    dbk_command_query commands = {.size = sizeof(commands), .bot_id = &b->bot_id};
    claimed.status = "claimed";
    b->waits = false;
    b->command[0] = '\0';
    snprintf(b->position, sizeof(b->position), "0");
    return fleet_ok(f, dbk_positions(f->book, &f->account_id, true, take_position, b)) &&
           fleet_ok(f, dbk_intents(f->book, &f->account_id, &asked, take_intent, b)) &&
           fleet_ok(f, dbk_intents(f->book, &f->account_id, &claimed, take_intent, b)) &&
           fleet_ok(f, dbk_commands(f->book, &f->account_id, &commands, take_command, b));
}

static bool is_flat(const bot *b)
{
    return strcmp(b->position, "0") == 0;
}

/* ---- asking ---- */

/* A lease that is lost is no failure: another process acts. */
static bool asked(bot *b, dbk_err *e)
{
    if (!e || dbk_lease_held(b->lease))
        return fleet_ok(&b->fleet, e);
    dbk_err_free(e);
    return false;
}

/* Each try is an order of its own: a bot that starts again looks at its position, not at what it wanted. */
static bool ask(bot *b, const char *side, const char *qty, const char **refusal)
{
    dbk_intent_answer answer;
    dbk_order_intent order = {.size = sizeof(order),
                              .account_id = b->fleet.account_id,
                              .instrument_id = b->instrument_id,
                              .side = side,
                              .type = "market",
                              .qty = qty,
                              .reference_price = PAPER_PRICE,
                              .ttl_ms = ASK_TTL_MS};
    *refusal = NULL;
    if (!fleet_ok(&b->fleet, dbk_uuid_v7(&order.intent_id)) ||
        !asked(b, dbk_intent_request_order(b->fleet.book, &order, &answer)))
        return false;
    *refusal = answer.answer.refusal_code;
    fleet_say("%s %s: %s%s%s", side, qty, dbk_outcome_name(answer.answer.outcome), *refusal ? " " : "",
              *refusal ? *refusal : "");
    return true;
}

static bool close_position(bot *b, const char **refusal)
{
    bool is_short = b->position[0] == '-';
    return ask(b, is_short ? "buy" : "sell", b->position + is_short, refusal);
}

/* ---- commands ---- */

static bool report(bot *b, dbk_command_step step, const char *detail)
{
    dbk_answer answer;
    dbk_command_report report = {.size = sizeof(report),
                                 .account_id = b->fleet.account_id,
                                 .command_id = b->command_id,
                                 .step = step,
                                 .by = b->fleet.name,
                                 .detail = detail};
    return asked(b, dbk_command_acknowledge(b->fleet.book, &report, &answer));
}

/* As often as it takes: the command stays on the list until it is said to be done. */
static void flatten(bot *b)
{
    const char *refusal = NULL;
    b->paused = true;
    if (b->waits)
        return;
    if (is_flat(b)) {
        fleet_say("flat");
        (void)report(b, DBK_COMMAND_DONE, "flat");
    } else if (close_position(b, &refusal) && refusal) {
        (void)report(b, DBK_COMMAND_FAILED, refusal);
    }
}

static void obey(bot *b)
{
    if (!report(b, DBK_COMMAND_ACKNOWLEDGED, NULL))
        return;
    if (strcmp(b->command, "flatten") == 0) {
        flatten(b);
        return;
    }
    b->paused = strcmp(b->command, "resume") != 0;
    if (report(b, DBK_COMMAND_DONE, NULL)) {
        fleet_say("command: %s", b->command);
        b->stopped = strcmp(b->command, "stop") == 0;
    }
}

/* ---- acting and standing by ---- */

static void act(bot *b)
{
    const char *refusal = NULL;
    if (!look(b))
        return;
    if (b->command[0])
        obey(b);
    else if (!b->paused && !b->waits)
        (void)(is_flat(b) ? ask(b, "buy", "1", &refusal) : close_position(b, &refusal));
}

static void give_way(bot *b)
{
    dbk_lease_status status = {.size = sizeof(status)};
    if (fleet_ok(&b->fleet, dbk_lease_state(b->lease, &status)))
        fleet_say("lost %lld: %s", (long long)status.token, status.why);
    (void)fleet_ok(&b->fleet, dbk_act_as(b->fleet.book, NULL));
    dbk_lease_close(b->lease);
    b->lease = NULL;
}

static void stand_by(bot *b)
{
    dbk_answer answer;
    dbk_lease_status status = {.size = sizeof(status)};
    dbk_lease_request request = {
        .size = sizeof(request), .account_id = b->fleet.account_id, .bot_id = b->bot_id, .ttl_ms = TTL_MS};
    if (!fleet_ok(&b->fleet, dbk_lease_acquire(b->fleet.book, &request, &b->lease, &answer)) || !b->lease ||
        !fleet_ok(&b->fleet, dbk_act_as(b->fleet.book, b->lease)) ||
        !fleet_ok(&b->fleet, dbk_lease_state(b->lease, &status)))
        return;
    fleet_say("acts %lld", (long long)status.token);
}

static void run(bot *b)
{
    fleet_say("stands by");
    while (!fleet_stops() && !fleet_failed() && !b->stopped) {
        if (!b->lease)
            stand_by(b);
        else if (dbk_lease_held(b->lease))
            act(b);
        else
            give_way(b);
        fleet_pause();
    }
}

/* The next one need not wait until the lease runs out. */
static void end(bot *b)
{
    dbk_answer answer;
    if (b->lease)
        (void)fleet_ok(&b->fleet, dbk_lease_release(b->lease, &answer));
    dbk_lease_close(b->lease);
    dbk_close(b->fleet.book);
}

int main(int argc, char **argv)
{
    bot b = {.lease = NULL};
    if (!fleet_open(&b.fleet, argc, argv, "fleet_bot"))
        return 2;
    bool good = fleet_ok(&b.fleet, dbk_bots(b.fleet.book, &b.fleet.account_id, take_bot, &b)) &&
                fleet_ok(&b.fleet, dbk_instruments(b.fleet.book, NULL, NULL, take_instrument, &b));
    if (good && b.found)
        run(&b);
    else if (good)
        fprintf(stderr, "fleet_bot: the account has no bot %s\n", b.fleet.name);
    end(&b);
    return !good || !b.found || fleet_failed();
}
