/* pg_wire.h: values as the server reads and writes them in binary: big-endian, times from the year 2000.
 *
 * The pg_put_ functions write one field of a row of COPY BINARY, its length before it, and return the place
 * behind it; the caller has made room. Pure; any thread. */
#ifndef DAYBOOK_PG_PG_WIRE_H
#define DAYBOOK_PG_PG_WIRE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/decimal.h"
#include "core/uuid.h"

/* Big-endian integers of the wire. */
static inline uint16_t pg_load16(const void *p)
{
    const uint8_t *b = p;
    return (uint16_t)((unsigned)b[0] << 8 | b[1]);
}

static inline uint32_t pg_load32(const void *p)
{
    const uint8_t *b = p;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static inline uint64_t pg_load64(const void *p)
{
    const uint8_t *b = p;
    return (uint64_t)pg_load32(b) << 32 | pg_load32(b + 4);
}

static inline void pg_store16(void *p, uint16_t v)
{
    uint8_t *b = p;
    b[0] = (uint8_t)(v >> 8);
    b[1] = (uint8_t)v;
}

static inline void pg_store32(void *p, uint32_t v)
{
    uint8_t *b = p;
    pg_store16(b, (uint16_t)(v >> 16));
    pg_store16(b + 2, (uint16_t)v);
}

static inline void pg_store64(void *p, uint64_t v)
{
    uint8_t *b = p;
    pg_store32(b, (uint32_t)(v >> 32));
    pg_store32(b + 4, (uint32_t)v);
}

static inline uint64_t pg_float8_bits(double v)
{
    uint64_t bits;
    static_assert(sizeof(bits) == sizeof(v), "IEEE 754 double");
    __builtin_memcpy(&bits, &v, sizeof(bits));
    return bits;
}

/* PostgreSQL counts microseconds from 2000-01-01, we from 1970-01-01; infinities are the extreme integers on
 * both sides. */
#define PG_EPOCH_US ((int64_t)946684800 * 1000000)

static inline int64_t pg_time_to_wire(int64_t wall_us)
{
    return wall_us == INT64_MAX || wall_us < INT64_MIN + PG_EPOCH_US ? (wall_us < 0 ? INT64_MIN : INT64_MAX)
                                                                     : wall_us - PG_EPOCH_US;
}

static inline int64_t pg_time_from_wire(int64_t wire)
{
    return wire == INT64_MAX || wire == INT64_MIN ? wire : wire + PG_EPOCH_US;
}

/* A row begins with the number of its fields. */
#define PG_ROW_BYTES 2
#define PG_FIELD_BYTES 4
#define PG_NUMERIC_BYTES_MAX (8 + 2 * 11)

static inline char *pg_put_row(char *at, int fields)
{
    pg_store16(at, (uint16_t)fields);
    return at + PG_ROW_BYTES;
}

static inline char *pg_put_null(char *at)
{
    pg_store32(at, UINT32_MAX);
    return at + PG_FIELD_BYTES;
}

static inline char *pg_put_bytes(char *at, const void *p, size_t length)
{
    assert(length <= INT32_MAX);
    pg_store32(at, (uint32_t)length);
    if (length > 0)
        memcpy(at + PG_FIELD_BYTES, p, length);
    return at + PG_FIELD_BYTES + length;
}

static inline char *pg_put_bool(char *at, bool v)
{
    const char byte = v;
    return pg_put_bytes(at, &byte, 1);
}

static inline char *pg_put_int4(char *at, int32_t v)
{
    pg_store32(at, 4);
    pg_store32(at + PG_FIELD_BYTES, (uint32_t)v);
    return at + PG_FIELD_BYTES + 4;
}

static inline char *pg_put_int8(char *at, int64_t v)
{
    pg_store32(at, 8);
    pg_store64(at + PG_FIELD_BYTES, (uint64_t)v);
    return at + PG_FIELD_BYTES + 8;
}

static inline char *pg_put_float8(char *at, double v)
{
    return pg_put_int8(at, (int64_t)pg_float8_bits(v));
}

static inline char *pg_put_time(char *at, int64_t wall_us)
{
    return pg_put_int8(at, pg_time_to_wire(wall_us));
}

static inline char *pg_put_uuid(char *at, const dbk_uuid *v)
{
    return pg_put_bytes(at, v->bytes, sizeof(v->bytes));
}

/* At most PG_FIELD_BYTES + PG_NUMERIC_BYTES_MAX. */
char *pg_put_numeric(char *at, decimal v);
/* double precision[] */
static inline size_t pg_float8_array_bytes(size_t count)
{
    return PG_FIELD_BYTES + 20 + count * (PG_FIELD_BYTES + 8);
}
char *pg_put_float8_array(char *at, const double *values, size_t count);

#endif
