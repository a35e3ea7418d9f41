/* Runs, the orders that are of one, and what programs keep of their own. */
#include <string.h>

#include "core/uuid.h"
#include "simulate/history_int.h"

#define STATE_OLDER_US_MAX ((uint64_t)3600 * 1000000)

static void start(plan *p, operation *out)
{
    static const char *const kinds[] = {"backtest", "paper", "live"};
    static const char *const strategies[] = {"grid", "maker"};
    *out = (operation){.kind = OPERATION_RUN_START};
    dbk_run *r = &out->run;
    *r = (dbk_run){.size = sizeof(*r), .run_id = plan_id(p)};
    r->account_id = p->accounts[dice_below(&p->dice, HISTORY_ACCOUNTS)];
    r->kind = kinds[dice_below(&p->dice, 3)];
    r->strategy = strategies[dice_below(&p->dice, 2)];
    r->code_revision = dice_in_1000(&p->dice, 500) ? plan_text(p, "build-%zu", p->count) : NULL;
    r->params_json = dice_in_1000(&p->dice, 700) ? plan_text(p, "{\"step\": %zu}", p->count) : NULL;
    size_t kept = p->run_count < PLAN_RUNS_MAX ? p->run_count : PLAN_RUNS_MAX - 1;
    memmove(p->runs + 1, p->runs, kept * sizeof(p->runs[0]));
    p->runs[0] = (plan_run_of){r->account_id, r->run_id};
    p->run_count = kept + 1;
}

/* It may have ended before, in the same way or another; or nobody knows it. */
static void finish(plan *p, operation *out)
{
    static const char *const statuses[] = {"finished", "failed", "interrupted"};
    const plan_run_of *run = &p->runs[dice_below(&p->dice, p->run_count)];
    *out = (operation){.kind = OPERATION_RUN_FINISH};
    out->finish.account_id = run->account_id;
    out->finish.run_id = dice_in_1000(&p->dice, 50) ? plan_id(p) : run->run_id;
    out->finish.status = statuses[dice_below(&p->dice, 3)];
}

bool plan_run(plan *p, operation *out)
{
    if (p->run_count == 0 || dice_in_1000(&p->dice, 350))
        start(p, out);
    else
        finish(p, out);
    return true;
}

const dbk_uuid *plan_run_for(plan *p, const dbk_uuid *account_id)
{
    if (p->run_count == 0 || dice_in_1000(&p->dice, 500))
        return NULL;
    const plan_run_of *run = &p->runs[dice_below(&p->dice, p->run_count)];
    bool own = uuid_equal(&run->account_id, account_id);
    if (!own && !dice_in_1000(&p->dice, 30)) /* the run of another account is none */
        return NULL;
    dbk_uuid *id = arena_memdup(p->arena, &run->run_id, sizeof(run->run_id));
    p->failed = p->failed || !id;
    return id;
}

/* Of now, of the moment of what was saved last, or of one before it. */
static int64_t saved_as_of(plan *p, bool again)
{
    switch (again ? dice_below(&p->dice, 4) : 0) {
    case 0:
        return p->now_us;
    case 1:
        return p->saved.as_of_us;
    default:
        return p->saved.as_of_us - 1 - (int64_t)dice_below(&p->dice, STATE_OLDER_US_MAX);
    }
}

/* Several are saved under one name before it is loaded, and the last one need not be the one that counts. */
bool plan_state(plan *p, operation *out)
{
    static const char *const names[] = {"maker", "risk"};
    bool load = dice_in_1000(&p->dice, 500);
    bool again = p->saved.name && dice_in_1000(&p->dice, 800);
    *out = (operation){.kind = load ? OPERATION_STATE_LOAD : OPERATION_STATE_SAVE};
    out->state.account_id = again ? p->saved.account_id : p->accounts[dice_below(&p->dice, HISTORY_ACCOUNTS)];
    out->state.name = again ? p->saved.name : names[dice_below(&p->dice, 2)];
    if (load)
        return true;
    out->state.snapshot_id = plan_id(p);
    out->state.as_of_us = saved_as_of(p, again);
    out->state.json = plan_text(p, "{\"at\": %zu, \"open\": [\"a\", null]}", p->count);
    p->saved = (plan_saved){out->state.account_id, out->state.name, out->state.as_of_us};
    return true;
}

static const char *other_of(const char *is, const char *one, const char *another)
{
    return is && strcmp(is, one) == 0 ? another : one;
}

bool plan_contradict_run(plan *p, operation *out)
{
    if (out->kind == OPERATION_RUN_START && dice_in_1000(&p->dice, 300))
        out->run.strategy = other_of(out->run.strategy, "grid", "maker");
    else if (out->kind == OPERATION_RUN_START && dice_in_1000(&p->dice, 400))
        out->run.kind = other_of(out->run.kind, "paper", "live");
    else if (out->kind == OPERATION_RUN_START && dice_in_1000(&p->dice, 500))
        out->run.params_json = plan_text(p, "{\"step\": \"other %zu\"}", p->count);
    else if (out->kind == OPERATION_RUN_START)
        out->run.code_revision = plan_text(p, "other %zu", p->count);
    else if (out->kind == OPERATION_RUN_FINISH)
        out->finish.status = other_of(out->finish.status, "finished", "failed");
    else if (out->kind == OPERATION_STATE_SAVE && dice_in_1000(&p->dice, 300))
        out->state.name = other_of(out->state.name, "maker", "risk");
    else if (out->kind == OPERATION_STATE_SAVE && dice_in_1000(&p->dice, 500))
        out->state.as_of_us += 1;
    else if (out->kind == OPERATION_STATE_SAVE)
        out->state.json = plan_text(p, "{\"other\": %zu}", p->count);
    return out->kind != OPERATION_STATE_LOAD;
}
