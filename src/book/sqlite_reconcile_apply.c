/* sqlite_reconcile_apply.c: doing what the steps of a reconciliation say. */
#include <string.h>

#include "book/sqlite_money.h"
#include "book/sqlite_reconcile_int.h"

/* trading._reconcile_done(): someone records a thing that was found missing, and it is there: the venue's
 * state contradicts itself, for nobody else can write meanwhile. */
static dbk_err *require_created(const reconcile_row *said, const dbk_answer *got)
{
    static const char *const outcomes[] = {[DBK_CREATED] = "created",
                                           [DBK_REPLAYED] = "replayed",
                                           [DBK_CONFLICT] = "conflict",
                                           [DBK_REFUSED] = "refused"};
    if (got->outcome == DBK_CREATED)
        return NULL;
    dbk_err *e =
        err_with_sqlstate(err_new(ERR_RETRYABLE, "%s of %s %s was answered %s, but it was found missing",
                                  said->action, said->kind, said->subject, outcomes[got->outcome]),
                          "40001");
    return err_with_hint(
        e, "Nothing was recorded. Repeat the call: it will be compared with what is recorded by then.");
}

static dbk_err *import_order(mending *p, const reconcile_step *step)
{
    dbk_order_answer got;
    dbk_err *e = sqlite_order_import(p->call, step->order, &got);
    return e ? e : require_created(&step->said, &got.answer);
}

static dbk_err *record_fill(mending *p, const reconcile_step *step)
{
    dbk_fill_answer got;
    dbk_err *e = step->fill->made ? sqlite_fill_record_made(p->call, &step->fill->request, &got)
                                  : sqlite_fill_record(p->call, &step->fill->request, &got);
    return e ? e : require_created(&step->said, &got.answer);
}

/* An order that the fill is of may be there already, from before the fill was busted. */
static dbk_err *adjust_position(mending *p, const reconcile_step *step)
{
    dbk_order_answer got;
    dbk_err *e = sqlite_order_import(p->call, step->order, &got);
    return e ? e : record_fill(p, step);
}

static dbk_err *bust_fill(mending *p, const reconcile_step *step)
{
    dbk_fill_event_answer got;
    dbk_err *e = sqlite_fill_bust(p->call, step->bust, &got);
    return e ? e : require_created(&step->said, &got.answer);
}

static dbk_err *record_cash(mending *p, const reconcile_step *step)
{
    dbk_answer got;
    dbk_err *e = sqlite_cash_record(p->call, step->cash, &got);
    return e ? e : require_created(&step->said, &got);
}

static dbk_err *record_event(mending *p, const reconcile_step *step)
{
    dbk_order_answer got;
    dbk_err *e = sqlite_order_record(p->call, step->event, &got);
    return e ? e : require_created(&step->said, &got.answer);
}

typedef enum step_turn { TURN_IMPORTS, TURN_FILLS, TURN_REST } step_turn;

static step_turn turn_of(const reconcile_step *step)
{
    return step->order && !step->fill                        ? TURN_IMPORTS
           : step->fill && !step->order && !step->fill->made ? TURN_FILLS
                                                             : TURN_REST;
}

static dbk_err *take_step(mending *p, const reconcile_step *step)
{
    return step->order && step->fill ? adjust_position(p, step)
           : step->order             ? import_order(p, step)
           : step->fill              ? record_fill(p, step)
           : step->bust              ? bust_fill(p, step)
           : step->cash              ? record_cash(p, step)
           : step->event             ? record_event(p, step)
                                     : NULL;
}

/* Orders before their fills, so that fills find the terms; and all fills that happened before what only
 * stands for some. */
dbk_err *mend_apply(mending *p)
{
    dbk_err *e = NULL;
    for (step_turn turn = TURN_IMPORTS; turn <= TURN_REST; turn++)
        for (size_t i = 0; !e && i < p->count; i++)
            if (turn_of(&p->steps[i]) == turn)
                e = take_step(p, &p->steps[i]);
    return e;
}
