/* Runs and saved states of the reference book. */
#include <string.h>

#include "simulate/reference_int.h"

static ref_run *find_run(const reference *r, const dbk_uuid *account_id, const dbk_uuid *run_id)
{
    for (ref_run *run = r->runs; run; run = run->next)
        if (ref_id_is(&run->started->account_id, account_id) && ref_id_is(&run->started->run_id, run_id))
            return run;
    return NULL;
}

bool ref_knows_run(const reference *r, const dbk_uuid *account_id, const dbk_uuid *run_id)
{
    return !run_id || find_run(r, account_id, run_id);
}

bool ref_same_run(const dbk_uuid *a, const dbk_uuid *b)
{
    return a && b ? ref_id_is(a, b) : a == b;
}

static const char *params(const dbk_run *run)
{
    return run->params_json ? run->params_json : "{}";
}

void ref_take_run_start(reference *r, const dbk_run *told, answer *out)
{
    const ref_run *known = find_run(r, &told->account_id, &told->run_id);
    out->id = told->run_id;
    if (!known) {
        ref_run *run = REF_NEW(r, ref_run);
        *run = (ref_run){.next = r->runs, .started = told};
        r->runs = run;
        out->outcome = "created";
        return;
    }
    const dbk_run *was = known->started;
    out->conflict_field = !ref_same(was->kind, told->kind)                     ? "kind"
                          : !ref_same(was->strategy, told->strategy)           ? "strategy"
                          : !ref_same(was->code_revision, told->code_revision) ? "code_revision"
                          : !ref_same(params(was), params(told))               ? "params"
                                                                               : NULL;
    out->outcome = out->conflict_field ? "conflict" : "replayed";
}

void ref_take_run_finish(reference *r, const operation *o, answer *out)
{
    ref_run *run = find_run(r, &o->finish.account_id, &o->finish.run_id);
    if (!run) {
        *out = (answer){.outcome = "error", .error = "TB002"};
        return;
    }
    out->id = o->finish.run_id;
    if (!run->ended) {
        run->ended = o->finish.status;
        out->outcome = "created";
        return;
    }
    out->conflict_field = ref_same(run->ended, o->finish.status) ? NULL : "status";
    out->outcome = out->conflict_field ? "conflict" : "replayed";
}

void ref_take_state_save(reference *r, const operation *o, answer *out)
{
    out->id = o->state.snapshot_id;
    for (const ref_save *s = r->saves; s; s = s->next) {
        const operation *was = s->told;
        if (!ref_id_is(&was->state.account_id, &o->state.account_id) ||
            !ref_id_is(&was->state.snapshot_id, &o->state.snapshot_id))
            continue;
        out->conflict_field = !ref_same(was->state.name, o->state.name)   ? "name"
                              : was->state.as_of_us != o->state.as_of_us  ? "as_of"
                              : !ref_same(was->state.json, o->state.json) ? "state"
                                                                          : NULL;
        out->outcome = out->conflict_field ? "conflict" : "replayed";
        return;
    }
    ref_save *s = REF_NEW(r, ref_save);
    *s = (ref_save){.next = r->saves, .told = o};
    r->saves = s;
    out->outcome = "created";
}

/* The latest moment; of several, what was told last. */
void ref_take_state_load(const reference *r, const operation *o, answer *out)
{
    const operation *latest = NULL;
    for (const ref_save *s = r->saves; s; s = s->next) {
        const operation *was = s->told;
        bool same = ref_id_is(&was->state.account_id, &o->state.account_id) &&
                    ref_same(was->state.name, o->state.name);
        if (same && (!latest || was->state.as_of_us > latest->state.as_of_us))
            latest = was;
    }
    out->outcome = "loaded";
    if (!latest)
        return;
    out->state = latest->state.json;
    out->as_of_us = latest->state.as_of_us;
}
