#include "book/verify_cash.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "verify_sql.h"
#include "verify_sqlite_sql.h"

struct cash_total {
    char currency[VERIFY_CURRENCY_SIZE];
    wide amount;
    bool seen; /* among the balances */
};

enum { CASH_ACCOUNT, CASH_CURRENCY, CASH_AMOUNT };
static const char *const fact_names[] = {"account_id", "currency", "amount", NULL};
static const char *const balance_names[] = {"account_id", "currency", "balance", NULL};

dbk_err *verify_cash_open(verify *v, verify_cash *out)
{
    out->v = v;
    dbk_err *e = verify_rows_open(v, &(book_statement){verify_sql_cash_facts, verify_sqlite_cash_facts},
                                  fact_names, &out->facts);
    return e ? e
             : verify_rows_open(v, &(book_statement){verify_sql_cash_balances, verify_sqlite_cash_balances},
                                balance_names, &out->balances);
}

void verify_cash_close(verify_cash *c)
{
    verify_rows_close(&c->facts);
    verify_rows_close(&c->balances);
    mem_free(c->totals);
    c->totals = NULL;
}

static dbk_err *find_total(verify_cash *c, const char *currency, cash_total **out)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->totals[i].currency, currency) == 0) {
            *out = &c->totals[i];
            return NULL;
        }
    if (c->count == c->capacity) {
        size_t wanted = c->capacity == 0 ? 8 : 2 * c->capacity;
        cash_total *totals = mem_realloc(c->totals, wanted * sizeof(*totals));
        if (!totals)
            return err_oom();
        c->totals = totals;
        c->capacity = wanted;
    }
    cash_total *total = &c->totals[c->count++];
    *total = (cash_total){.seen = false};
    snprintf(total->currency, sizeof(total->currency), "%s", currency);
    *out = total;
    return NULL;
}

dbk_err *verify_cash_add(verify_cash *c, const char *currency, wide amount)
{
    cash_total *total;
    dbk_err *e = find_total(c, currency, &total);
    if (!e)
        total->amount = wide_add(total->amount, amount);
    return e;
}

static bool is_of(const verify_rows *r, const char *account_id)
{
    return r->more && strcmp(verify_value(r, CASH_ACCOUNT), account_id) == 0;
}

static dbk_err *add_facts(verify_cash *c, const char *account_id)
{
    dbk_err *e = NULL;
    while (!e && is_of(&c->facts, account_id)) {
        const char *amount = verify_value(&c->facts, CASH_AMOUNT);
        wide moved;
        e = wide_parse(amount, strlen(amount), &moved);
        if (!e)
            e = verify_cash_add(c, verify_value(&c->facts, CASH_CURRENCY), moved);
        if (!e)
            e = verify_rows_next(&c->facts);
    }
    return e;
}

static dbk_err *check_balance(verify_cash *c)
{
    const verify_rows *r = &c->balances;
    cash_total *total;
    verify_at(c->v, "v_cash_balances", "%s %s", verify_value(r, CASH_ACCOUNT),
              verify_value(r, CASH_CURRENCY));
    dbk_err *e = find_total(c, verify_value(r, CASH_CURRENCY), &total);
    if (e)
        return e;
    total->seen = true;
    e = verify_wide(c->v, r, CASH_AMOUNT, total->amount);
    return e ? e : verify_rows_next(&c->balances);
}

/* The next account that has a balance or a fact, with what was added for it. */
static dbk_err *check_account(verify_cash *c, const char *account_id)
{
    dbk_err *e = add_facts(c, account_id);
    while (!e && is_of(&c->balances, account_id))
        e = check_balance(c);
    for (size_t i = 0; !e && i < c->count; i++)
        if (!c->totals[i].seen && !wide_is_zero(c->totals[i].amount)) {
            verify_at(c->v, "v_cash_balances", "%s %s", account_id, c->totals[i].currency);
            e = verify_row(c->v, false);
        }
    c->count = 0;
    return e;
}

dbk_err *verify_cash_begin(verify_cash *c, const char *account_id)
{
    dbk_err *e = NULL;
    while (!e && c->facts.more &&
           (!account_id || strcmp(verify_value(&c->facts, CASH_ACCOUNT), account_id) < 0)) {
        char next[UUID_TEXT_SIZE];
        snprintf(next, sizeof(next), "%s", verify_value(&c->facts, CASH_ACCOUNT));
        e = check_account(c, next);
    }
    return e;
}
