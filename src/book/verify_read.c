#include <assert.h>
#include <string.h>

#include "book/verify_int.h"

#define PARAMETERS_MAX 5

static dbk_err *check_columns(const book_rows *rows, const char *const *names)
{
    for (size_t column = 0; names[column]; column++)
        if (column >= book_rows_column_count(rows) ||
            strcmp(book_rows_column_name(rows, column), names[column]) != 0)
            return err_new(ERR_INTERNAL, "column %zu of a statement of verify is not %s", column,
                           names[column]);
    return NULL;
}

dbk_err *verify_rows_open_with(verify *v, const book_statement *statement, const char *const *names,
                               const book_parameter *more, size_t count, verify_rows *out)
{
    const book_accounts *accounts = &v->options->accounts;
    book_parameter parameters[PARAMETERS_MAX] = {
        {.kind = BOOK_LIST, .items = accounts->ids, .count = accounts->count}};
    assert(count < PARAMETERS_MAX);
    if (count > 0)
        memcpy(&parameters[1], more, count * sizeof(*more));
    dbk_err *e = book_rows_open(&v->source, statement, parameters, count + 1, &out->rows);
    if (!e)
        e = verify_rows_next(out);
    return e ? e : check_columns(out->rows, names);
}

dbk_err *verify_rows_open(verify *v, const book_statement *statement, const char *const *names,
                          verify_rows *out)
{
    return verify_rows_open_with(v, statement, names, NULL, 0, out);
}

dbk_err *verify_rows_next(verify_rows *r)
{
    return book_rows_next(r->rows, &r->more);
}

void verify_rows_close(verify_rows *r)
{
    book_rows_free(r->rows);
    *r = (verify_rows){.more = false};
}

const char *verify_value(const verify_rows *r, size_t column)
{
    return book_rows_text(r->rows, column);
}

int64_t verify_int(const verify_rows *r, size_t column)
{
    return book_rows_int8(r->rows, column);
}

bool verify_flag(const verify_rows *r, size_t column)
{
    return book_rows_bool(r->rows, column);
}

dbk_err *verify_amount(const verify_rows *r, size_t column, decimal *out)
{
    const char *text = verify_value(r, column);
    return text ? decimal_parse(text, strlen(text), out)
                : err_new(ERR_INPUT, "%s of a fact is null", book_rows_column_name(r->rows, column));
}

dbk_err *verify_maybe_amount(const verify_rows *r, size_t column, maybe_amount *out)
{
    out->known = verify_value(r, column) != NULL;
    out->value = (decimal){0};
    return out->known ? verify_amount(r, column, &out->value) : NULL;
}

static dbk_err *read_currency(const verify_rows *r, size_t column, char out[VERIFY_CURRENCY_SIZE])
{
    const char *text = verify_value(r, column);
    if (!text)
        return NULL;
    if (strlen(text) >= VERIFY_CURRENCY_SIZE)
        return err_new(ERR_INPUT, "%s is no currency", text);
    memcpy(out, text, strlen(text) + 1);
    return NULL;
}

dbk_err *fill_terms_read(const verify_rows *fill, const terms_columns *at, fill_terms *out)
{
    fill_terms t = {.busted = false};
    dbk_err *e = verify_amount(fill, at->qty, &t.qty);
    if (!e)
        e = verify_amount(fill, at->price, &t.price);
    if (!e)
        e = verify_amount(fill, at->fee, &t.fee);
    if (!e)
        e = verify_maybe_amount(fill, at->fee_rate, &t.fee_rate);
    if (!e)
        e = read_currency(fill, at->fee_currency, t.fee_currency);
    if (!e)
        *out = t;
    return e;
}

static dbk_err *amend_amount(const verify_rows *event, size_t column, decimal *term)
{
    return verify_value(event, column) ? verify_amount(event, column, term) : NULL;
}

dbk_err *fill_terms_amend(fill_terms *t, const verify_rows *event, const terms_columns *at)
{
    if (strcmp(verify_value(event, at->kind), "bust") == 0) {
        t->busted = true;
        return NULL;
    }
    dbk_err *e = amend_amount(event, at->qty, &t->qty);
    if (!e)
        e = amend_amount(event, at->price, &t->price);
    if (!e)
        e = amend_amount(event, at->fee, &t->fee);
    if (!e && (verify_value(event, at->fee_currency) || verify_value(event, at->fee_rate)))
        e = verify_maybe_amount(event, at->fee_rate, &t->fee_rate);
    return e ? e : read_currency(event, at->fee_currency, t->fee_currency);
}
