/* sqlite_reference.c: venues, currencies and instruments of a book in a file. */
#include <string.h>

#include "book/currency_kind.h"
#include "book/sqlite_book_sql.h"
#include "book/sqlite_reference.h"

dbk_err *register_venue_as(sqlite_call *c, const char *code, const char *name)
{
    sq q = sq_of(c, sqlite_book_venue_register);
    sq_text(&q, code);
    sq_text(&q, name);
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    bool is_new;
    dbk_err *e = sq_has_row(&q, &is_new);
    if (e || !is_new)
        return e;
    payload *p = payload_new(c);
    payload_text(p, "code", code);
    payload_text(p, "name", name);
    return sqlite_emit(
        c, &(book_event){.type = "ref.venue_registered", .aggregate_id = code, .version = 1, .payload = p});
}

dbk_err *register_venue(sqlite_call *c, const char *code)
{
    return register_venue_as(c, code, code);
}

dbk_err *register_currency_as(sqlite_call *c, const char *code, const char *name, const char *kind)
{
    sq q = sq_of(c, sqlite_book_currency_register);
    sq_text(&q, code);
    sq_text(&q, name);
    sq_text(&q, kind);
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    bool is_new;
    dbk_err *e = sq_has_row(&q, &is_new);
    if (e || !is_new)
        return e;
    payload *p = payload_new(c);
    payload_text(p, "code", code);
    payload_text(p, "name", name);
    payload_text(p, "kind", kind);
    return sqlite_emit(
        c,
        &(book_event){.type = "ref.currency_registered", .aggregate_id = code, .version = 1, .payload = p});
}

dbk_err *register_currency(sqlite_call *c, const char *code)
{
    return register_currency_as(c, code, code, currency_kind_guess(code));
}

/* ---- instruments ---- */

typedef struct terms {
    const dbk_instrument *request;
    const char *settle;
    maybe_amount tick_size, lot_size, multiplier;
} terms;

static bool contains_blank(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text <= ' ' || *text == 0x7f)
            return true;
    return false;
}

static dbk_err *check_names(const dbk_instrument *r, const char *settle)
{
    static const char *const kinds[] = {"spot", "perp", "inverse", NULL};
    dbk_err *e = require_choice("kind", r->kind, kinds);
    if (!e)
        e = require_text("venue", r->venue, 60, true);
    if (!e)
        e = require_text("symbol", r->symbol, 100, true);
    if (!e && contains_blank(r->symbol))
        e = argument_malformed("Pass the venue's own name of it.", "symbol contains blanks");
    const char *const currencies[] = {r->base, r->quote, settle};
    for (size_t i = 0; !e && i < 3; i++)
        e = require_text("base, quote or settle", currencies[i], 30, true);
    if (e)
        return e;
    const char *own = strcmp(r->kind, "spot") == 0      ? r->quote
                      : strcmp(r->kind, "inverse") == 0 ? r->base
                                                        : settle;
    return strcmp(own, settle) == 0
               ? NULL
               : argument_malformed(
                     "A spot instrument settles in its quote currency, an inverse one in its base.",
                     "settle is %.30s", settle);
}

static dbk_err *read_terms(const dbk_instrument *r, terms *out)
{
    bool inverse = r->kind && strcmp(r->kind, "inverse") == 0;
    *out = (terms){.request = r, .settle = r->settle ? r->settle : inverse ? r->base : r->quote};
    dbk_err *e = check_names(r, out->settle);
    if (!e)
        e = require_positive("tick_size", r->tick_size, false, &out->tick_size);
    if (!e)
        e = require_positive("lot_size", r->lot_size, false, &out->lot_size);
    return e ? e
             : require_positive("multiplier", r->multiplier ? r->multiplier : "1", true, &out->multiplier);
}

static const char *instrument_conflict(sq *q, const terms *t)
{
    const dbk_instrument *r = t->request;
    const struct {
        const char *field, *asked;
    } texts[] = {{"venue", r->venue}, {"symbol", r->symbol}, {"kind", r->kind},
                 {"base", r->base},   {"quote", r->quote},   {"settle", t->settle}};
    for (int i = 0; i < 6; i++)
        if (strcmp(sqlite_text(q->stmt, 1 + i), texts[i].asked) != 0)
            return texts[i].field;
    return !maybe_amount_equal(sq_get_amount(q, 7), t->tick_size)    ? "tick_size"
           : !maybe_amount_equal(sq_get_amount(q, 8), t->lot_size)   ? "lot_size"
           : !maybe_amount_equal(sq_get_amount(q, 9), t->multiplier) ? "multiplier"
                                                                     : NULL;
}

/* Venue, kind and symbol win over the id: whoever is second is told the id that counts. */
static dbk_err *answer_known(sqlite_call *c, const terms *t, dbk_answer *out, bool *known)
{
    const dbk_instrument *r = t->request;
    sq q = sq_of(c, sqlite_book_instrument_known);
    sq_text(&q, r->venue);
    sq_text(&q, r->kind);
    sq_text(&q, r->symbol);
    sq_uuid(&q, &r->instrument_id);
    dbk_err *e = sq_row(&q, known);
    if (e || !*known)
        return e;
    sq_get_uuid(&q, 0, &out->id);
    out->conflict_field = instrument_conflict(&q, t);
    out->outcome = out->conflict_field ? DBK_CONFLICT : DBK_REPLAYED;
    return sq_done(&q);
}

static dbk_err *insert(sqlite_call *c, const terms *t)
{
    const dbk_instrument *r = t->request;
    sq q = sq_of(c, sqlite_book_instrument_insert);
    sq_uuid(&q, &r->instrument_id);
    sq_text(&q, r->venue);
    sq_text(&q, r->symbol);
    sq_text(&q, r->kind);
    sq_text(&q, r->base);
    sq_text(&q, r->quote);
    sq_text(&q, t->settle);
    sq_amount(&q, t->tick_size);
    sq_amount(&q, t->lot_size);
    sq_amount(&q, t->multiplier);
    sq_int8(&q, c->now_us);
    sq_ctx(&q);
    dbk_err *e = sq_run(&q);
    if (e)
        return e;
    payload *p = payload_new(c);
    payload_uuid(p, "instrument_id", &r->instrument_id);
    payload_text(p, "venue", r->venue);
    payload_text(p, "symbol", r->symbol);
    payload_text(p, "kind", r->kind);
    payload_text(p, "base", r->base);
    payload_text(p, "quote", r->quote);
    payload_text(p, "settle", t->settle);
    payload_amount(p, "tick_size", t->tick_size);
    payload_amount(p, "lot_size", t->lot_size);
    payload_amount(p, "multiplier", t->multiplier);
    return sqlite_emit(c, &(book_event){.type = "ref.instrument_registered",
                                        .aggregate = &r->instrument_id,
                                        .version = 1,
                                        .payload = p});
}

static dbk_err *register_instrument(sqlite_call *c, const void *request, void *result)
{
    const dbk_instrument *r = request;
    dbk_answer *out = result;
    terms t;
    bool known;
    dbk_err *e = read_terms(r, &t);
    if (!e)
        e = register_venue(c, r->venue);
    if (!e)
        e = register_currency(c, r->base);
    if (!e)
        e = register_currency(c, r->quote);
    if (!e)
        e = register_currency(c, t.settle);
    if (e)
        return e;
    *out = (dbk_answer){.outcome = DBK_CREATED, .id = r->instrument_id};
    e = answer_known(c, &t, out, &known);
    return e || known ? e : insert(c, &t);
}

dbk_err *sqlite_store_instrument_register(sqlite_store *s, const dbk_instrument *instrument, dbk_answer *out)
{
    return sqlite_store_run(s, &(sqlite_work){.name = "dbk_instrument_register",
                                              .keep = SQLITE_KEEP_ANSWER,
                                              .run = register_instrument,
                                              .request = instrument,
                                              .out = out});
}
