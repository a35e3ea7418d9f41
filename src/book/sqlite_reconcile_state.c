/* sqlite_reconcile_state.c: what the venue says, read and checked as a server's trading._venue_entries()
 * does. */
#include <stdlib.h>
#include <string.h>

#include "book/sqlite_book_sql.h"
#include "book/sqlite_reconcile_int.h"
#include "core/clock.h"

#define ENTRIES_MAX 10000
#define KEYS_MAX 20

/* ---- what an entry may say ---- */

typedef enum key_kind { KEY_TEXT, KEY_ID, KEY_AMOUNT, KEY_TIME } key_kind;

#define KEY(name, kind)                                                                                      \
    {                                                                                                        \
#name, kind, offsetof(venue_entry, name)                                                             \
    }

static const struct key {
    const char *name;
    key_kind kind;
    size_t at;
} keys[] = {
    KEY(fill_id, KEY_ID),          KEY(order_id, KEY_ID),
    KEY(instrument_id, KEY_ID),    KEY(exchange_order_id, KEY_TEXT),
    KEY(symbol, KEY_TEXT),         KEY(kind, KEY_TEXT),
    KEY(position_key, KEY_TEXT),   KEY(side, KEY_TEXT),
    KEY(type, KEY_TEXT),           KEY(time_in_force, KEY_TEXT),
    KEY(status, KEY_TEXT),         KEY(reason, KEY_TEXT),
    KEY(fee_currency, KEY_TEXT),   KEY(liquidity, KEY_TEXT),
    KEY(venue_trade_id, KEY_TEXT), KEY(trade_discriminator, KEY_TEXT),
    KEY(currency, KEY_TEXT),       KEY(qty, KEY_AMOUNT),
    KEY(price, KEY_AMOUNT),        KEY(stop_price, KEY_AMOUNT),
    KEY(avg_price, KEY_AMOUNT),    KEY(filled_qty, KEY_AMOUNT),
    KEY(fee, KEY_AMOUNT),          KEY(fee_rate, KEY_AMOUNT),
    KEY(balance, KEY_AMOUNT),      KEY(filled_at, KEY_TIME),
    KEY(submitted_at, KEY_TIME),
};

static const struct section {
    const char *name;
    const char *keys[KEYS_MAX];
} sections[VENUE_SECTION_COUNT] = {
    [VENUE_FILLS] = {"fills",
                     {"fill_id", "order_id", "exchange_order_id", "instrument_id", "symbol", "kind",
                      "position_key", "side", "qty", "price", "fee", "fee_currency", "fee_rate", "liquidity",
                      "venue_trade_id", "trade_discriminator", "filled_at"}},
    [VENUE_OPEN_ORDERS] = {"open_orders",
                           {"order_id", "exchange_order_id", "instrument_id", "symbol", "kind",
                            "position_key", "side", "type", "time_in_force", "qty", "price", "stop_price",
                            "filled_qty", "avg_price", "submitted_at"}},
    [VENUE_ORDERS_QUERIED] = {"orders_queried",
                              {"order_id", "exchange_order_id", "instrument_id", "symbol", "kind", "status",
                               "filled_qty", "avg_price", "reason"}},
    [VENUE_POSITIONS] = {"positions",
                         {"instrument_id", "symbol", "kind", "position_key", "qty", "avg_price"}},
    [VENUE_BALANCES] = {"balances", {"currency", "balance"}},
};

static bool is_listed(const char *const *names, const char *name)
{
    for (; *names; names++)
        if (strcmp(*names, name) == 0)
            return true;
    return false;
}

static const struct key *key_find(const char *name)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return NULL;
}

/* ---- values ---- */

/* A text as it is, a number or boolean as it is written; NULL for null. */
static dbk_err *text_of(const char *name, const json_tree *value, const char **out)
{
    *out = NULL;
    if (value->kind == JSON_TREE_NULL)
        return NULL;
    if (value->kind == JSON_TREE_ARRAY || value->kind == JSON_TREE_OBJECT)
        return argument_malformed("Pass a text or a number.", "%s is neither a text nor a number", name);
    *out = value->text ? value->text : value->kind == JSON_TREE_TRUE ? "true" : "false";
    return NULL;
}

static dbk_err *read_id(const char *name, const char *text, maybe_id *out)
{
    out->known = text != NULL;
    dbk_err *e = text ? uuid_parse(text, &out->value) : NULL;
    if (!e)
        return NULL;
    err_free(e);
    return argument_malformed("Pass a uuid.", "%s is %.100s, which is no id", name, text);
}

static dbk_err *read_time(int64_t now_us, const char *name, const char *text, maybe_time *out)
{
    out->known = text != NULL;
    dbk_err *e = text ? clock_parse(text, now_us, &out->us) : NULL;
    if (!e)
        return NULL;
    err_free(e);
    return argument_malformed("Pass a time like 2024-03-01T12:00:00Z.", "%s is %.100s, which is no time",
                              name, text);
}

static dbk_err *read_key(sqlite_call *c, const struct key *k, const json_tree *value, venue_entry *out)
{
    const char *text;
    void *at = (char *)out + k->at;
    dbk_err *e = text_of(k->name, value, &text);
    if (e)
        return e;
    switch (k->kind) {
    case KEY_TEXT:
        *(const char **)at = text;
        return NULL;
    case KEY_ID:
        return read_id(k->name, text, at);
    case KEY_AMOUNT:
        return require_amount(k->name, text, false, at);
    case KEY_TIME:
        break;
    }
    return read_time(c->now_us, k->name, text, at);
}

/* ---- checks ---- */

static dbk_err *require_known(const char *name, maybe_amount amount)
{
    return amount.known ? NULL : require_amount(name, NULL, true, &amount);
}

static dbk_err *check_positive(const char *name, maybe_amount amount, bool required)
{
    if (required && !amount.known)
        return require_known(name, amount);
    if (!amount.known || decimal_sign(amount.value) > 0)
        return NULL;
    return argument_malformed("Pass a number greater than zero.", "%s is not greater than zero", name);
}

static dbk_err *check_fill(const venue_entry *v)
{
    static const char *const sides[] = {"buy", "sell", NULL}, *const liquidities[] = {"maker", "taker", NULL};
    dbk_err *e = require_choice("side", v->side, sides);
    if (!e)
        e = check_positive("qty", v->qty, true);
    if (!e)
        e = require_known("price", v->price);
    if (!e)
        e = check_positive("fee_rate", v->fee_rate, false);
    if (!e && v->liquidity)
        e = require_choice("liquidity", v->liquidity, liquidities);
    if (!e)
        e = require_text("venue_trade_id", v->venue_trade_id, 200, false);
    if (!e && v->trade_discriminator && v->trade_discriminator[0])
        e = require_length("trade_discriminator", v->trade_discriminator, 200);
    if (!e && v->position_key && v->position_key[0])
        e = require_length("position_key", v->position_key, 200);
    if (!e && decimal_sign(v->price.value) < 0)
        e = argument_malformed("Pass the price at which it traded; the direction is said by the side.",
                               "price is negative");
    if (!e && !v->filled_at.known)
        e = argument_malformed("Pass the time of the trade as the venue states it.", "filled_at is null");
    if (!e && !v->fill_id.known && !v->venue_trade_id)
        e = argument_malformed("A fill without an identity would be recorded again and again. Leave such "
                               "fills out: the positions tell what they made.",
                               "s have neither fill_id nor venue_trade_id");
    return e;
}

static dbk_err *check_open_order(const venue_entry *v)
{
    order_row o = {.side = v->side,
                   .type = v->type,
                   .time_in_force = v->time_in_force,
                   .position_key = v->position_key ? v->position_key : "",
                   .asked = {v->qty, v->price, v->stop_price}};
    dbk_err *e = check_positive("qty", v->qty, true);
    if (!e)
        e = check_positive("price", v->price, false);
    if (!e)
        e = check_positive("stop_price", v->stop_price, false);
    return e ? e : order_check(&o);
}

static dbk_err *check_queried(const venue_entry *v)
{
    static const char *const statuses[] = {"open",    "triggered", "filled",    "canceled",
                                           "expired", "rejected",  "not_found", NULL};
    dbk_err *e = require_choice("status", v->status, statuses);
    return e ? e : require_text("reason", v->reason, 2000, false);
}

static dbk_err *check_order_entry(venue_section_name section, const venue_entry *v)
{
    if (!v->order_id.known && !v->exchange_order_id)
        return argument_malformed("Pass the identity of the order.",
                                  "s have neither order_id nor exchange_order_id");
    dbk_err *e = require_text("exchange_order_id", v->exchange_order_id, 200, false);
    if (!e && decimal_sign(v->filled_qty.value) < 0)
        e = argument_malformed("Pass what was filled, or null.", "filled_qty is negative");
    if (e)
        return e;
    return section == VENUE_ORDERS_QUERIED ? check_queried(v) : check_open_order(v);
}

static dbk_err *check_entry(venue_section_name section, const venue_entry *v)
{
    if (!v->instrument_id.known && (section != VENUE_ORDERS_QUERIED || !v->order_id.known))
        return argument_malformed(
            "Name it by instrument_id, or by symbol and kind; only a query by order_id can do without.",
            "s name no instrument");
    dbk_err *e = check_positive("avg_price", v->avg_price, false);
    if (e)
        return e;
    return section == VENUE_POSITIONS ? require_known("qty", v->qty)
           : section == VENUE_FILLS   ? check_fill(v)
                                      : check_order_entry(section, v);
}

/* trading._venue_instrument(). */
static dbk_err *find_instrument(sqlite_call *c, const dbk_uuid *account_id, venue_entry *v)
{
    if (!v->instrument_id.known && !v->symbol)
        return NULL;
    sq q = sq_of(c, sqlite_book_instruments_named);
    sq_uuid(&q, account_id);
    sq_text(&q, v->symbol);
    sq_text(&q, v->kind);
    sq_uuid(&q, v->instrument_id.known ? &v->instrument_id.value : NULL);
    size_t count = 0;
    bool found;
    maybe_id first = {.known = true};
    dbk_err *e = sq_row(&q, &found);
    for (; !e && found; count++) {
        if (count == 0)
            sq_get_uuid(&q, 0, &first.value);
        e = sq_row(&q, &found);
    }
    sq_end(&q);
    if (e)
        return e;
    const char *hint = "Name the instrument by instrument_id, or by its symbol at the account's venue, with "
                       "its kind where several share a symbol.";
    if (count == 0)
        return argument_unknown(hint, "s name an instrument that is not registered: %.40s",
                                v->symbol ? v->symbol : "by its id");
    v->instrument_id = first;
    return count == 1 ? NULL : argument_malformed(hint, "s name %zu instruments: %.40s", count, v->symbol);
}

static dbk_err *read_entry(sqlite_call *c, const dbk_uuid *account_id, venue_section_name section,
                           const json_tree *item, venue_entry *out)
{
    *out = (venue_entry){.side = NULL};
    if (item->kind != JSON_TREE_OBJECT)
        return argument_malformed("Pass a JSON object.", "is no object");
    for (size_t i = 0; i < item->count; i++)
        if (!is_listed(sections[section].keys, item->names[i]))
            return argument_malformed("docs/BOOK.md lists what an entry may say.",
                                      "%.40s is said, which is not known", item->names[i]);
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < item->count; i++)
        e = read_key(c, key_find(item->names[i]), item->items[i], out);
    if (e)
        return e;
    if (section == VENUE_BALANCES) {
        e = require_known("balance", out->balance);
        return e ? e : require_currency(c, "currency", out->currency);
    }
    e = find_instrument(c, account_id, out);
    return e ? e : check_entry(section, out);
}

/* ---- sections ---- */

static int compare_texts(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);
}

static int compare_ids(const maybe_id *a, const maybe_id *b)
{
    return a->known && b->known ? memcmp(a->value.bytes, b->value.bytes, sizeof(a->value.bytes))
                                : a->known - b->known;
}

typedef struct told {
    const venue_entry *entry;
    size_t place;
    bool is_fill;
} told;

/* Zero for two that tell of the same thing. */
static int compare_entries(const told *one, const told *two)
{
    const venue_entry *a = one->entry, *b = two->entry;
    int order = compare_texts(a->currency, b->currency);
    if (order == 0)
        order = compare_ids(&a->instrument_id, &b->instrument_id);
    if (order == 0)
        order = compare_texts(a->position_key, b->position_key);
    if (order == 0)
        order = compare_ids(&a->fill_id, &b->fill_id);
    if (order == 0)
        order = compare_texts(a->venue_trade_id, b->venue_trade_id);
    if (order == 0)
        order = compare_texts(a->trade_discriminator, b->trade_discriminator);
    if (order == 0 && !one->is_fill)
        order = compare_ids(&a->order_id, &b->order_id);
    if (order == 0 && !one->is_fill)
        order = compare_texts(a->exchange_order_id, b->exchange_order_id);
    return order;
}

static int by_entry(const void *a, const void *b)
{
    const told *one = a, *two = b;
    int order = compare_entries(one, two);
    return order != 0 ? order : one->place < two->place ? -1 : 1;
}

/* The first place that tells something again; 0: none. */
static dbk_err *find_repeated(sqlite_call *c, const venue_entry *entries, size_t count, bool is_fill,
                              size_t *out)
{
    told *all = arena_alloc(c->a, (count + 1) * sizeof(*all));
    if (!all)
        return err_oom();
    for (size_t i = 0; i < count; i++)
        all[i] = (told){&entries[i], i + 1, is_fill};
    if (count > 1)
        qsort(all, count, sizeof(*all), by_entry);
    *out = 0;
    for (size_t i = 1; i < count; i++)
        if (compare_entries(&all[i - 1], &all[i]) == 0 && (*out == 0 || all[i].place < *out))
            *out = all[i].place;
    return NULL;
}

static dbk_err *in_entry(dbk_err *cause, size_t place, const char *section)
{
    enum err_code code = err_code(cause);
    if (code != ERR_INPUT && code != ERR_NOT_FOUND)
        return cause;
    dbk_err *e = err_with_sqlstate(
        err_new(code, "argument venue_state, entry %zu of %s: %s", place, section, err_message(cause)),
        err_sqlstate(cause));
    if (err_hint(cause))
        err_with_hint(e, "%s", err_hint(cause));
    err_free(cause);
    return e;
}

dbk_err *venue_section_read(sqlite_call *c, const dbk_uuid *account_id, const json_tree *state,
                            venue_section_name name, venue_section *out)
{
    const char *section = sections[name].name;
    const json_tree *said = json_tree_get(state, section);
    *out = (venue_section){.known = said && said->kind != JSON_TREE_NULL};
    if (!out->known)
        return NULL;
    if (said->kind != JSON_TREE_ARRAY || said->count > ENTRIES_MAX)
        return argument_malformed("Pass an array, or null when the venue could not be asked.",
                                  "venue_state: %s is no array of at most %d entries", section, ENTRIES_MAX);
    venue_entry *entries = arena_alloc(c->a, (said->count + 1) * sizeof(*entries));
    if (!entries)
        return err_oom();
    size_t place = 0;
    dbk_err *e = NULL;
    for (; !e && place < said->count; place++)
        e = read_entry(c, account_id, name, said->items[place], &entries[place]);
    if (!e)
        e = find_repeated(c, entries, said->count, name == VENUE_FILLS, &place);
    if (!e && place > 0)
        e = argument_malformed("Say each fill, order, position and balance once.", "s are told twice");
    if (e)
        return in_entry(e, place, section);
    out->entries = entries;
    out->count = said->count;
    return NULL;
}

bool venue_state_knows(const json_tree *state, venue_section_name name)
{
    const json_tree *said = json_tree_get(state, sections[name].name);
    return said && said->kind != JSON_TREE_NULL;
}

/* trading._check_reconcile(). */
dbk_err *venue_state_check(const json_tree *state)
{
    if (state->kind != JSON_TREE_OBJECT)
        return argument_malformed("Pass a JSON object of sections.", "venue_state is no object");
    for (size_t i = 0; i < state->count; i++) {
        size_t known = 0;
        while (known < VENUE_SECTION_COUNT && strcmp(sections[known].name, state->names[i]) != 0)
            known++;
        if (known == VENUE_SECTION_COUNT)
            return argument_malformed("Sections are fills, open_orders, orders_queried, positions, balances.",
                                      "venue_state has %.40s, which is no section", state->names[i]);
    }
    for (int name = 0; name < VENUE_SECTION_COUNT; name++)
        if (venue_state_knows(state, (venue_section_name)name))
            return NULL;
    return argument_malformed("Nothing can be compared with a venue that was not asked or did not answer.",
                              "venue_state has no section that is known");
}

dbk_err *venue_state_sections(sqlite_call *c, const json_tree *state, const char *by, const char **out)
{
    static const venue_section_name sorted[] = {VENUE_BALANCES, VENUE_FILLS, VENUE_OPEN_ORDERS,
                                                VENUE_ORDERS_QUERIED, VENUE_POSITIONS};
    *out = "";
    for (size_t i = 0; *out && i < VENUE_SECTION_COUNT; i++)
        if (venue_state_knows(state, sorted[i]))
            *out = arena_printf(c->a, "%s%s%s", *out, (*out)[0] ? by : "", sections[sorted[i]].name);
    return *out ? NULL : err_oom();
}

dbk_err *reconcile_state_read(arena *a, const char *text, reconcile_request *out)
{
    const dbk_clock *clock = clock_system();
    const json_tree *said;
    maybe_time as_of = {.known = false};
    dbk_err *e = json_tree_parse(a, text, strlen(text), "what the venue says", &said);
    if (e)
        return err_with_sqlstate(e, "22P02");
    if (said->kind != JSON_TREE_OBJECT)
        return argument_malformed("Pass a JSON object of sections.", "venue_state is no object");
    const json_tree *when = json_tree_get(said, "as_of");
    if (when)
        e = read_time(clock->wall_us(clock), "as_of", when->text, &as_of);
    if (!e && !as_of.known)
        e = argument_malformed("Pass the moment at which the venue was asked.", "as_of is null");
    if (e)
        return e;
    *out = (reconcile_request){.state = json_tree_without(a, said, "as_of"), .as_of_us = as_of.us};
    return out->state ? NULL : err_oom();
}
