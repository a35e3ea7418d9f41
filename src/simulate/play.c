#include "simulate/play.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "simulate/answer.h"
#include "simulate/market.h"
#include "simulate_sql.h"

#define NUMBERS_SIZE 300

static dbk_err *register_instrument(pg_conn *c, arena *a, const market_instrument *i)
{
    dbk_uuid id = market_instrument_id(i);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &id);
    pg_param_text(p, MARKET_VENUE);
    pg_param_text(p, i->symbol);
    pg_param_text(p, i->kind);
    pg_param_text(p, i->base);
    pg_param_text(p, i->quote);
    pg_param_text(p, i->settle);
    pg_param_text(p, i->tick_size);
    pg_param_text(p, i->lot_size);
    pg_param_text(p, i->multiplier);
    pg_rows *rows;
    dbk_err *e = pg_query_one(c, a, simulate_register_instrument, p, &rows);
    if (!e && strcmp(pg_get_text(rows, 0, 0), "conflict") == 0)
        e = err_new(ERR_INPUT, "the instrument %s/%s/%s is registered on other terms", MARKET_VENUE,
                    i->symbol, i->kind);
    return e;
}

static dbk_err *register_name(pg_conn *c, arena *a, const char *sql, const char *name)
{
    pg_params *p = pg_params_new(a);
    pg_param_text(p, name);
    pg_rows *rows;
    return pg_query_one(c, a, sql, p, &rows);
}

dbk_err *play_prepare(pg_conn *c)
{
    arena *a = arena_new(0);
    dbk_err *e = a ? pg_exec(c, simulate_desk_clock) : err_oom();
    if (!e)
        e = register_name(c, a, simulate_register_venue, MARKET_VENUE);
    for (size_t i = 0; !e && i < MARKET_CURRENCIES; i++)
        e = register_name(c, a, simulate_register_currency, market_currencies[i]);
    for (size_t i = 0; !e && i < MARKET_INSTRUMENTS; i++)
        e = register_instrument(c, a, &market_instruments[i]);
    arena_free(a);
    return e;
}

/* A currency comes with what is traded in it. */
static dbk_err *register_in_file(dbk_book *book, const dbk_instrument *i)
{
    dbk_answer a;
    dbk_err *e = dbk_instrument_register(book, i, &a);
    if (!e && a.outcome == DBK_CONFLICT)
        e = err_new(ERR_INPUT, "the instrument %s is registered on other terms", i->symbol);
    return e;
}

dbk_err *play_prepare_file(const char *url)
{
    dbk_book *book = NULL;
    dbk_err *e = dbk_open(&(dbk_open_options){.size = sizeof(dbk_open_options), .url = url}, &book);
    for (size_t i = 0; !e && i < MARKET_INSTRUMENTS; i++) {
        const market_instrument *m = &market_instruments[i];
        e = register_in_file(book, &(dbk_instrument){.instrument_id = market_instrument_id(m),
                                                     .venue = MARKET_VENUE,
                                                     .symbol = m->symbol,
                                                     .kind = m->kind,
                                                     .base = m->base,
                                                     .quote = m->quote,
                                                     .settle = m->settle,
                                                     .tick_size = m->tick_size,
                                                     .lot_size = m->lot_size,
                                                     .multiplier = m->multiplier});
    }
    for (size_t i = 0; !e && i < MARKET_CURRENCIES; i++) {
        const char *code = market_currencies[i];
        dbk_instrument fee = {
            .venue = MARKET_VENUE, .symbol = code, .kind = "spot", .base = code, .quote = "USD"};
        dbk_uuid_from_name(NULL, code, &fee.instrument_id);
        e = register_in_file(book, &fee);
    }
    dbk_close(book);
    return e;
}

static answer answer_of(const dbk_answer *a)
{
    return (answer){.outcome = dbk_outcome_name(a->outcome),
                    .id = a->id,
                    .conflict_field = a->conflict_field,
                    .refusal_code = a->refusal_code};
}

/* The numbers of a text, in their order, a space between them; a date is none. */
static const char *numbers_in(const char *text, char out[NUMBERS_SIZE])
{
    static const char digits[] = "0123456789.";
    size_t length = 0;
    out[0] = '\0';
    while (*text) {
        size_t word = strcspn(text, " ,"), number = strspn(text, digits);
        if (word > 0 && number == word && length + number + 1 < NUMBERS_SIZE)
            length += (size_t)snprintf(out + length, NUMBERS_SIZE - length, "%s%.*s", length > 0 ? " " : "",
                                       (int)number, text);
        text += word + (text[word] != '\0');
    }
    return out;
}

static answer answer_of_order(const dbk_order_answer *a, char numbers[NUMBERS_SIZE])
{
    answer out = answer_of(&a->answer);
    out.status = a->status;
    out.version = a->version;
    if (out.refusal_code && strcmp(out.refusal_code, "cap") == 0)
        out.numbers = numbers_in(a->answer.refusal_detail, numbers);
    return out;
}

static answer answer_of_fill(const dbk_fill_answer *a)
{
    answer out = answer_of(&a->answer);
    if (a->answer.outcome == DBK_CONFLICT)
        return out;
    out.order_status = a->order_status;
    out.order_cum_qty = a->order_cum_qty;
    out.position_qty = a->position_qty;
    out.position_avg_price = a->position_avg_price;
    out.realized_pnl = a->realized_pnl;
    out.flags = a->flags;
    return out;
}

static answer answer_of_fill_event(const dbk_fill_event_answer *a)
{
    answer out = answer_of(&a->answer);
    out.waiting = a->waiting;
    out.order_status = a->order_status;
    out.order_cum_qty = a->order_cum_qty;
    out.position_qty = a->position_qty;
    out.position_avg_price = a->position_avg_price;
    out.realized_pnl = a->realized_pnl;
    return out;
}

static dbk_err *play_fills(dbk_book *book, const operation *o, buf *answers)
{
    dbk_fill_answer *each = mem_alloc(o->fills.count * sizeof(*each));
    if (!each)
        return err_oom();
    dbk_err *e = o->kind == OPERATION_FILL ? dbk_fill_record(book, o->fills.items, each)
                                           : dbk_fills_record(book, o->fills.items, o->fills.count, each);
    for (size_t i = 0; !e && i < o->fills.count; i++) {
        answer a = answer_of_fill(&each[i]);
        answer_append(answers, &a);
    }
    mem_free(each);
    return e;
}

static dbk_err *play_order(dbk_book *book, const operation *o, char numbers[NUMBERS_SIZE], answer *out)
{
    dbk_order_answer a;
    dbk_err *e = o->kind == OPERATION_SUBMIT   ? dbk_order_submit(book, &o->order, &a)
                 : o->kind == OPERATION_IMPORT ? dbk_order_import(book, &o->external, &a)
                                               : dbk_order_record(book, &o->event, &a);
    if (!e)
        *out = answer_of_order(&a, numbers);
    return e;
}

static dbk_err *play_fill_event(dbk_book *book, const operation *o, answer *out)
{
    dbk_fill_event_answer a;
    dbk_err *e = o->kind == OPERATION_BUST ? dbk_fill_bust(book, &o->bust, &a)
                                           : dbk_fill_correct(book, &o->correction, &a);
    if (!e)
        *out = answer_of_fill_event(&a);
    return e;
}

static dbk_err *play_funding(dbk_book *book, const dbk_funding *funding, answer *out)
{
    dbk_funding_answer a;
    dbk_err *e = dbk_funding_record(book, funding, &a);
    if (e)
        return e;
    *out = answer_of(&a.answer);
    out->amount = a.amount;
    out->currency = a.currency;
    out->position_qty = a.position_qty;
    return NULL;
}

static dbk_err *play_equity(dbk_book *book, const dbk_equity_point *point, answer *out)
{
    dbk_equity a;
    dbk_err *e = dbk_equity_record(book, point, &a);
    if (e)
        return e;
    *out = answer_of(&a.answer);
    out->balance = a.balance;
    out->unrealized = a.unrealized;
    out->equity = a.equity;
    out->missing = a.missing;
    return NULL;
}

static dbk_err *play_simple(dbk_book *book, const operation *o, answer *out)
{
    dbk_answer a;
    dbk_err *e = o->kind == OPERATION_OPEN ? dbk_account_open(book, &o->account, &a)
                 : o->kind == OPERATION_CASH
                     ? dbk_cash_record(book, &o->cash, &a)
                     : dbk_account_close(book, &o->close.account_id, o->close.reason, &a);
    if (!e)
        *out = answer_of(&a);
    return e;
}

static dbk_err *play_run(dbk_book *book, const operation *o, answer *out)
{
    dbk_answer a;
    dbk_err *e = o->kind == OPERATION_RUN_START
                     ? dbk_run_start(book, &o->run, &a)
                     : dbk_run_finish(book, &o->finish.account_id, &o->finish.run_id, o->finish.status, &a);
    if (!e)
        *out = answer_of(&a);
    return e;
}

static dbk_err *play_state(dbk_book *book, const operation *o, answer *out)
{
    if (o->kind == OPERATION_STATE_LOAD) {
        *out = (answer){.outcome = "loaded"};
        return dbk_state_load(book, &o->state.account_id, o->state.name, &out->state, &out->as_of_us);
    }
    dbk_answer a;
    dbk_err *e = dbk_state_save(book, &o->state.account_id, &o->state.snapshot_id, o->state.name,
                                o->state.as_of_us, o->state.json, &a);
    if (!e)
        *out = answer_of(&a);
    return e;
}

static dbk_err *play_one(dbk_book *book, const operation *o, char numbers[NUMBERS_SIZE], answer *out)
{
    switch (o->kind) {
    case OPERATION_SUBMIT:
    case OPERATION_IMPORT:
    case OPERATION_EVENT:
        return play_order(book, o, numbers, out);
    case OPERATION_BUST:
    case OPERATION_CORRECT:
        return play_fill_event(book, o, out);
    case OPERATION_FUNDING:
        return play_funding(book, &o->funding, out);
    case OPERATION_EQUITY:
        return play_equity(book, &o->equity, out);
    case OPERATION_OPEN:
    case OPERATION_CASH:
    case OPERATION_CLOSE:
        return play_simple(book, o, out);
    case OPERATION_RUN_START:
    case OPERATION_RUN_FINISH:
        return play_run(book, o, out);
    case OPERATION_STATE_SAVE:
    case OPERATION_STATE_LOAD:
        return play_state(book, o, out);
    case OPERATION_FILL:
    case OPERATION_FILLS:
    case OPERATION_DESK:
        break;
    }
    assert(false);
    return NULL;
}

dbk_err *play(dbk_book *book, const operation *o, buf *answers)
{
    answer a = {0};
    char numbers[NUMBERS_SIZE];
    bool fills = o->kind == OPERATION_FILL || o->kind == OPERATION_FILLS;
    dbk_err *e = fills ? play_fills(book, o, answers) : play_one(book, o, numbers, &a);
    if (e && strncmp(err_sqlstate(e), "TB", 2) == 0) {
        a = (answer){.outcome = "error", .error = err_sqlstate(e)};
        answer_append(answers, &a);
        err_free(e);
        return buf_error(answers);
    }
    if (!e && !fills)
        answer_append(answers, &a);
    return e ? e : buf_error(answers);
}
