#include "pg/pg_int.h"

#include <assert.h>
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/uuid.h"

enum { OID_DATE = 1082, OID_TIMESTAMP = 1114, OID_TIMESTAMPTZ = 1184 };

struct pg_rows {
    PGresult *result;
    bool binary;
};

static void clear_result(void *result)
{
    PQclear(result);
}

/* Times in text are read in ISO style only. pg_connect() asks for it; a later SET by somebody is found here,
 * before a getter could misread a day for a month. */
static bool has_foreign_dates(const pg_conn *c, const PGresult *result)
{
    const char *style = c->pq ? PQparameterStatus(c->pq, "DateStyle") : NULL;
    if (!style || strncmp(style, "ISO", 3) == 0)
        return false;
    for (int i = 0; i < PQnfields(result); i++) {
        Oid type = PQftype(result, i);
        if (type == OID_TIMESTAMPTZ || type == OID_TIMESTAMP || type == OID_DATE)
            return true;
    }
    return false;
}

dbk_err *pg_rows_new(const pg_conn *c, arena *a, PGresult *result, bool binary, pg_rows **out)
{
    assert(result);
    if (!arena_defer(a, clear_result, result))
        return err_oom();
    if (!binary && has_foreign_dates(c, result)) {
        dbk_err *e = err_new(ERR_SERVER, "the session's DateStyle is not ISO any more");
        return err_with_hint(e, "do not change DateStyle on connections that daybook uses");
    }
    pg_rows *r = arena_alloc(a, sizeof(*r));
    if (!r)
        return err_oom();
    *r = (pg_rows){.result = result, .binary = binary};
    *out = r;
    return NULL;
}

size_t pg_row_count(const pg_rows *r)
{
    return (size_t)PQntuples(r->result);
}

size_t pg_column_count(const pg_rows *r)
{
    return (size_t)PQnfields(r->result);
}

const char *pg_column_name(const pg_rows *r, size_t column)
{
    assert(column < pg_column_count(r));
    return PQfname(r->result, (int)column);
}

uint32_t pg_column_type(const pg_rows *r, size_t column)
{
    assert(column < pg_column_count(r));
    return PQftype(r->result, (int)column);
}

/* Not PQfnumber(): that one folds case and reads quotes as an SQL identifier would be. */
int pg_column(const pg_rows *r, const char *name)
{
    for (int i = 0; i < PQnfields(r->result); i++) {
        if (strcmp(PQfname(r->result, i), name) == 0)
            return i;
    }
    return -1;
}

bool pg_get_is_null(const pg_rows *r, size_t row, size_t column)
{
    assert(row < pg_row_count(r));
    assert(column < pg_column_count(r));
    return PQgetisnull(r->result, (int)row, (int)column) != 0;
}

const char *pg_get_text(const pg_rows *r, size_t row, size_t column)
{
    assert(!r->binary);
    return pg_get_is_null(r, row, column) ? NULL : PQgetvalue(r->result, (int)row, (int)column);
}

static const char *text_of(const pg_rows *r, size_t row, size_t column)
{
    const char *text = pg_get_text(r, row, column);
    assert(text);
    return text;
}

int64_t pg_get_int8(const pg_rows *r, size_t row, size_t column)
{
    const char *text = text_of(r, row, column);
    char *end = NULL;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    assert(errno == 0);
    assert(end != text && *end == '\0');
    return value;
}

/* The host of the library may have set a locale with a decimal comma; the server always writes a point. */
double pg_get_float8(const pg_rows *r, size_t row, size_t column)
{
    const char *text = text_of(r, row, column);
    char *end = NULL;
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    assert(plain != (locale_t)0);
    double value = strtod_l(text, &end, plain);
    freelocale(plain);
    assert(end != text && *end == '\0');
    return value;
}

bool pg_get_bool(const pg_rows *r, size_t row, size_t column)
{
    const char *text = text_of(r, row, column);
    assert(strcmp(text, "t") == 0 || strcmp(text, "f") == 0);
    return text[0] == 't';
}

dbk_uuid pg_get_uuid(const pg_rows *r, size_t row, size_t column)
{
    dbk_uuid id = {0};
    dbk_err *e = uuid_parse(text_of(r, row, column), &id);
    assert(!e);
    err_free(e);
    return id;
}

/* Reads digits and moves *s behind them. */
static int64_t take_number(const char **s, int *digits)
{
    int64_t value = 0;
    *digits = 0;
    for (; **s >= '0' && **s <= '9' && *digits < 9; (*s)++, (*digits)++)
        value = value * 10 + (**s - '0');
    return value;
}

static int64_t take_two(const char **s, char before)
{
    int digits = 0;
    if (before) {
        assert(**s == before);
        (*s)++;
    }
    int64_t value = take_number(s, &digits);
    assert(digits == 2);
    return value;
}

/* "+05:30", "-03", "+00:19:32" */
static int64_t take_offset_seconds(const char **s)
{
    assert(**s == '+' || **s == '-');
    int64_t sign = *(*s)++ == '-' ? -1 : 1;
    int64_t seconds = take_two(s, 0) * 3600;
    if (**s == ':')
        seconds += take_two(s, ':') * 60;
    if (**s == ':')
        seconds += take_two(s, ':');
    return sign * seconds;
}

/* "2021-11-28 00:00:00.5+00", years of more than four digits, and " BC" at the end. */
int64_t pg_get_time(const pg_rows *r, size_t row, size_t column)
{
    const char *s = text_of(r, row, column);
    if (strcmp(s, "infinity") == 0)
        return INT64_MAX;
    if (strcmp(s, "-infinity") == 0)
        return INT64_MIN;

    int digits = 0;
    int64_t year = take_number(&s, &digits);
    assert(digits >= 4);
    int month = (int)take_two(&s, '-');
    int day = (int)take_two(&s, '-');
    int64_t seconds = take_two(&s, ' ') * 3600;
    seconds += take_two(&s, ':') * 60;
    seconds += take_two(&s, ':');
    int64_t fraction = 0;
    if (*s == '.') {
        s++;
        fraction = take_number(&s, &digits);
        assert(digits >= 1 && digits <= 6);
        for (; digits < 6; digits++)
            fraction *= 10;
    }
    seconds -= take_offset_seconds(&s);
    if (strcmp(s, " BC") == 0)
        year = 1 - year;
    else
        assert(*s == '\0');
    return (clock_days(year, month, day) * 86400 + seconds) * 1000000 + fraction;
}

static const void *binary_of(const pg_rows *r, size_t row, size_t column, int *length)
{
    assert(r->binary);
    assert(!pg_get_is_null(r, row, column));
    *length = PQgetlength(r->result, (int)row, (int)column);
    return PQgetvalue(r->result, (int)row, (int)column);
}

bool pg_is_binary(const pg_rows *r)
{
    return r->binary;
}

/* The same bytes as in text, and libpq ends every value with a zero. */
const char *pg_get_text_binary(const pg_rows *r, size_t row, size_t column)
{
    assert(r->binary);
    return pg_get_is_null(r, row, column) ? NULL : PQgetvalue(r->result, (int)row, (int)column);
}

const char *pg_get_jsonb_binary(const pg_rows *r, size_t row, size_t column)
{
    const char *wire = pg_get_text_binary(r, row, column);
    /* The version of the format, and there is only one. */
    assert(!wire || wire[0] == 1);
    return wire ? wire + 1 : NULL;
}

int64_t pg_get_int8_binary(const pg_rows *r, size_t row, size_t column)
{
    int length = 0;
    const void *wire = binary_of(r, row, column, &length);
    if (length == 2)
        return (int16_t)pg_load16(wire);
    if (length == 4)
        return (int32_t)pg_load32(wire);
    assert(length == 8);
    return (int64_t)pg_load64(wire);
}

double pg_get_float8_binary(const pg_rows *r, size_t row, size_t column)
{
    int length = 0;
    const void *wire = binary_of(r, row, column, &length);
    assert(length == 8);
    uint64_t bits = pg_load64(wire);
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

int64_t pg_get_time_binary(const pg_rows *r, size_t row, size_t column)
{
    int length = 0;
    const void *wire = binary_of(r, row, column, &length);
    assert(length == 8);
    return pg_time_from_wire((int64_t)pg_load64(wire));
}

dbk_uuid pg_get_uuid_binary(const pg_rows *r, size_t row, size_t column)
{
    int length = 0;
    const void *wire = binary_of(r, row, column, &length);
    dbk_uuid id;
    assert(length == (int)sizeof(id.bytes));
    memcpy(id.bytes, wire, sizeof(id.bytes));
    return id;
}

void pg_get_hash_binary(const pg_rows *r, size_t row, size_t column, uint8_t out[32])
{
    int length = 0;
    const void *wire = binary_of(r, row, column, &length);
    assert(length == 32);
    memcpy(out, wire, 32);
}
