#include "pg/pg_wire.h"

#define FLOAT8_OID 701
#define GROUP 10000 /* numeric counts in groups of four decimal digits */
#define GROUPS_MAX 11
/* 10^-18 units are two digits short of whole groups behind the point. */
#define FRACTION_GROUPS 5
#define FRACTION_FILL 100
#define NUMERIC_NEGATIVE 0x4000

char *pg_put_numeric(char *at, decimal v)
{
    uint16_t groups[GROUPS_MAX]; /* the last first */
    int count = 0;
    int zeros = 0; /* at the end: not sent */
    bool negative = v.units < 0;
    unsigned __int128 units = negative ? -(unsigned __int128)v.units : (unsigned __int128)v.units;
    int scale = DECIMAL_SCALE;
    for (unsigned __int128 u = units; scale > 0 && u % 10 == 0; u /= 10)
        scale--;
    /* The lowest group takes what is left of 10^18, before anything could overflow. */
    groups[count++] = (uint16_t)(units % FRACTION_FILL * FRACTION_FILL);
    for (units /= FRACTION_FILL; units > 0; units /= GROUP)
        groups[count++] = (uint16_t)(units % GROUP);
    while (zeros < count && groups[zeros] == 0)
        zeros++;
    char *p = at + PG_FIELD_BYTES;
    pg_store16(p, (uint16_t)(count - zeros));
    pg_store16(p + 2, (uint16_t)(count == zeros ? 0 : count - 1 - FRACTION_GROUPS));
    pg_store16(p + 4, negative ? NUMERIC_NEGATIVE : 0);
    pg_store16(p + 6, (uint16_t)scale);
    p += 8;
    for (int i = count - 1; i >= zeros; i--, p += 2)
        pg_store16(p, groups[i]);
    pg_store32(at, (uint32_t)(p - at - PG_FIELD_BYTES));
    return p;
}

char *pg_put_float8_array(char *at, const double *values, size_t count)
{
    /* An empty array has no dimensions. */
    size_t bytes = count > 0 ? pg_float8_array_bytes(count) - PG_FIELD_BYTES : 12;
    pg_store32(at, (uint32_t)bytes);
    pg_store32(at + 4, count > 0);
    pg_store32(at + 8, 0); /* no NULLs */
    pg_store32(at + 12, FLOAT8_OID);
    at += 16;
    if (count == 0)
        return at;
    pg_store32(at, (uint32_t)count);
    pg_store32(at + 4, 1); /* lower bound */
    at += 8;
    for (size_t i = 0; i < count; i++)
        at = pg_put_float8(at, values[i]);
    return at;
}
