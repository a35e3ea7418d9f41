/* The canonical dump of the reference book, written from docs/BOOK.md: sections, columns and escapes. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/sha256.h"
#include "core/uuid.h"
#include "simulate/reference_int.h"

#define TEXT_MAX 512

typedef struct dump {
    reference *r;
    buf *out;
    buf rows;    /* of the section */
    buf digests; /* a line for each section */
    buf closing;
    const char *section;
    int64_t row_count;
} dump;

/* ---- fields ---- */

static void field(dump *d, const char *text)
{
    buf_append_char(&d->rows, '\t');
    if (!text) {
        buf_append_str(&d->rows, "\\N");
        return;
    }
    for (; *text; text++) {
        char escaped = *text == '\\'   ? '\\'
                       : *text == '\t' ? 't'
                       : *text == '\n' ? 'n'
                       : *text == '\r' ? 'r'
                                       : '\0';
        if (escaped)
            buf_append_char(&d->rows, '\\');
        buf_append_char(&d->rows, escaped ? escaped : *text);
    }
}

static void number(dump *d, const rational *x)
{
    buf_append_char(&d->rows, '\t');
    if (x)
        rational_append(&d->rows, x);
    else
        buf_append_str(&d->rows, "\\N");
}

static void whole(dump *d, int64_t x)
{
    buf_printf(&d->rows, "\t%lld", (long long)x);
}

/* 0 is null */
static void version(dump *d, int64_t x)
{
    if (x)
        whole(d, x);
    else
        field(d, NULL);
}

static void truth(dump *d, bool x)
{
    field(d, x ? "true" : "false");
}

static void id(dump *d, const dbk_uuid *x)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(x, text);
    field(d, text);
}

/* 0 is null */
static void at(dump *d, int64_t us)
{
    char text[CLOCK_ISO_SIZE];
    if (us)
        clock_iso(us, text);
    field(d, us ? text : NULL);
}

static void instrument(dump *d, const market_instrument *i)
{
    buf_printf(&d->rows, "\t" MARKET_VENUE "/%s/%s", i->symbol, i->kind);
}

static void decimal_text(dump *d, const char *text)
{
    number(d, rational_of_text(d->r->desk, text));
}

static void row(dump *d)
{
    if (d->row_count > 0)
        buf_append_char(&d->rows, '\n');
    buf_append_str(&d->rows, d->section);
    d->row_count++;
}

static void begin(dump *d, const char *section, const char *columns)
{
    buf_clear(&d->rows);
    d->section = section;
    d->row_count = 0;
    buf_printf(d->out, "# %s\t", section);
    for (; *columns; columns++)
        buf_append_char(d->out, *columns == ' ' ? '\t' : *columns);
    buf_append_char(d->out, '\n');
}

static dbk_err *end(dump *d)
{
    uint8_t digest[32];
    char hex[65];
    if (d->row_count > 0)
        buf_append_char(&d->rows, '\n');
    dbk_err *e = buf_error(&d->rows);
    if (!e)
        e = sha256_of(d->rows.data, d->rows.length, digest);
    if (e)
        return e;
    sha256_hex(digest, hex);
    buf_append(d->out, d->rows.data, d->rows.length);
    buf_printf(&d->digests, "%s %lld %s\n", d->section, (long long)d->row_count, hex);
    buf_printf(&d->closing, "# %s rows %lld sha256 %s\n", d->section, (long long)d->row_count, hex);
    return buf_error(d->out);
}

/* ---- order of rows ---- */

/* An array of the facts of a list, in the order that `compare` gives. */
#define SORTED(d, type, list, compare, count)                                                                \
    ((type **)sorted((d), (list), offsetof(type, next), (compare), (count)))

static void **sorted(dump *d, void *list, size_t next_at, int (*compare)(const void *, const void *),
                     size_t *count)
{
    *count = 0;
    for (void *fact = list; fact; fact = *(void **)(void *)((char *)fact + next_at))
        ++*count;
    void **facts = arena_alloc(d->r->arena, (*count + 1) * sizeof(*facts));
    if (!facts) {
        d->r->short_of_memory = true;
        *count = 0;
        return NULL;
    }
    size_t i = 0;
    for (void *fact = list; fact; fact = *(void **)(void *)((char *)fact + next_at))
        facts[i++] = fact;
    qsort(facts, *count, sizeof(*facts), compare);
    return facts;
}

static int by_id(const dbk_uuid *a, const dbk_uuid *b)
{
    return memcmp(a, b, sizeof(*a));
}

static int by_account_and_id(const dbk_uuid *account_a, const dbk_uuid *account_b, const dbk_uuid *a,
                             const dbk_uuid *b)
{
    int order = by_id(account_a, account_b);
    return order ? order : by_id(a, b);
}

static int by_number(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

#define POINTEE(type, p) (*(type *const *)(p))

static int compare_accounts(const void *a, const void *b)
{
    return by_id(&POINTEE(ref_account, a)->opened->account_id, &POINTEE(ref_account, b)->opened->account_id);
}

static int compare_orders(const void *a, const void *b)
{
    const ref_order *x = POINTEE(ref_order, a), *y = POINTEE(ref_order, b);
    return by_account_and_id(&x->account->opened->account_id, &y->account->opened->account_id, &x->id,
                             &y->id);
}

static int compare_events(const void *a, const void *b)
{
    const ref_event *x = POINTEE(ref_event, a), *y = POINTEE(ref_event, b);
    int order =
        by_account_and_id(&x->told->account_id, &y->told->account_id, &x->told->order_id, &y->told->order_id);
    return order ? order : by_number(x->version, y->version);
}

static int compare_positions(const void *a, const void *b)
{
    const ref_position *x = POINTEE(ref_position, a), *y = POINTEE(ref_position, b);
    int order = by_id(&x->account->opened->account_id, &y->account->opened->account_id);
    if (!order)
        order = strcmp(x->instrument->symbol, y->instrument->symbol);
    if (!order)
        order = strcmp(x->instrument->kind, y->instrument->kind);
    return order ? order : strcmp(x->key, y->key);
}

static int compare_amendments(const void *a, const void *b)
{
    const ref_amendment *x = POINTEE(ref_amendment, a), *y = POINTEE(ref_amendment, b);
    int order = by_account_and_id(&x->account->opened->account_id, &y->account->opened->account_id,
                                  &x->fill_id, &y->fill_id);
    return order ? order : by_number(x->place, y->place);
}

static int compare_cash(const void *a, const void *b)
{
    const dbk_cash *x = POINTEE(ref_cash, a)->told, *y = POINTEE(ref_cash, b)->told;
    return by_account_and_id(&x->account_id, &y->account_id, &x->entry_id, &y->entry_id);
}

static int compare_payments(const void *a, const void *b)
{
    const ref_payment *x = POINTEE(ref_payment, a), *y = POINTEE(ref_payment, b);
    int order = compare_positions(&x->position, &y->position);
    return order ? order : by_number(x->told->funding_us, y->told->funding_us);
}

static int compare_points(const void *a, const void *b)
{
    const dbk_equity_point *x = POINTEE(ref_point, a)->told, *y = POINTEE(ref_point, b)->told;
    int order = by_id(&x->account_id, &y->account_id);
    if (!order)
        order = by_number(x->as_of_us, y->as_of_us);
    return order ? order : by_id(&x->point_id, &y->point_id);
}

static int compare_fills(const void *a, const void *b)
{
    const ref_fill *x = POINTEE(ref_fill, a), *y = POINTEE(ref_fill, b);
    return by_id(&x->told->fill_id, &y->told->fill_id);
}

/* ---- sections ---- */

static void dump_accounts(dump *d)
{
    size_t count;
    ref_account **all = SORTED(d, ref_account, d->r->accounts, compare_accounts, &count);
    begin(d, "accounts", "account_id name venue currency mode position_mode opening_balance status version");
    for (size_t i = 0; i < count; i++) {
        const dbk_account *a = all[i]->opened;
        row(d);
        id(d, &a->account_id);
        field(d, a->name);
        field(d, a->venue);
        field(d, a->currency);
        field(d, a->mode);
        field(d, a->position_mode);
        decimal_text(d, a->opening_balance ? a->opening_balance : "0");
        field(d, all[i]->closed ? "closed" : "open");
        whole(d, all[i]->version);
    }
}

static void dump_order(dump *d, const ref_order *o)
{
    static const char *const origins[] = {"local", "external", "claimed"};
    static const char *const requests[] = {"none", "cancel", "replace"};
    row(d);
    id(d, &o->account->opened->account_id);
    id(d, &o->id);
    field(d, origins[o->origin]);
    instrument(d, o->instrument);
    field(d, o->position_key);
    if (o->run_id)
        id(d, o->run_id);
    else
        field(d, NULL);
    field(d, o->side);
    field(d, o->type);
    field(d, o->time_in_force);
    for (int term = TERM_QTY; term < TERM_COUNT; term++)
        number(d, o->asked[term]);
    field(d, o->idempotency_key);
    at(d, o->submitted_us);
    field(d, o->refusal_code);
    field(d, ref_order_lifecycle(o));
    field(d, requests[ref_order_request(o)]);
    truth(d, ref_order_in_doubt(o));
    field(d, o->exchange_order_id);
    for (int term = TERM_QTY; term < TERM_COUNT; term++)
        number(d, ref_order_term(o, (ref_term)term));
    for (int term = TERM_QTY; term < TERM_COUNT; term++)
        number(d, ref_order_requested(o, (ref_term)term));
    number(d, ref_order_cum_qty(d->r, o));
    number(d, ref_order_cum_value(d->r, o));
    whole(d, o->version);
    field(d, ref_order_status(d->r, o));
}

static void dump_orders(dump *d)
{
    size_t count;
    ref_order **all = SORTED(d, ref_order, d->r->orders, compare_orders, &count);
    begin(d, "orders",
          "account_id order_id origin instrument position_key run_id side type time_in_force qty price "
          "stop_price "
          "idempotency_key submitted_at refusal_code lifecycle pending outcome_unknown exchange_order_id "
          "working_qty "
          "working_price working_stop_price requested_qty requested_price requested_stop_price cum_qty "
          "cum_value version "
          "status");
    for (size_t i = 0; i < count; i++)
        dump_order(d, all[i]);
}

static void dump_order_events(dump *d)
{
    static const char *const names[] = {
        [DBK_ACKNOWLEDGE] = "acknowledge",
        [DBK_TRIGGER] = "trigger",
        [DBK_REJECT] = "reject",
        [DBK_CANCEL_REQUEST] = "cancel_request",
        [DBK_CANCEL] = "cancel",
        [DBK_CANCEL_REJECT] = "cancel_reject",
        [DBK_EXPIRE] = "expire",
        [DBK_OUTCOME_UNKNOWN] = "outcome_unknown",
        [DBK_REPLACE_REQUEST] = "replace_request",
        [DBK_REPLACE] = "replace",
        [DBK_REPLACE_REJECT] = "replace_reject",
    };
    size_t count;
    ref_event **all = SORTED(d, ref_event, d->r->events, compare_events, &count);
    begin(d, "order_events",
          "account_id order_id order_version event_id event outcome status exchange_order_id reason qty "
          "price stop_price "
          "decided refusal_code occurred_at");
    for (size_t i = 0; i < count; i++) {
        const dbk_order_event *told = all[i]->told;
        row(d);
        id(d, &told->account_id);
        id(d, &told->order_id);
        whole(d, all[i]->version);
        id(d, &told->event_id);
        field(d, names[told->kind]);
        field(d, all[i]->refusal_code ? "refused" : "created");
        field(d, all[i]->status);
        field(d, told->exchange_order_id);
        field(d, told->reason);
        for (int term = TERM_QTY; term < TERM_COUNT; term++)
            number(d, all[i]->terms[term]);
        truth(d, false);
        field(d, all[i]->refusal_code);
        at(d, told->occurred_us);
    }
}

static void dump_fill(dump *d, const ref_fill *f)
{
    row(d);
    id(d, &f->told->account_id);
    instrument(d, f->position->instrument);
    field(d, f->position->key);
    whole(d, f->position_version);
    id(d, &f->told->fill_id);
    id(d, &f->told->order_id);
    field(d, f->told->side);
    number(d, f->qty);
    number(d, f->price);
    number(d, f->fee);
    field(d, f->fee_currency);
    number(d, f->fee_rate);
    field(d, f->told->liquidity);
    field(d, f->told->venue_trade_id);
    field(d, ref_key(f->told->trade_discriminator));
    at(d, f->told->filled_us);
    field(d, f->flags);
    whole(d, f->order_version);
    field(d, f->status);
    number(d, f->cum_qty);
    whole(d, f->answered.cycle);
    number(d, f->answered.qty);
    number(d, f->avg_price);
    number(d, f->answered.gross);
    number(d, f->answered.net);
    number(d, f->realized);
}

static void dump_fills(dump *d)
{
    size_t count;
    ref_position **all = SORTED(d, ref_position, d->r->positions, compare_positions, &count);
    begin(d, "fills",
          "account_id instrument position_key position_version fill_id order_id side qty price fee "
          "fee_currency fee_rate "
          "liquidity venue_trade_id trade_discriminator filled_at flags order_version order_status "
          "order_cum_qty "
          "position_cycle position_qty position_avg_price realized_gross realized_net position_realized");
    for (size_t i = 0; i < count; i++)
        for (const ref_fill *f = all[i]->first; f; f = f->next)
            dump_fill(d, f);
}

static void dump_fill_events(dump *d)
{
    size_t count;
    ref_amendment **all = SORTED(d, ref_amendment, d->r->amendments, compare_amendments, &count);
    begin(
        d, "fill_events",
        "account_id fill_id place event_id kind qty price fee fee_currency fee_rate leaves_qty reason "
        "occurred_at outcome "
        "refusal_code order_version order_status order_cum_qty position_version position_cycle position_qty "
        "position_avg_price position_realized");
    for (size_t i = 0; i < count; i++) {
        const ref_amendment *a = all[i];
        row(d);
        id(d, &a->account->opened->account_id);
        id(d, &a->fill_id);
        whole(d, a->place);
        id(d, &a->event_id);
        field(d, a->bust ? "bust" : "correct");
        number(d, a->qty);
        number(d, a->price);
        number(d, a->fee);
        field(d, a->fee_currency);
        number(d, a->fee_rate);
        number(d, a->leaves);
        field(d, a->reason);
        at(d, a->occurred_us);
        field(d, a->refusal_code ? "refused" : "created");
        field(d, a->refusal_code);
        version(d, a->order_version);
        field(d, a->status);
        number(d, a->cum_qty);
        version(d, a->position_version);
        if (a->position_version)
            whole(d, a->position_cycle);
        else
            field(d, NULL);
        number(d, a->position_qty);
        number(d, a->avg_price);
        number(d, a->realized);
    }
}

/* Of all fills, by id: those that realise something else now than was answered. */
static void restate(dump *d, const ref_account *account)
{
    size_t count = 0;
    for (const ref_position *p = d->r->positions; p; p = p->next)
        for (const ref_fill *f = p->account == account ? p->first : NULL; f; f = f->next)
            count++;
    ref_fill **all = arena_alloc(d->r->arena, (count + 1) * sizeof(ref_fill *));
    if (!all) {
        d->r->short_of_memory = true;
        return;
    }
    count = 0;
    for (ref_position *p = d->r->positions; p; p = p->next) {
        if (p->account != account)
            continue;
        (void)ref_fold(d->r, p);
        for (ref_fill *f = p->first; f; f = f->next)
            all[count++] = f;
    }
    qsort(all, count, sizeof(ref_fill *), compare_fills);
    for (size_t i = 0; i < count; i++) {
        const ref_result *was = &all[i]->answered, *now = &all[i]->now;
        if (was->cycle == now->cycle && rational_equal(was->qty, now->qty) &&
            rational_equal(was->gross, now->gross) && rational_equal(was->net, now->net))
            continue;
        row(d);
        id(d, &all[i]->told->account_id);
        id(d, &all[i]->told->fill_id);
        whole(d, now->cycle);
        number(d, now->qty);
        number(d, now->gross);
        number(d, now->net);
    }
}

static void dump_restatements(dump *d)
{
    size_t count;
    ref_account **accounts = SORTED(d, ref_account, d->r->accounts, compare_accounts, &count);
    begin(d, "fill_restatements",
          "account_id fill_id position_cycle position_qty realized_gross realized_net");
    for (size_t i = 0; i < count; i++)
        restate(d, accounts[i]);
}

static void position_row(dump *d, const ref_position *p)
{
    row(d);
    id(d, &p->account->opened->account_id);
    instrument(d, p->instrument);
    field(d, p->key);
}

static void dump_position(dump *d, ref_position *p)
{
    ref_state s = ref_fold(d->r, p);
    position_row(d, p);
    field(d, p->instrument->kind);
    field(d, p->instrument->base);
    field(d, p->instrument->settle);
    decimal_text(d, p->instrument->multiplier);
    number(d, s.qty);
    number(d, s.cost);
    number(d, s.avg_price);
    number(d, s.gross);
    number(d, s.fees);
    number(d, ref_position_funding(d->r, p));
    whole(d, s.cycle);
    whole(d, p->version);
    at(d, s.opened_us);
    at(d, p->first ? ref_position_last_fill_us(p) : 0);
    version(d, s.version);
    number(d, s.cycle_qty);
    number(d, s.entry);
    number(d, s.exit);
    number(d, s.low);
    number(d, s.high);
    number(d, s.gross_before);
    number(d, s.fees_before);
}

static void dump_positions(dump *d)
{
    size_t count;
    ref_position **all = SORTED(d, ref_position, d->r->positions, compare_positions, &count);
    begin(d, "positions",
          "account_id instrument position_key kind base_currency currency multiplier signed_qty open_cost "
          "avg_price "
          "realized_gross fees funding cycle version opened_at last_fill_at cycle_version cycle_qty "
          "cycle_entry_value "
          "cycle_exit_value cycle_low cycle_high cycle_gross_before cycle_fees_before");
    for (size_t i = 0; i < count; i++)
        dump_position(d, all[i]);
}

static void dump_position_fees(dump *d)
{
    size_t count;
    ref_position **all = SORTED(d, ref_position, d->r->positions, compare_positions, &count);
    begin(d, "position_fees", "account_id instrument position_key currency fee_kind amount priced converted");
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < MARKET_CURRENCIES; c++) {
            ref_fees fees = ref_position_fees(d->r, all[i], market_currencies[c]);
            if (!fees.any)
                continue;
            position_row(d, all[i]);
            field(d, market_currencies[c]);
            field(d, fees.base ? "base" : "other");
            number(d, fees.amount);
            number(d, fees.priced);
            number(d, fees.converted);
        }
}

static void dump_roundtrips(dump *d)
{
    size_t count;
    ref_position **all = SORTED(d, ref_position, d->r->positions, compare_positions, &count);
    begin(d, "roundtrips",
          "account_id instrument position_key cycle side opened_at closed_at qty entry_value exit_value "
          "gross fees low high "
          "first_version last_version");
    for (size_t i = 0; i < count; i++)
        for (const ref_trip *t = ref_fold(d->r, all[i]).trips; t; t = t->next) {
            position_row(d, all[i]);
            whole(d, t->cycle);
            field(d, t->is_long ? "long" : "short");
            at(d, t->opened_us);
            at(d, t->closed_us);
            number(d, t->qty);
            number(d, t->entry);
            number(d, t->exit);
            number(d, t->gross);
            number(d, t->fees);
            number(d, t->low);
            number(d, t->high);
            whole(d, t->first_version);
            whole(d, t->last_version);
        }
}

static void dump_cash(dump *d)
{
    size_t count;
    ref_cash **all = SORTED(d, ref_cash, d->r->cash, compare_cash, &count);
    begin(d, "cash", "account_id entry_id kind currency amount occurred_at reason");
    for (size_t i = 0; i < count; i++) {
        const dbk_cash *told = all[i]->told;
        row(d);
        id(d, &told->account_id);
        id(d, &told->entry_id);
        field(d, told->kind);
        field(d, told->currency);
        number(d, all[i]->amount);
        at(d, told->occurred_us);
        field(d, told->reason);
    }
}

static void dump_funding(dump *d)
{
    size_t count;
    ref_payment **all = SORTED(d, ref_payment, d->r->payments, compare_payments, &count);
    begin(d, "funding",
          "account_id instrument position_key funding_time payment_id amount currency source rate mark "
          "position_qty "
          "position_version");
    for (size_t i = 0; i < count; i++) {
        const ref_payment *y = all[i];
        position_row(d, y->position);
        at(d, y->told->funding_us);
        id(d, &y->told->payment_id);
        number(d, y->amount);
        field(d, y->position->instrument->settle);
        field(d, y->told->amount ? "venue" : "computed");
        number(d, y->rate);
        number(d, y->mark);
        number(d, y->qty);
        whole(d, y->position_version);
    }
}

static void marks_field(dump *d, const dbk_equity_point *told)
{
    size_t shown = 0;
    for (size_t n = 0; n < MARKET_INSTRUMENTS; n++) {
        const market_instrument *i = &market_instruments[n];
        dbk_uuid wanted = market_instrument_id(i);
        for (size_t m = 0; m < told->mark_count; m++) {
            if (by_id(&told->marks[m].instrument_id, &wanted) != 0)
                continue;
            buf_printf(&d->rows, "%s" MARKET_VENUE "/%s/%s=", shown++ ? "," : "\t", i->symbol, i->kind);
            rational_append(&d->rows, rational_of_text(d->r->desk, told->marks[m].price));
        }
    }
    if (shown == 0)
        field(d, NULL);
}

static void rates_field(dump *d, const dbk_equity_point *told)
{
    for (size_t m = 0; m < told->rate_count; m++) {
        buf_printf(&d->rows, "%s%s=", m ? "," : "\t", told->rates[m].currency);
        rational_append(&d->rows, rational_of_text(d->r->desk, told->rates[m].rate));
    }
    if (told->rate_count == 0)
        field(d, NULL);
}

static void dump_equity_points(dump *d)
{
    size_t count;
    ref_point **all = SORTED(d, ref_point, d->r->points, compare_points, &count);
    begin(d, "equity_points",
          "account_id as_of point_id run_id currency balance unrealized equity complete missing marks rates");
    for (size_t i = 0; i < count; i++) {
        const dbk_equity_point *told = all[i]->told;
        row(d);
        id(d, &told->account_id);
        at(d, told->as_of_us);
        id(d, &told->point_id);
        field(d, NULL);
        field(d, all[i]->currency);
        number(d, all[i]->balance);
        number(d, all[i]->unrealized);
        number(d, all[i]->equity);
        truth(d, all[i]->missing[0] == '\0');
        field(d, all[i]->missing);
        marks_field(d, told);
        rates_field(d, told);
    }
}

static const struct {
    const char *name;
    void (*dump)(dump *d);
} sections[] = {
    {"accounts", dump_accounts},         {"orders", dump_orders},
    {"order_events", dump_order_events}, {"fills", dump_fills},
    {"fill_events", dump_fill_events},   {"fill_restatements", dump_restatements},
    {"positions", dump_positions},       {"position_fees", dump_position_fees},
    {"roundtrips", dump_roundtrips},     {"cash", dump_cash},
    {"funding", dump_funding},           {"equity_points", dump_equity_points},
};
#define SECTION_COUNT (sizeof(sections) / sizeof(sections[0]))

size_t reference_sections(const char *names[REFERENCE_SECTIONS_MAX])
{
    static_assert(SECTION_COUNT <= REFERENCE_SECTIONS_MAX, "the caller has room for every name");
    for (size_t i = 0; i < SECTION_COUNT; i++)
        names[i] = sections[i].name;
    return SECTION_COUNT;
}

static dbk_err *dump_all(dump *d)
{
    dbk_err *e = NULL;
    rational_desk_reset(d->r->desk);
    buf_append_str(d->out, "# daybook book dump 1\n");
    for (size_t i = 0; !e && i < SECTION_COUNT; i++) {
        sections[i].dump(d);
        e = end(d);
    }
    uint8_t digest[32];
    char hex[65];
    if (!e)
        e = buf_error(&d->digests);
    if (!e)
        e = sha256_of(d->digests.data, d->digests.length, digest);
    if (e)
        return e;
    sha256_hex(digest, hex);
    buf_append(d->out, d->closing.data, d->closing.length);
    buf_printf(d->out, "# end sha256 %s\n", hex);
    e = d->r->short_of_memory ? err_oom() : buf_error(d->out);
    return e ? e : rational_error(d->r->desk);
}

dbk_err *reference_dump(reference *r, buf *out)
{
    dump d = {.r = r, .out = out};
    buf_init(&d.rows, 0);
    buf_init(&d.digests, 0);
    buf_init(&d.closing, 0);
    dbk_err *e = dump_all(&d);
    buf_term(&d.rows);
    buf_term(&d.digests);
    buf_term(&d.closing);
    return e;
}
