/* sqlite_query.c: one statement of a call: values in, a row out. */
#include <assert.h>
#include <string.h>

#include "book/sqlite_store_int.h"
#include "core/utf8.h"

sq sq_of(sqlite_call *c, const char *sql)
{
    sq q = {.call = c};
    q.failed = sqlite_statement(c->s->db, sql, &q.stmt);
    return q;
}

/* A server takes no text that is not UTF-8 either. */
void sq_text(sq *q, const char *value)
{
    q->at++;
    if (!q->failed && value && !utf8_is_valid(value, strlen(value)))
        q->failed = err_with_sqlstate(err_new(ERR_INPUT, "a text is not UTF-8"), "22021");
    if (!q->failed)
        sqlite_bind_text_at(q->stmt, q->at, value);
}

void sq_int8(sq *q, int64_t value)
{
    q->at++;
    if (!q->failed)
        sqlite_bind_int8_at(q->stmt, q->at, value);
}

void sq_bool(sq *q, bool value)
{
    sq_int8(q, value);
}

void sq_uuid(sq *q, const dbk_uuid *value)
{
    q->at++;
    if (!q->failed)
        sqlite_bind_uuid_at(q->stmt, q->at, value);
}

void sq_maybe_int8(sq *q, bool known, int64_t value)
{
    if (known)
        sq_int8(q, value);
    else
        sq_text(q, NULL);
}

void sq_wide(sq *q, wide value)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(value, text);
    sq_text(q, text);
}

void sq_amount(sq *q, maybe_amount value)
{
    char text[DECIMAL_TEXT_SIZE];
    decimal_format(value.value, text);
    sq_text(q, value.known ? text : NULL);
}

void sq_ctx(sq *q)
{
    sq_text(q, q->call->s->ctx);
}

static dbk_err *take_failure(sq *q)
{
    dbk_err *e = q->failed;
    q->failed = NULL;
    return e;
}

dbk_err *sq_row(sq *q, bool *found)
{
    return q->failed ? take_failure(q) : sqlite_step_row(q->stmt, found);
}

dbk_err *sq_run(sq *q)
{
    bool row;
    dbk_err *e = sq_row(q, &row);
    if (!e)
        sqlite_end(q->stmt);
    return e;
}

void sq_end(sq *q)
{
    sqlite_end(q->stmt);
}

/* ---- the row ---- */

/* The first thing that is wrong is kept; NULL is nothing. */
static void note(sq *q, dbk_err *e)
{
    if (q->failed)
        err_free(e);
    else
        q->failed = e;
}

const char *sq_get_text(sq *q, int column)
{
    const char *text = sqlite_text(q->stmt, column);
    char *copy = text ? arena_strdup(q->call->a, text) : NULL;
    if (text && !copy)
        note(q, err_oom());
    return copy;
}

int64_t sq_get_int8(sq *q, int column)
{
    return sqlite_int8(q->stmt, column);
}

bool sq_get_bool(sq *q, int column)
{
    return sqlite_bool(q->stmt, column);
}

bool sq_get_maybe_int8(sq *q, int column, int64_t *out)
{
    *out = sqlite_int8(q->stmt, column);
    return !sqlite_is_null(q->stmt, column);
}

bool sq_get_uuid(sq *q, int column, dbk_uuid *out)
{
    memset(out, 0, sizeof(*out));
    if (sqlite_is_null(q->stmt, column))
        return false;
    note(q, sqlite_uuid(q->stmt, column, out));
    return true;
}

wide sq_get_wide(sq *q, int column)
{
    const char *text = sqlite_text(q->stmt, column);
    wide value = {.count = 0};
    note(q,
         text ? wide_parse(text, strlen(text), &value) : err_new(ERR_INPUT, "an amount in the book is null"));
    return value;
}

maybe_amount sq_get_amount(sq *q, int column)
{
    const char *text = sqlite_text(q->stmt, column);
    maybe_amount m = {.known = text != NULL};
    if (text)
        note(q, decimal_parse(text, strlen(text), &m.value));
    return m;
}

dbk_err *sq_done(sq *q)
{
    sqlite_end(q->stmt);
    dbk_err *e = take_failure(q);
    return e ? err_wrap(e, "in %s", sqlite_path(q->call->s->db)) : NULL;
}

dbk_err *sq_has_row(sq *q, bool *out)
{
    dbk_err *e = sq_row(q, out);
    return e ? e : sq_done(q);
}
