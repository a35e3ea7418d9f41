#include "book/verify_fees.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "verify_sql.h"
#include "verify_sqlite_sql.h"

enum { FEE_CURRENCY = POSITION_KEY + 1, FEE_KIND, FEE_AMOUNT, FEE_PRICED, FEE_CONVERTED };
static const char *const fee_names[] = {"account_id", "instrument_id", "position_key", "currency", "fee_kind",
                                        "amount",     "priced",        "converted",    NULL};

dbk_err *verify_fees_open(verify *v, verify_fees *out)
{
    out->v = v;
    return verify_rows_open(v, &(book_statement){verify_sql_position_fees, verify_sqlite_position_fees},
                            fee_names, &out->rows);
}

void verify_fees_close(verify_fees *f)
{
    verify_rows_close(&f->rows);
    mem_free(f->totals);
    f->totals = NULL;
}

static dbk_err *find_total(verify_fees *f, const verify_position *p, const char *currency, fee_total **out)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->totals[i].currency, currency) == 0) {
            *out = &f->totals[i];
            return NULL;
        }
    if (f->count == f->capacity) {
        size_t wanted = f->capacity == 0 ? 8 : 2 * f->capacity;
        fee_total *totals = mem_realloc(f->totals, wanted * sizeof(*totals));
        if (!totals)
            return err_oom();
        f->totals = totals;
        f->capacity = wanted;
    }
    fee_total *total = &f->totals[f->count++];
    *total =
        (fee_total){.base = p->terms.kind == POSITION_SPOT && strcmp(currency, p->terms.base_currency) == 0};
    snprintf(total->currency, sizeof(total->currency), "%s", currency);
    *out = total;
    return NULL;
}

dbk_err *verify_fees_add(verify_fees *f, const verify_position *p, const position_fill *fill,
                         const char *currency, wide settled)
{
    if (fill->fee_kind == POSITION_FEE_NONE || fill->fee_kind == POSITION_FEE_SETTLE)
        return NULL;
    fee_total *total;
    dbk_err *e = find_total(f, p, currency, &total);
    if (e)
        return e;
    total->amount = wide_add(total->amount, wide_of(fill->fee));
    if (fill->fee_kind == POSITION_FEE_CONVERTED) {
        total->priced = wide_add(total->priced, wide_of(fill->fee));
        total->converted = wide_add(total->converted, settled);
    }
    return NULL;
}

/* The stored totals of the position at hand. One that is all zero is what busts left of a fee. */
static dbk_err *check_stored(verify_fees *f, const verify_position *p)
{
    const verify_rows *r = &f->rows;
    verify_at(f->v, "position_fees", "%s %s %s %s", verify_value(r, POSITION_ACCOUNT), p->name,
              verify_value(r, POSITION_KEY), verify_value(r, FEE_CURRENCY));
    fee_total *total;
    dbk_err *e = find_total(f, p, verify_value(r, FEE_CURRENCY), &total);
    if (e)
        return e;
    total->seen = true;
    e = verify_text(f->v, r, FEE_KIND, total->base ? "base" : "other");
    if (!e)
        e = verify_wide(f->v, r, FEE_AMOUNT, total->amount);
    if (!e)
        e = verify_wide(f->v, r, FEE_PRICED, total->priced);
    return e ? e : verify_wide(f->v, r, FEE_CONVERTED, total->converted);
}

dbk_err *verify_fees_check(verify_fees *f, const verify_position *p)
{
    dbk_err *e = NULL;
    while (!e && f->rows.more && position_key_compare(&f->rows, p->row) <= 0) {
        if (position_key_compare(&f->rows, p->row) == 0)
            e = check_stored(f, p);
        if (!e)
            e = verify_rows_next(&f->rows);
    }
    for (size_t i = 0; !e && i < f->count; i++)
        if (!f->totals[i].seen) {
            verify_at(f->v, "position_fees", "%s %s %s %s", verify_value(p->row, POSITION_ACCOUNT), p->name,
                      verify_value(p->row, POSITION_KEY), f->totals[i].currency);
            e = verify_row(f->v, false);
        }
    f->count = 0;
    return e;
}
