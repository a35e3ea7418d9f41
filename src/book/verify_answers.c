#include "book/verify_answers.h"

#include <stdio.h>
#include <string.h>

#include "verify_sql.h"
#include "verify_sqlite_sql.h"

enum {
    ANSWER_VERSION = POSITION_KEY + 1,
    ANSWER_EVENT,
    ANSWER_CYCLE,
    ANSWER_QTY,
    ANSWER_AVG_PRICE,
    ANSWER_REALIZED
};
static const char *const answer_names[] = {
    "account_id",     "instrument_id", "position_key",       "position_version",  "event_id",
    "position_cycle", "position_qty",  "position_avg_price", "position_realized", NULL};

enum { FUNDING_VERSION = POSITION_KEY + 1, FUNDING_AMOUNT };
static const char *const funding_names[] = {"account_id",       "instrument_id", "position_key",
                                            "position_version", "amount",        NULL};

dbk_err *verify_answers_open(verify *v, verify_answers *out)
{
    out->v = v;
    dbk_err *e =
        verify_rows_open(v, &(book_statement){verify_sql_amendment_answers, verify_sqlite_amendment_answers},
                         answer_names, &out->amendments);
    return e ? e
             : verify_rows_open(v, &(book_statement){verify_sql_funding_known, verify_sqlite_funding_known},
                                funding_names, &out->funding);
}

void verify_answers_close(verify_answers *a)
{
    verify_rows_close(&a->amendments);
    verify_rows_close(&a->funding);
}

dbk_err *verify_answers_begin(verify_answers *a, const verify_position *p)
{
    a->known = position_new(p->terms.kind, p->terms.multiplier);
    a->version = 0;
    a->funded = (wide){.count = 0};
    a->filled = false;
    dbk_err *e = NULL;
    while (!e && a->funding.more && position_key_compare(&a->funding, p->row) < 0)
        e = verify_rows_next(&a->funding);
    return e;
}

/* What was booked before a version of the position at hand. */
static dbk_err *add_funding(verify_answers *a, const verify_position *p, int64_t version)
{
    dbk_err *e = NULL;
    while (!e && a->funding.more && position_key_compare(&a->funding, p->row) == 0 &&
           verify_int(&a->funding, FUNDING_VERSION) < version) {
        const char *amount = verify_value(&a->funding, FUNDING_AMOUNT);
        wide paid;
        e = wide_parse(amount, strlen(amount), &paid);
        if (!e) {
            a->funded = wide_add(a->funded, paid);
            e = verify_rows_next(&a->funding);
        }
    }
    return e;
}

/* Folds the position at hand as it was known when its version was `version`. */
static dbk_err *fold_known(verify_answers *a, const verify_position *p, int64_t version)
{
    fill_walk walk = {.fills = {.more = false}};
    a->known = position_new(p->terms.kind, p->terms.multiplier);
    dbk_err *e = fill_walk_open(a->v,
                                &(fill_walk_scope){.account_id = verify_value(p->row, POSITION_ACCOUNT),
                                                   .instrument_id = verify_value(p->row, POSITION_INSTRUMENT),
                                                   .position_key = verify_value(p->row, POSITION_KEY),
                                                   .below_version = version + 1},
                                &walk);
    while (!e && walk.fills.more) {
        position_fill fill = fill_walk_fill(&walk, &walk.now, &p->terms);
        position_step step;
        if (!walk.now.busted)
            position_apply(&a->known, &fill, &step);
        e = fill_walk_next(&walk);
    }
    fill_walk_close(&walk);
    return e;
}

/* The net result, with the funding that had been booked by then. */
static dbk_err *check_realized(verify_answers *a, const verify_position *p, const verify_rows *r,
                               size_t column)
{
    dbk_err *e = add_funding(a, p, a->version);
    return e ? e : verify_wide(a->v, r, column, wide_add(position_realized_net(&a->known), a->funded));
}

/* The next version of the position; facts that are not there are said once. */
static dbk_err *check_version(verify_answers *a, const verify_rows *r, size_t column)
{
    dbk_err *e = verify_int8(a->v, r, column, a->version + 1);
    a->version = verify_int(r, column);
    return e;
}

static dbk_err *check_amendment(verify_answers *a, const verify_position *p)
{
    const verify_rows *r = &a->amendments;
    verify *v = a->v;
    verify_at(v, "fill_events", "%s %s", verify_value(r, POSITION_ACCOUNT), verify_value(r, ANSWER_EVENT));
    dbk_err *e = check_version(a, r, ANSWER_VERSION);
    if (!e)
        e = fold_known(a, p, a->version);
    if (!e)
        e = verify_int8(v, r, ANSWER_CYCLE, a->known.cycle);
    if (!e)
        e = verify_wide(v, r, ANSWER_QTY, a->known.signed_qty);
    if (!e)
        e = verify_wide(v, r, ANSWER_AVG_PRICE, position_avg_price(&a->known));
    if (!e)
        e = check_realized(a, p, r, ANSWER_REALIZED);
    return e ? e : verify_rows_next(&a->amendments);
}

/* Those of the position at hand that came before a version. */
static dbk_err *check_amendments(verify_answers *a, const verify_position *p, int64_t below_version)
{
    dbk_err *e = NULL;
    while (!e && a->amendments.more && position_key_compare(&a->amendments, p->row) == 0 &&
           verify_int(&a->amendments, ANSWER_VERSION) < below_version)
        e = check_amendment(a, p);
    return e;
}

#define FLAGS_SIZE 64

/* Those that are told by the position and by what had come before the fill; the order tells the rest. */
static void tell_flags(verify_answers *a, const fill_walk *w, position_fee fee_kind, char out[FLAGS_SIZE])
{
    int64_t filled_at_us = book_rows_time(w->fills.rows, FILL_FILLED_AT);
    snprintf(out, FLAGS_SIZE, "%s%s%s", a->filled && filled_at_us < a->last_fill_at_us ? "out_of_order," : "",
             fee_kind == POSITION_FEE_OTHER ? "unpriced_fee," : "",
             !w->amended_before   ? ""
             : w->answered.busted ? "busted,"
                                  : "corrected,");
    if (out[0])
        out[strlen(out) - 1] = '\0';
    if (!a->filled || filled_at_us > a->last_fill_at_us)
        a->last_fill_at_us = filled_at_us;
    a->filled = true;
}

static dbk_err *check_answer(verify_answers *a, const verify_position *p, const fill_walk *w)
{
    const verify_rows *r = &w->fills;
    verify *v = a->v;
    position_fill fill = fill_walk_fill(w, &w->answered, &p->terms);
    position_step step = {.opened = false};
    if (!w->answered.busted)
        position_apply(&a->known, &fill, &step);
    char flags[FLAGS_SIZE];
    tell_flags(a, w, fill.fee_kind, flags);
    verify_at(v, "fills", "%s %s", verify_value(r, POSITION_ACCOUNT), verify_value(r, FILL_ID));
    dbk_err *e = check_version(a, r, FILL_VERSION);
    if (!e)
        e = verify_text(v, r, FILL_FLAGS, flags);
    if (!e)
        e = verify_int8(v, r, FILL_CYCLE, a->known.cycle);
    if (!e)
        e = verify_wide(v, r, FILL_POSITION_QTY, a->known.signed_qty);
    if (!e)
        e = verify_wide(v, r, FILL_AVG_PRICE, position_avg_price(&a->known));
    if (!e)
        e = verify_wide(v, r, FILL_GROSS, step.realized_gross);
    if (!e)
        e = verify_wide(v, r, FILL_NET, wide_sub(step.realized_gross, step.fee));
    return e ? e : check_realized(a, p, r, FILL_REALIZED);
}

dbk_err *verify_answers_fill(verify_answers *a, const verify_position *p, const fill_walk *w)
{
    dbk_err *e = check_amendments(a, p, verify_int(&w->fills, FILL_VERSION));
    return e ? e : check_answer(a, p, w);
}

dbk_err *verify_answers_end(verify_answers *a, const verify_position *p)
{
    return check_amendments(a, p, INT64_MAX);
}
