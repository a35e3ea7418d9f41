#include "pg/pg_int.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

#include "core/buf.h"

#define PARAMS_MAX 100
#define ARRAY_BYTES_MAX ((size_t)64 << 20)

/* Fixed by the catalog since ever (pg_type.dat); libpq has no header for them. 0 lets the server infer. */
enum {
    OID_INFER = 0,
    OID_BOOL = 16,
    OID_BYTEA = 17,
    OID_INT8 = 20,
    OID_INT4 = 23,
    OID_FLOAT8 = 701,
    OID_TIMESTAMPTZ = 1184,
    OID_UUID = 2950
};

enum { FORMAT_TEXT = 0, FORMAT_BINARY = 1 };

pg_params *pg_params_new(arena *a)
{
    assert(a);
    pg_params *p = arena_alloc(a, sizeof(*p));
    if (!p)
        return NULL;
    p->arena = a;
    return p;
}

dbk_err *pg_params_check(const pg_params *p)
{
    return p && p->broken ? err_oom() : NULL;
}

static bool grow(pg_params *p)
{
    int capacity = p->capacity ? p->capacity * 2 : 16;
    size_t n = (size_t)capacity;
    size_t used = (size_t)p->count;
    Oid *types = arena_alloc(p->arena, n * sizeof(*types));
    const char **values = arena_alloc(p->arena, n * sizeof(*values));
    int *lengths = arena_alloc(p->arena, n * sizeof(*lengths));
    int *formats = arena_alloc(p->arena, n * sizeof(*formats));
    if (!types || !values || !lengths || !formats)
        return false;
    if (used > 0) {
        memcpy(types, p->types, used * sizeof(*types));
        memcpy(values, p->values, used * sizeof(*values));
        memcpy(lengths, p->lengths, used * sizeof(*lengths));
        memcpy(formats, p->formats, used * sizeof(*formats));
    }
    p->types = types;
    p->values = values;
    p->lengths = lengths;
    p->formats = formats;
    p->capacity = capacity;
    return true;
}

/* Copies data, so that the caller's may change or go before the query. NULL data is SQL NULL. */
static void add(pg_params *p, Oid type, int format, const void *data, size_t length)
{
    if (!p || p->broken)
        return;
    assert(p->count < PARAMS_MAX);
    if ((p->count == p->capacity && !grow(p)) || length > INT_MAX) {
        p->broken = true;
        return;
    }
    char *copy = NULL;
    if (data) {
        copy = arena_alloc(p->arena, length + 1);
        if (!copy) {
            p->broken = true;
            return;
        }
        memcpy(copy, data, length);
    }
    p->types[p->count] = type;
    p->values[p->count] = copy;
    p->lengths[p->count] = (int)length;
    p->formats[p->count] = format;
    p->count++;
}

void pg_param_null(pg_params *p)
{
    add(p, OID_INFER, FORMAT_TEXT, NULL, 0);
}

void pg_param_text(pg_params *p, const char *value)
{
    add(p, OID_INFER, FORMAT_TEXT, value, value ? strlen(value) : 0);
}

void pg_param_bool(pg_params *p, bool value)
{
    char wire = value ? 1 : 0;
    add(p, OID_BOOL, FORMAT_BINARY, &wire, 1);
}

void pg_param_int4(pg_params *p, int32_t value)
{
    char wire[4];
    pg_store32(wire, (uint32_t)value);
    add(p, OID_INT4, FORMAT_BINARY, wire, sizeof(wire));
}

void pg_param_int8(pg_params *p, int64_t value)
{
    char wire[8];
    pg_store64(wire, (uint64_t)value);
    add(p, OID_INT8, FORMAT_BINARY, wire, sizeof(wire));
}

void pg_param_float8(pg_params *p, double value)
{
    char wire[8];
    pg_store64(wire, pg_float8_bits(value));
    add(p, OID_FLOAT8, FORMAT_BINARY, wire, sizeof(wire));
}

void pg_param_uuid(pg_params *p, const dbk_uuid *value)
{
    add(p, OID_UUID, FORMAT_BINARY, value ? value->bytes : NULL, value ? sizeof(value->bytes) : 0);
}

void pg_param_time(pg_params *p, int64_t wall_us)
{
    char wire[8];
    pg_store64(wire, (uint64_t)pg_time_to_wire(wall_us));
    add(p, OID_TIMESTAMPTZ, FORMAT_BINARY, wire, sizeof(wire));
}

void pg_param_bytes(pg_params *p, const void *data, size_t length)
{
    add(p, OID_BYTEA, FORMAT_BINARY, data, data ? length : 0);
}

/* Every item is quoted, so that no content ("NULL", braces, commas, blanks) can be taken for syntax; inside
 * quotes only the quote and the backslash are special. */
static void append_item(buf *b, const char *item)
{
    if (!item) {
        buf_append_str(b, "NULL");
        return;
    }
    buf_append_char(b, '"');
    for (const char *s = item; *s;) {
        size_t plain = strcspn(s, "\"\\");
        buf_append(b, s, plain);
        s += plain;
        if (*s) {
            buf_append_char(b, '\\');
            buf_append_char(b, *s++);
        }
    }
    buf_append_char(b, '"');
}

void pg_param_text_array(pg_params *p, const char *const *items, size_t count)
{
    if (!p || p->broken)
        return;
    assert(items || count == 0);
    buf b;
    buf_init(&b, ARRAY_BYTES_MAX);
    buf_append_char(&b, '{');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_append_char(&b, ',');
        append_item(&b, items[i]);
    }
    buf_append_char(&b, '}');
    if (b.state == BUF_OK)
        add(p, OID_INFER, FORMAT_TEXT, b.data, b.length);
    else
        p->broken = true;
    buf_term(&b);
}
