/* The desk of the reference book: which token counts, what is halted, and what both refuse. */
#include <string.h>

#include "core/uuid.h"
#include "simulate/reference_int.h"

const dbk_uuid ref_nil;

bool ref_is_nil(const dbk_uuid *id)
{
    return ref_id_is(id, &ref_nil);
}

/* ---- bots and whose they are ---- */

static ref_bot *find_bot(const reference *r, const ref_account *account, const dbk_uuid *id)
{
    for (ref_bot *b = r->bots; b; b = b->next)
        if (b->account == account && ref_id_is(&b->id, id))
            return b;
    return NULL;
}

bool ref_knows_bot(const reference *r, const ref_account *account, const dbk_uuid *id)
{
    return find_bot(r, account, id);
}

static const ref_acquisition *find_acquisition(const reference *r, const dbk_uuid *account_id,
                                               const dbk_uuid *acquire_id)
{
    for (const ref_acquisition *a = r->acquisitions; a; a = a->next)
        if (ref_id_is(&a->told->account_id, account_id) && ref_id_is(&a->told->id, acquire_id))
            return a;
    return NULL;
}

/* It is the latest of the bot; it may be over. */
static bool is_of_latest(const ref_bot *b, const fence *f)
{
    return f->kind == FENCE_OF_ACQUISITION && b->acquired &&
           ref_id_is(&b->acquired->told->id, &f->acquire_id);
}

static bool counts(const ref_bot *b, const fence *f)
{
    return is_of_latest(b, f) && !b->over;
}

bool ref_is_stranger(const reference *r, const ref_account *account)
{
    return r->by->is_bot && !find_bot(r, account, &r->by->bot_id);
}

bool ref_is_stale(const reference *r, const ref_account *account)
{
    const ref_bot *b = find_bot(r, account, &r->by->bot_id);
    return r->by->is_bot && !(b && counts(b, &r->by->fence));
}

void ref_note_import(reference *r, const ref_order *o)
{
    if (!ref_is_stale(r, o->account))
        return;
    ref_import *i = REF_NEW(r, ref_import);
    *i = (ref_import){.next = r->stale_imports, .order = o};
    r->stale_imports = i;
}

/* ---- what is stopped ---- */

/* A halt of all trading, of the account, or of the bot that it names. */
static bool stops(const desk_halt *h, const dbk_uuid *account_id, const dbk_uuid *bot_id)
{
    bool here = ref_is_nil(&h->account_id) || ref_id_is(&h->account_id, account_id);
    return here && (ref_is_nil(&h->bot_id) || (bot_id && ref_id_is(&h->bot_id, bot_id)));
}

const char *ref_stopped(const reference *r, const ref_account *account, bool cancel)
{
    const dbk_uuid *bot_id = r->by->is_bot ? &r->by->bot_id : NULL;
    for (const ref_halt *h = r->halts; h && !cancel; h = h->next)
        if (!h->resumed && stops(h->told, &account->opened->account_id, bot_id))
            return "halted";
    return ref_is_stale(r, account) ? "fenced" : NULL;
}

/* ---- operations ---- */

static void unknown(answer *out)
{
    *out = (answer){.outcome = "error", .error = "TB002"};
}

static void take_bot(reference *r, const desk_bot *told, answer *out)
{
    const ref_account *account = ref_find_account(r, &told->account_id);
    for (const ref_change *c = r->changes; c; c = c->next) {
        const desk_bot *was = c->told;
        if (!ref_id_is(&was->account_id, &told->account_id) || !ref_id_is(&was->change_id, &told->change_id))
            continue;
        out->conflict_field = !ref_id_is(&was->bot_id, &told->bot_id)              ? "bot_id"
                              : !ref_same(was->name, told->name)                   ? "name"
                              : !ref_same(was->desired_state, told->desired_state) ? "desired_state"
                              : !ref_same(was->image_tag, told->image_tag)         ? "image_tag"
                              : !ref_same(was->reason, told->reason)               ? "reason"
                                                                                   : NULL;
        out->outcome = out->conflict_field ? "conflict" : "replayed";
        out->id = was->bot_id;
        out->version = c->version;
        return;
    }
    ref_bot *b = find_bot(r, account, &told->bot_id);
    if (!b) {
        b = REF_NEW(r, ref_bot);
        *b = (ref_bot){.next = r->bots, .account = account, .id = told->bot_id};
        r->bots = b;
    }
    b->now = told;
    ref_change *c = REF_NEW(r, ref_change);
    *c = (ref_change){.next = r->changes, .told = told, .version = ++b->version};
    r->changes = c;
    out->outcome = "created";
    out->id = b->id;
    out->version = b->version;
}

/* What was given is answered by the name of its acquisition. */
static void answer_token(reference *r, const ref_acquisition *a, answer *out)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(&a->told->id, text);
    out->token = arena_strdup(r->arena, text);
    r->short_of_memory = r->short_of_memory || !out->token;
}

static void acquire(reference *r, ref_bot *b, const desk_lease *told, answer *out)
{
    const ref_acquisition *known = find_acquisition(r, &told->account_id, &told->id);
    if (known) {
        out->conflict_field = !ref_id_is(&known->told->bot_id, &told->bot_id) ? "bot_id"
                              : !ref_same(known->told->holder, told->holder)  ? "holder"
                                                                              : NULL;
        out->outcome = out->conflict_field ? "conflict" : "replayed";
        answer_token(r, known, out);
        return;
    }
    if (b->acquired && !b->over) {
        out->outcome = "refused";
        out->refusal_code = "held";
        return;
    }
    ref_acquisition *a = REF_NEW(r, ref_acquisition);
    *a = (ref_acquisition){.next = r->acquisitions, .told = told};
    r->acquisitions = a;
    b->acquired = a;
    b->over = false;
    b->renewed = NULL;
    out->outcome = "created";
    answer_token(r, a, out);
}

static void renew(ref_bot *b, const desk_lease *told, answer *out)
{
    if (!counts(b, &told->fence)) {
        out->outcome = "refused";
        out->refusal_code = "fenced";
        return;
    }
    out->outcome = b->renewed && ref_id_is(b->renewed, &told->id) ? "replayed" : "created";
    b->renewed = &told->id;
}

static void release(ref_bot *b, const desk_lease *told, answer *out)
{
    if (!is_of_latest(b, &told->fence)) {
        out->outcome = "refused";
        out->refusal_code = "fenced";
        return;
    }
    out->outcome = b->over ? "replayed" : "created";
    b->over = true;
}

static void change_fence(reference *r, ref_bot *b, const desk_lease *told, answer *out)
{
    const ref_acquisition *known = r->fences;
    while (known && !(ref_id_is(&known->told->account_id, &told->account_id) &&
                      ref_id_is(&known->told->id, &told->id)))
        known = known->next;
    if (known) {
        out->conflict_field = !ref_id_is(&known->told->bot_id, &told->bot_id) ? "bot_id"
                              : !ref_same(known->told->holder, told->holder)  ? "actor"
                                                                              : NULL;
        out->outcome = out->conflict_field ? "conflict" : "replayed";
        return;
    }
    ref_acquisition *f = REF_NEW(r, ref_acquisition);
    *f = (ref_acquisition){.next = r->fences, .told = told};
    r->fences = f;
    b->acquired = NULL;
    out->outcome = "created";
}

static void take_lease(reference *r, const desk_operation *o, answer *out)
{
    const desk_lease *told = &o->lease;
    ref_bot *b = find_bot(r, ref_find_account(r, &told->account_id), &told->bot_id);
    if (o->kind == DESK_LAPSE) {
        if (b)
            b->over = true;
        out->outcome = "done";
        return;
    }
    if (!b) {
        unknown(out);
        return;
    }
    out->id = told->id;
    if (o->kind == DESK_ACQUIRE)
        acquire(r, b, told, out);
    else if (o->kind == DESK_FENCE)
        change_fence(r, b, told, out);
    else if (o->kind == DESK_RENEW)
        renew(b, told, out);
    else
        release(b, told, out);
}

static ref_halt *find_halt(const reference *r, const desk_halt *told)
{
    for (ref_halt *h = r->halts; h; h = h->next)
        if (ref_id_is(&h->told->account_id, &told->account_id) &&
            ref_id_is(&h->told->halt_id, &told->halt_id))
            return h;
    return NULL;
}

/* It is an event of the account, unless all trading stops or goes on. */
static void is_told(ref_account *account)
{
    if (account)
        account->version++;
}

static void take_halt(reference *r, const desk_halt *told, answer *out)
{
    ref_account *account = ref_find_account(r, &told->account_id);
    if (!ref_is_nil(&told->bot_id) && !find_bot(r, account, &told->bot_id)) {
        unknown(out);
        return;
    }
    ref_halt *h = find_halt(r, told);
    if (h) {
        out->conflict_field = !ref_id_is(&h->told->bot_id, &told->bot_id) ? "bot_id"
                              : !ref_same(h->told->reason, told->reason)  ? "reason"
                              : !ref_same(h->told->actor, told->actor)    ? "actor"
                                                                          : NULL;
        out->outcome = out->conflict_field ? "conflict" : "replayed";
    } else {
        h = REF_NEW(r, ref_halt);
        *h = (ref_halt){.next = r->halts, .told = told};
        r->halts = h;
        is_told(account);
        out->outcome = "created";
    }
    out->id = told->halt_id;
    out->halted = h->resumed ? "false" : "true";
}

/* How many others stop what this one stops, or stopped. */
static int64_t others(const reference *r, const ref_halt *ended)
{
    const desk_halt *told = ended->told;
    int64_t count = 0;
    for (const ref_halt *h = r->halts; h; h = h->next)
        count += !h->resumed &&
                 stops(h->told, &told->account_id, ref_is_nil(&told->bot_id) ? NULL : &told->bot_id);
    return count;
}

static void take_resumption(reference *r, const desk_halt *told, answer *out)
{
    ref_halt *h = find_halt(r, told);
    if (!h) {
        unknown(out);
        return;
    }
    out->outcome = h->resumed ? "replayed" : "created";
    if (!h->resumed) {
        h->resumed = told;
        is_told(ref_find_account(r, &told->account_id));
    }
    out->conflict_field = !ref_same(h->resumed->reason, told->reason) ? "reason"
                          : !ref_same(h->resumed->actor, told->actor) ? "actor"
                                                                      : NULL;
    if (out->conflict_field)
        out->outcome = "conflict";
    out->id = told->halt_id;
    out->halts_left = arena_printf(r->arena, "%lld", (long long)others(r, h));
    r->short_of_memory = r->short_of_memory || !out->halts_left;
}

static void take_day(reference *r, int32_t day, answer *out)
{
    r->day = day;
    out->outcome = "done";
}

void ref_take_desk(reference *r, const desk_operation *o, answer *out)
{
    if (o->kind == DESK_BOT)
        take_bot(r, &o->bot, out);
    else if (o->kind == DESK_HALT)
        take_halt(r, &o->halt, out);
    else if (o->kind == DESK_RESUME)
        take_resumption(r, &o->halt, out);
    else if (o->kind == DESK_CAP)
        ref_take_cap(r, &o->cap, out);
    else if (o->kind == DESK_DAY)
        take_day(r, o->day, out);
    else
        take_lease(r, o, out);
}

/* ---- what is known ---- */

void ref_field(buf *out, const char *text)
{
    buf_printf(out, "\t%s", text ? text : "\\N");
}

void ref_id_field(buf *out, const dbk_uuid *id)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(id, text);
    ref_field(out, ref_is_nil(id) ? NULL : text);
}

static void write_bots(const reference *r, buf *out)
{
    for (const ref_bot *b = r->bots; b; b = b->next) {
        const dbk_uuid *account_id = &b->account->opened->account_id;
        buf_append_str(out, "bots");
        ref_id_field(out, account_id);
        ref_id_field(out, &b->id);
        ref_field(out, b->now->name);
        ref_field(out, b->now->desired_state);
        ref_field(out, b->now->image_tag);
        buf_printf(out, "\t%lld\nleases", (long long)b->version);
        ref_id_field(out, account_id);
        ref_id_field(out, &b->id);
        ref_id_field(out, b->acquired ? &b->acquired->told->id : &ref_nil);
        ref_field(out, b->acquired && !b->over ? "true" : "false");
        buf_append_char(out, '\n');
    }
}

/* The how manieth of its bot an acquisition was. */
static void write_acquisitions(const reference *r, buf *out)
{
    for (const ref_acquisition *a = r->acquisitions; a; a = a->next) {
        int64_t place = 0;
        for (const ref_acquisition *b = a; b; b = b->next)
            place += ref_id_is(&b->told->bot_id, &a->told->bot_id);
        buf_append_str(out, "acquisitions");
        ref_id_field(out, &a->told->account_id);
        ref_id_field(out, &a->told->bot_id);
        buf_printf(out, "\t%lld", (long long)place);
        ref_id_field(out, &a->told->id);
        ref_field(out, a->told->holder);
        buf_append_char(out, '\n');
    }
}

static void write_halts(const reference *r, buf *out)
{
    for (const ref_halt *h = r->halts; h; h = h->next) {
        if (h->resumed)
            continue;
        buf_append_str(out, "halts");
        ref_field(out, h->told->scope);
        ref_id_field(out, &h->told->account_id);
        ref_id_field(out, &h->told->bot_id);
        ref_id_field(out, &h->told->halt_id);
        ref_field(out, h->told->reason);
        ref_field(out, h->told->actor);
        buf_append_char(out, '\n');
    }
}

static void write_stale(buf *out, const char *kind, const ref_account *account, const dbk_uuid *id)
{
    buf_printf(out, "stale\t%s", kind);
    ref_id_field(out, &account->opened->account_id);
    ref_id_field(out, id);
    buf_append_char(out, '\n');
}

static void write_stale_facts(const reference *r, buf *out)
{
    for (const ref_position *p = r->positions; p; p = p->next)
        for (const ref_fill *f = p->first; f; f = f->next)
            if (f->stale)
                write_stale(out, "fill", p->account, &f->told->fill_id);
    for (const ref_amendment *a = r->amendments; a; a = a->next)
        if (a->stale)
            write_stale(out, "fill event", a->account, &a->event_id);
    for (const ref_event *e = r->events; e; e = e->next)
        if (e->stale)
            write_stale(out, "order event", e->order->account, &e->told->event_id);
    for (const ref_payment *y = r->payments; y; y = y->next)
        if (y->stale)
            write_stale(out, "funding", y->position->account, &y->told->payment_id);
    for (const ref_import *i = r->stale_imports; i; i = i->next)
        write_stale(out, "import", i->order->account, &i->order->id);
}

dbk_err *reference_desk(reference *r, buf *out)
{
    write_bots(r, out);
    write_acquisitions(r, out);
    write_halts(r, out);
    ref_write_caps(r, out);
    write_stale_facts(r, out);
    dbk_err *e = r->short_of_memory ? err_oom() : buf_error(out);
    return e ? e : rational_error(r->desk);
}
