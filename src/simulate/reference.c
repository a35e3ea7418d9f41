#include "simulate/reference.h"

#include <assert.h>
#include <string.h>

#include "core/mem.h"
#include "core/uuid.h"
#include "simulate/reference_int.h"

#define FACTS_BYTES_MAX ((size_t)512 << 20)

reference *reference_new(void)
{
    reference *r = mem_alloc(sizeof(*r));
    if (!r)
        return NULL;
    r->arena = arena_new(FACTS_BYTES_MAX);
    r->kept = rational_desk_new();
    r->desk = rational_desk_new();
    if (r->arena && r->kept && r->desk)
        return r;
    reference_free(r);
    return NULL;
}

void reference_free(reference *r)
{
    if (!r)
        return;
    arena_free(r->arena);
    rational_desk_free(r->kept);
    rational_desk_free(r->desk);
    mem_free(r);
}

void *ref_new(reference *r, size_t size)
{
    assert(size <= sizeof(r->spill));
    void *fact = arena_alloc(r->arena, size);
    if (fact)
        return fact;
    r->short_of_memory = true;
    return memset(r->spill, 0, sizeof(r->spill));
}

const char *ref_text(reference *r, const rational *x)
{
    if (!x)
        return NULL;
    buf text;
    buf_init(&text, 0);
    rational_append(&text, x);
    const char *copy = arena_strdup(r->arena, text.data);
    r->short_of_memory = r->short_of_memory || !copy || text.state != BUF_OK;
    buf_term(&text);
    return copy ? copy : "";
}

ref_account *ref_find_account(const reference *r, const dbk_uuid *id)
{
    for (ref_account *a = r->accounts; a; a = a->next)
        if (ref_id_is(&a->opened->account_id, id))
            return a;
    return NULL;
}

bool ref_same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool ref_equal(const rational *a, const rational *b)
{
    return a && b ? rational_equal(a, b) : a == b;
}

bool ref_differ(const rational *a, const rational *b)
{
    return a && b && !rational_equal(a, b);
}

bool ref_differ_text(const char *a, const char *b)
{
    return a && b && strcmp(a, b) != 0;
}

bool ref_id_is(const dbk_uuid *a, const dbk_uuid *b)
{
    return memcmp(a, b, sizeof(*a)) == 0;
}

const char *ref_key(const char *key)
{
    return key ? key : "";
}

static const char *opening(const dbk_account *a)
{
    return a->opening_balance ? a->opening_balance : "0";
}

static void open_account(reference *r, const dbk_account *told, answer *out)
{
    out->id = told->account_id;
    const ref_account *known = ref_find_account(r, &told->account_id);
    if (!known) {
        ref_account *a = REF_NEW(r, ref_account);
        *a = (ref_account){.next = r->accounts, .opened = told, .version = 1};
        r->accounts = a;
        out->outcome = "created";
        return;
    }
    const dbk_account *was = known->opened;
    const rational *balance = rational_of_text(r->desk, opening(was));
    const char *mode = told->position_mode ? told->position_mode : "netting";
    const char *mode_was = was->position_mode ? was->position_mode : "netting";
    out->conflict_field = !ref_same(was->name, told->name)           ? "name"
                          : !ref_same(was->venue, told->venue)       ? "venue"
                          : !ref_same(was->currency, told->currency) ? "currency"
                          : !ref_same(was->mode, told->mode)         ? "mode"
                          : !ref_same(mode_was, mode)                ? "position_mode"
                          : !rational_equal(balance, rational_of_text(r->desk, opening(told)))
                              ? "opening_balance"
                              : NULL;
    out->outcome = out->conflict_field ? "conflict" : "replayed";
}

static void close_account(reference *r, const dbk_uuid *account_id, answer *out)
{
    ref_account *a = ref_find_account(r, account_id);
    out->id = *account_id;
    out->outcome = "replayed";
    if (a->closed)
        return;
    bool in_use = false;
    for (const ref_order *o = r->orders; o; o = o->next)
        in_use = in_use || (o->account == a && ref_order_is_open(r, o));
    for (ref_position *p = r->positions; p; p = p->next)
        in_use = in_use || (p->account == a && rational_sign(ref_fold(r, p).qty) != 0);
    a->version++;
    a->closed = !in_use;
    out->outcome = in_use ? "refused" : "created";
    out->refusal_code = in_use ? "account_in_use" : NULL;
}

static void take_fills(reference *r, const operation *o, buf *answers)
{
    answer *each = arena_alloc(r->arena, o->fills.count * sizeof(*each));
    if (!each) {
        r->short_of_memory = true;
        return;
    }
    if (o->kind == OPERATION_FILL)
        ref_take_fill(r, o->fills.items, each);
    else
        ref_take_fills(r, o->fills.items, o->fills.count, each);
    for (size_t i = 0; i < o->fills.count; i++)
        answer_append(answers, &each[i]);
}

static void take_other(reference *r, const operation *o, answer *out)
{
    switch (o->kind) {
    case OPERATION_OPEN:
        open_account(r, &o->account, out);
        break;
    case OPERATION_SUBMIT:
        ref_take_submission(r, &o->order, out);
        break;
    case OPERATION_IMPORT:
        ref_take_import(r, &o->external, out);
        break;
    case OPERATION_EVENT:
        ref_take_event(r, &o->event, out);
        break;
    case OPERATION_BUST:
        ref_take_bust(r, &o->bust, out);
        break;
    case OPERATION_CORRECT:
        ref_take_correction(r, &o->correction, out);
        break;
    case OPERATION_CASH:
        ref_take_cash(r, &o->cash, out);
        break;
    case OPERATION_FUNDING:
        ref_take_funding(r, &o->funding, out);
        break;
    case OPERATION_EQUITY:
        ref_take_equity(r, &o->equity, out);
        break;
    case OPERATION_CLOSE:
        close_account(r, &o->close.account_id, out);
        break;
    case OPERATION_RUN_START:
        ref_take_run_start(r, &o->run, out);
        break;
    case OPERATION_RUN_FINISH:
        ref_take_run_finish(r, o, out);
        break;
    case OPERATION_STATE_SAVE:
        ref_take_state_save(r, o, out);
        break;
    case OPERATION_STATE_LOAD:
        ref_take_state_load(r, o, out);
        break;
    case OPERATION_DESK:
        ref_take_desk(r, &o->desk, out);
        break;
    case OPERATION_FILL:
    case OPERATION_FILLS:
        assert(false);
    }
}

dbk_err *reference_take(reference *r, const operation *o, buf *answers)
{
    rational_desk_reset(r->desk);
    r->by = &o->by;
    if (o->kind == OPERATION_FILL || o->kind == OPERATION_FILLS) {
        take_fills(r, o, answers);
    } else {
        answer a = {0};
        take_other(r, o, &a);
        answer_append(answers, &a);
    }
    dbk_err *e = r->short_of_memory ? err_oom() : buf_error(answers);
    if (!e)
        e = rational_error(r->kept);
    return e ? e : rational_error(r->desk);
}
