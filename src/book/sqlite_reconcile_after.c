/* sqlite_reconcile_after.c: positions as they will be, while nothing is written yet. */
#include <string.h>

#include "book/sqlite_book_sql.h"
#include "book/sqlite_reconcile_int.h"

dbk_err *position_now(mending *p, const dbk_uuid *instrument_id, const char *position_key, position_row *out)
{
    instrument_row i;
    bool found;
    dbk_err *e = position_get(p->call, &p->request->account_id, instrument_id, position_key, out, &found);
    if (!e && !found)
        e = instrument_get(p->call, instrument_id, &i);
    if (e || found)
        return e;
    position_kind kind;
    if (!position_kind_find(i.kind, &kind))
        return err_new(ERR_INPUT, "an instrument is of a kind that is none");
    *out = (position_row){.account_id = p->request->account_id,
                          .instrument_id = *instrument_id,
                          .position_key = position_key,
                          .base_currency = i.base,
                          .currency = i.settle,
                          .now = position_new(kind, i.multiplier)};
    return NULL;
}

/* ---- one position ---- */

static bool is_busted(const planned *done, const dbk_uuid *fill_id)
{
    for (size_t i = 0; i < done->busted_count; i++)
        if (uuid_equal(&done->busted[i], fill_id))
            return true;
    return false;
}

static bool is_at(const position_row *p, const dbk_uuid *instrument_id, const char *position_key)
{
    return uuid_equal(&p->instrument_id, instrument_id) && strcmp(p->position_key, position_key) == 0;
}

static dbk_err *count_busts(mending *p, const planned *done, const position_row *at, int64_t *out)
{
    dbk_err *e = NULL;
    *out = 0;
    for (size_t i = 0; !e && i < done->busted_count; i++) {
        fill_row f;
        bool found;
        e = fill_get(p->call, &p->request->account_id, &done->busted[i], &f, &found);
        *out += !e && found && is_at(at, &f.instrument_id, f.position_key);
    }
    return e;
}

static dbk_err *take_fill(mending *p, position_row *out, const fill_terms *terms, const char *side,
                          int64_t filled_us)
{
    position_fill fill = fill_of_terms(terms, side, filled_us, out);
    position_step step;
    if (out->now.kind == POSITION_INVERSE && decimal_sign(fill.price) == 0)
        return fill_check_terms(p->call, &fill, terms, out);
    position_apply(&out->now, &fill, &step);
    if (!out->filled || filled_us > out->last_fill_us)
        out->last_fill_us = filled_us;
    out->filled = true;
    return NULL;
}

/* The fills that are recorded, without those that are busted. */
static dbk_err *fold_recorded(mending *p, const planned *done, position_row *out)
{
    wide funding = out->now.funding;
    out->now = position_new(out->now.kind, out->now.multiplier);
    out->now.funding = funding;
    sq q = sq_of(p->call, sqlite_book_position_facts);
    sq_uuid(&q, &p->request->account_id);
    sq_uuid(&q, &out->instrument_id);
    sq_text(&q, out->position_key);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    while (!e && found) {
        dbk_uuid fill_id;
        amendments amended;
        fill_terms terms = {.qty = sq_get_amount(&q, 2).value,
                            .price = sq_get_amount(&q, 3).value,
                            .fee = sq_get_amount(&q, 4).value,
                            .fee_currency = sq_get_text(&q, 5),
                            .fee_rate = sq_get_amount(&q, 6)};
        sq_get_uuid(&q, 0, &fill_id);
        const char *side = strcmp(sqlite_text(q.stmt, 1), "buy") == 0 ? "buy" : "sell";
        e = amendments_apply(p->call, &p->request->account_id, &fill_id, &terms, &amended);
        if (!e && !amended.busted && !is_busted(done, &fill_id))
            e = take_fill(p, out, &terms, side, sq_get_int8(&q, 7));
        if (!e)
            e = sq_row(&q, &found);
    }
    if (e)
        sq_end(&q);
    return e;
}

/* In the order in which the book would come to it: what is recorded already, then what is new. */
dbk_err *position_after(mending *p, const planned *done, const position_row *from, position_row *out)
{
    int64_t busts;
    *out = *from;
    dbk_err *e = count_busts(p, done, from, &busts);
    if (!e && busts > 0)
        e = fold_recorded(p, done, out);
    out->version += e ? 0 : busts;
    for (size_t i = 0; !e && i < done->fill_count; i++) {
        const planned_fill *f = done->fills[i];
        if (!is_at(from, &f->request.instrument_id, f->request.position_key))
            continue;
        out->version++;
        e = take_fill(p, out, &f->terms, f->request.side, f->request.filled_us);
    }
    return e;
}

/* ---- all of them ---- */

typedef struct place {
    dbk_uuid instrument_id;
    const char *position_key;
    bool is_wanted;
} place;

typedef struct places {
    place *items;
    size_t count, capacity;
} places;

static dbk_err *add_place(mending *p, places *all, const place *item)
{
    if (all->count == all->capacity) {
        size_t wanted = all->capacity == 0 ? 64 : 2 * all->capacity;
        place *grown = arena_alloc(p->call->a, wanted * sizeof(*grown));
        if (!grown)
            return err_oom();
        if (all->count > 0)
            memcpy(grown, all->items, all->count * sizeof(*grown));
        all->items = grown;
        all->capacity = wanted;
    }
    all->items[all->count++] = *item;
    return NULL;
}

static bool is_named(const venue_section *entries, const dbk_uuid *instrument_id)
{
    for (size_t i = 0; entries && i < entries->count; i++)
        if (uuid_equal(&entries->entries[i].instrument_id.value, instrument_id))
            return true;
    return false;
}

static dbk_err *list_known(mending *p, const venue_section *entries, places *all)
{
    sq q = sq_of(p->call, sqlite_book_position_keys);
    sq_uuid(&q, &p->request->account_id);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    while (!e && found) {
        place item = {.position_key = sq_get_text(&q, 1)};
        sq_get_uuid(&q, 0, &item.instrument_id);
        item.is_wanted = sq_get_bool(&q, 2) || is_named(entries, &item.instrument_id);
        e = add_place(p, all, &item);
        if (!e)
            e = sq_row(&q, &found);
    }
    if (e)
        sq_end(&q);
    return e;
}

static dbk_err *want(mending *p, places *all, const dbk_uuid *instrument_id, const char *position_key)
{
    for (size_t i = 0; i < all->count; i++)
        if (uuid_equal(&all->items[i].instrument_id, instrument_id) &&
            strcmp(all->items[i].position_key, position_key) == 0) {
            all->items[i].is_wanted = true;
            return NULL;
        }
    return add_place(p, all, &(place){*instrument_id, position_key, true});
}

static dbk_err *want_moved(mending *p, const planned *done, places *all)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < done->fill_count; i++)
        e = want(p, all, &done->fills[i]->request.instrument_id, done->fills[i]->request.position_key);
    for (size_t i = 0; !e && i < done->busted_count; i++) {
        fill_row f;
        bool found;
        e = fill_get(p->call, &p->request->account_id, &done->busted[i], &f, &found);
        if (!e && found)
            e = want(p, all, &f.instrument_id, f.position_key);
    }
    return e;
}

dbk_err *positions_after(mending *p, const planned *done, const venue_section *entries, position_list *out)
{
    places all = {.count = 0};
    dbk_err *e = list_known(p, entries, &all);
    if (!e)
        e = want_moved(p, done, &all);
    *out = (position_list){.rows = arena_alloc(p->call->a, (all.count + 1) * sizeof(position_row))};
    if (!e && !out->rows)
        e = err_oom();
    for (size_t i = 0; !e && i < all.count; i++) {
        position_row now;
        if (!all.items[i].is_wanted)
            continue;
        e = position_now(p, &all.items[i].instrument_id, all.items[i].position_key, &now);
        if (!e)
            e = position_after(p, done, &now, &out->rows[out->count]);
        out->count += !e;
    }
    return e;
}

/* ---- fills that something came in for ---- */

typedef struct live_fill {
    dbk_uuid fill_id, order_id;
    bool made;
    int64_t filled_us, version;
} live_fill;

static dbk_err *list_live(mending *p, const planned *done, const position_row *at, live_fill *out,
                          size_t *count)
{
    sq q = sq_of(p->call, sqlite_book_position_flags);
    sq_uuid(&q, &p->request->account_id);
    sq_uuid(&q, &at->instrument_id);
    sq_text(&q, at->position_key);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    while (!e && found) {
        amendments amended;
        live_fill f = {.made = has_flag(sqlite_text(q.stmt, 2), "reconciled"),
                       .filled_us = sq_get_int8(&q, 3),
                       .version = sq_get_int8(&q, 4)};
        sq_get_uuid(&q, 0, &f.fill_id);
        sq_get_uuid(&q, 1, &f.order_id);
        e = amendments_apply(p->call, &p->request->account_id, &f.fill_id, NULL, &amended);
        if (!e && !amended.busted && !is_busted(done, &f.fill_id))
            out[(*count)++] = f;
        if (!e)
            e = sq_row(&q, &found);
    }
    if (e)
        sq_end(&q);
    return e;
}

/* The venue's position that a reconciled fill led to had in it all that had happened by then. So a fill that
 * happened by then and came in after it counts twice. A reconciled fill of an order stands for fills of that
 * order only. */
static bool supersedes(const live_fill *come, const live_fill *made)
{
    return !come->made && come->version > made->version && come->filled_us <= made->filled_us &&
           (uuid_equal(&come->order_id, &made->order_id) || uuid_equal(&made->fill_id, &made->order_id));
}

static bool is_superseded(const live_fill *made, const live_fill *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (supersedes(&all[i], made))
            return true;
    return false;
}

dbk_err *superseded_fills(mending *p, const planned *done, const position_row *at, dbk_uuid **out,
                          size_t *count)
{
    size_t most = (size_t)at->version + done->fill_count + 1, live = 0;
    live_fill *all = arena_alloc(p->call->a, most * sizeof(*all));
    *out = arena_alloc(p->call->a, most * sizeof(**out));
    *count = 0;
    if (!all || !*out)
        return err_oom();
    dbk_err *e = list_live(p, done, at, all, &live);
    size_t recorded = live;
    for (size_t i = 0; !e && i < done->fill_count; i++) {
        const planned_fill *f = done->fills[i];
        if (is_at(at, &f->request.instrument_id, f->request.position_key))
            all[live++] = (live_fill){.fill_id = f->request.fill_id,
                                      .order_id = f->request.order_id,
                                      .made = f->made,
                                      .filled_us = f->request.filled_us,
                                      .version = at->version + 1};
    }
    for (size_t i = 0; !e && i < recorded; i++)
        if (all[i].made && is_superseded(&all[i], all, live))
            (*out)[(*count)++] = all[i].fill_id;
    return e;
}
