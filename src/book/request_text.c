#include "book/request_text.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "core/json.h"
#include "core/utf8.h"
#include "core/uuid.h"

typedef enum field_type {
    FIELD_ID,
    FIELD_ID_OR_NULL, /* const dbk_uuid * */
    FIELD_TEXT,       /* NULL is left out */
    FIELD_INT,        /* int64_t */
    FIELD_TIME_OR_NOW,
    FIELD_EVENT, /* dbk_order_event_kind */
    FIELD_MARKS,
    FIELD_RATES
} field_type;

typedef struct field {
    const char *name;
    size_t offset;
    field_type type;
} field;

#define FIELD(struct_type, member, type)                                                                     \
    {                                                                                                        \
#member, offsetof(struct_type, member), FIELD_##type                                                 \
    }

static const field order_fields[] = {FIELD(dbk_order, account_id, ID),
                                     FIELD(dbk_order, order_id, ID),
                                     FIELD(dbk_order, instrument_id, ID),
                                     FIELD(dbk_order, side, TEXT),
                                     FIELD(dbk_order, type, TEXT),
                                     FIELD(dbk_order, qty, TEXT),
                                     FIELD(dbk_order, price, TEXT),
                                     FIELD(dbk_order, stop_price, TEXT),
                                     FIELD(dbk_order, time_in_force, TEXT),
                                     FIELD(dbk_order, position_key, TEXT),
                                     FIELD(dbk_order, run_id, ID_OR_NULL),
                                     FIELD(dbk_order, idempotency_key, TEXT),
                                     FIELD(dbk_order, submitted_us, TIME_OR_NOW),
                                     FIELD(dbk_order, reference_price, TEXT)};

static const field external_order_fields[] = {
    FIELD(dbk_external_order, account_id, ID),      FIELD(dbk_external_order, order_id, ID),
    FIELD(dbk_external_order, instrument_id, ID),   FIELD(dbk_external_order, side, TEXT),
    FIELD(dbk_external_order, type, TEXT),          FIELD(dbk_external_order, qty, TEXT),
    FIELD(dbk_external_order, price, TEXT),         FIELD(dbk_external_order, stop_price, TEXT),
    FIELD(dbk_external_order, time_in_force, TEXT), FIELD(dbk_external_order, exchange_order_id, TEXT),
    FIELD(dbk_external_order, position_key, TEXT),  FIELD(dbk_external_order, submitted_us, INT)};

static const field order_event_fields[] = {FIELD(dbk_order_event, account_id, ID),
                                           FIELD(dbk_order_event, order_id, ID),
                                           FIELD(dbk_order_event, event_id, ID),
                                           FIELD(dbk_order_event, kind, EVENT),
                                           FIELD(dbk_order_event, exchange_order_id, TEXT),
                                           FIELD(dbk_order_event, reason, TEXT),
                                           FIELD(dbk_order_event, occurred_us, TIME_OR_NOW),
                                           FIELD(dbk_order_event, qty, TEXT),
                                           FIELD(dbk_order_event, price, TEXT),
                                           FIELD(dbk_order_event, stop_price, TEXT)};

static const field fill_fields[] = {
    FIELD(dbk_fill, account_id, ID),       FIELD(dbk_fill, fill_id, ID),
    FIELD(dbk_fill, order_id, ID),         FIELD(dbk_fill, instrument_id, ID),
    FIELD(dbk_fill, side, TEXT),           FIELD(dbk_fill, qty, TEXT),
    FIELD(dbk_fill, price, TEXT),          FIELD(dbk_fill, fee, TEXT),
    FIELD(dbk_fill, fee_currency, TEXT),   FIELD(dbk_fill, liquidity, TEXT),
    FIELD(dbk_fill, venue_trade_id, TEXT), FIELD(dbk_fill, trade_discriminator, TEXT),
    FIELD(dbk_fill, position_key, TEXT),   FIELD(dbk_fill, filled_us, INT),
    FIELD(dbk_fill, fee_rate, TEXT)};

static const field bust_fields[] = {
    FIELD(dbk_bust, account_id, ID), FIELD(dbk_bust, event_id, ID),
    FIELD(dbk_bust, fill_id, ID),    FIELD(dbk_bust, leaves_qty, TEXT),
    FIELD(dbk_bust, reason, TEXT),   FIELD(dbk_bust, occurred_us, TIME_OR_NOW)};

static const field correction_fields[] = {
    FIELD(dbk_correction, account_id, ID),     FIELD(dbk_correction, event_id, ID),
    FIELD(dbk_correction, fill_id, ID),        FIELD(dbk_correction, qty, TEXT),
    FIELD(dbk_correction, price, TEXT),        FIELD(dbk_correction, fee, TEXT),
    FIELD(dbk_correction, fee_currency, TEXT), FIELD(dbk_correction, fee_rate, TEXT),
    FIELD(dbk_correction, reason, TEXT),       FIELD(dbk_correction, occurred_us, TIME_OR_NOW)};

static const field cash_fields[] = {FIELD(dbk_cash, account_id, ID), FIELD(dbk_cash, entry_id, ID),
                                    FIELD(dbk_cash, kind, TEXT),     FIELD(dbk_cash, currency, TEXT),
                                    FIELD(dbk_cash, amount, TEXT),   FIELD(dbk_cash, occurred_us, INT),
                                    FIELD(dbk_cash, reason, TEXT)};

static const field funding_fields[] = {
    FIELD(dbk_funding, account_id, ID),    FIELD(dbk_funding, payment_id, ID),
    FIELD(dbk_funding, instrument_id, ID), FIELD(dbk_funding, funding_us, INT),
    FIELD(dbk_funding, amount, TEXT),      FIELD(dbk_funding, rate, TEXT),
    FIELD(dbk_funding, mark, TEXT),        FIELD(dbk_funding, position_key, TEXT)};

static const field equity_fields[] = {
    FIELD(dbk_equity_point, account_id, ID), FIELD(dbk_equity_point, point_id, ID),
    FIELD(dbk_equity_point, as_of_us, INT),  FIELD(dbk_equity_point, marks, MARKS),
    FIELD(dbk_equity_point, rates, RATES),   FIELD(dbk_equity_point, run_id, ID_OR_NULL)};

static const field state_fields[] = {FIELD(state_request, account_id, ID),
                                     FIELD(state_request, snapshot_id, ID), FIELD(state_request, name, TEXT),
                                     FIELD(state_request, as_of_us, INT),
                                     FIELD(state_request, state_json, TEXT)};

static const field session_fields[] = {FIELD(session_request, session_id, ID),
                                       FIELD(session_request, program, TEXT),
                                       FIELD(session_request, version, TEXT),
                                       FIELD(session_request, host, TEXT), FIELD(session_request, pid, INT)};

typedef struct message_type {
    const field *fields;
    size_t count;
    size_t size;
    size_t id;  /* offset of the identity */
    bool sized; /* begins with its size */
} message_type;

#define TYPE(struct_type, fields, id, sized)                                                                 \
    {                                                                                                        \
        fields, sizeof(fields) / sizeof((fields)[0]), sizeof(struct_type), offsetof(struct_type, id), sized  \
    }

static const message_type types[REQUEST_KIND_COUNT] = {
    [DBK_CALL_ORDER_SUBMIT] = TYPE(dbk_order, order_fields, order_id, true),
    [DBK_CALL_ORDER_IMPORT] = TYPE(dbk_external_order, external_order_fields, order_id, true),
    [DBK_CALL_ORDER_RECORD] = TYPE(dbk_order_event, order_event_fields, order_id, true),
    [DBK_CALL_FILL_RECORD] = TYPE(dbk_fill, fill_fields, fill_id, true),
    [DBK_CALL_FILL_BUST] = TYPE(dbk_bust, bust_fields, event_id, true),
    [DBK_CALL_FILL_CORRECT] = TYPE(dbk_correction, correction_fields, event_id, true),
    [DBK_CALL_CASH_RECORD] = TYPE(dbk_cash, cash_fields, entry_id, true),
    [DBK_CALL_FUNDING_RECORD] = TYPE(dbk_funding, funding_fields, payment_id, true),
    [DBK_CALL_EQUITY_RECORD] = TYPE(dbk_equity_point, equity_fields, point_id, true),
    [REQUEST_FILLS] = TYPE(dbk_fill, fill_fields, fill_id, true),
    [REQUEST_STATE] = TYPE(state_request, state_fields, snapshot_id, false),
    [REQUEST_SESSION] = TYPE(session_request, session_fields, session_id, false),
};

const char *request_text_name(int kind)
{
    assert(kind >= 0 && kind < REQUEST_KIND_COUNT);
    if (kind == REQUEST_FILLS)
        return "dbk_fills_record";
    if (kind == REQUEST_STATE)
        return "dbk_state_save";
    return kind == REQUEST_SESSION ? "dbk_open" : request_name((dbk_call_kind)kind);
}

static const void *request_at(const request_message *message, size_t index)
{
    return message->kind == REQUEST_FILLS ? ((const dbk_fill *const *)message->request)[index]
                                          : message->request;
}

dbk_uuid request_text_id(const request_message *message, size_t index)
{
    dbk_uuid id;
    memcpy(&id, (const char *)request_at(message, index) + types[message->kind].id, sizeof(id));
    return id;
}

/* ---- writing ---- */

static void put_id(buf *out, const dbk_uuid *id)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(id, text);
    buf_printf(out, "\"%s\"", text);
}

static dbk_err *put_text(buf *out, const char *name, const char *text)
{
    if (text && !utf8_is_valid(text, strlen(text)))
        return err_with_sqlstate(err_new(ERR_INPUT, "%s is not UTF-8", name), "22021");
    json_append_string(out, text);
    return NULL;
}

static dbk_err *put_marks(buf *out, const dbk_equity_point *point)
{
    dbk_err *e = NULL;
    buf_append_char(out, '[');
    for (size_t i = 0; !e && i < point->mark_count; i++) {
        buf_append_str(out, i > 0 ? ",[" : "[");
        put_id(out, &point->marks[i].instrument_id);
        buf_append_char(out, ',');
        e = put_text(out, "a mark", point->marks[i].price);
        buf_append_char(out, ']');
    }
    buf_append_char(out, ']');
    return e;
}

static dbk_err *put_rates(buf *out, const dbk_equity_point *point)
{
    dbk_err *e = NULL;
    buf_append_char(out, '[');
    for (size_t i = 0; !e && i < point->rate_count; i++) {
        buf_append_str(out, i > 0 ? ",[" : "[");
        e = put_text(out, "the currency of a rate", point->rates[i].currency);
        buf_append_char(out, ',');
        if (!e)
            e = put_text(out, "a rate", point->rates[i].rate);
        buf_append_char(out, ']');
    }
    buf_append_char(out, ']');
    return e;
}

static bool is_left_out(const field *f, const void *at)
{
    const void *pointer = NULL;
    if (f->type == FIELD_TEXT || f->type == FIELD_ID_OR_NULL) {
        memcpy(&pointer, at, sizeof(pointer));
        return !pointer;
    }
    return false;
}

static dbk_err *put_value(buf *out, const field *f, const void *request, int64_t now_us)
{
    const void *at = (const char *)request + f->offset;
    int64_t number;
    switch (f->type) {
    case FIELD_ID:
        put_id(out, at);
        return NULL;
    case FIELD_ID_OR_NULL:
        put_id(out, *(const dbk_uuid *const *)at);
        return NULL;
    case FIELD_TEXT:
        return put_text(out, f->name, *(const char *const *)at);
    case FIELD_INT:
    case FIELD_TIME_OR_NOW:
        memcpy(&number, at, sizeof(number));
        buf_printf(out, "%lld", (long long)(number == 0 && f->type == FIELD_TIME_OR_NOW ? now_us : number));
        return NULL;
    case FIELD_EVENT:
        json_append_string(out, request_order_event_name(*(const dbk_order_event_kind *)at));
        return NULL;
    case FIELD_MARKS:
        return put_marks(out, request);
    case FIELD_RATES:
        break;
    }
    return put_rates(out, request);
}

static dbk_err *put_request(buf *out, int kind, const void *request, int64_t now_us)
{
    const message_type *type = &types[kind];
    dbk_order_event event;
    if (kind == DBK_CALL_ORDER_RECORD) {
        bool fits = request_order_event(request, &event);
        assert(fits);
        request = &event;
    }
    dbk_err *e = NULL;
    const char *before = "{\"";
    for (size_t i = 0; !e && i < type->count; i++) {
        const field *f = &type->fields[i];
        if (is_left_out(f, (const char *)request + f->offset))
            continue;
        buf_printf(out, "%s%s\":", before, f->name);
        before = ",\"";
        e = put_value(out, f, request, now_us);
    }
    buf_append_char(out, '}');
    return e;
}

dbk_err *request_text_write(const request_message *m, int64_t now_us, buf *out)
{
    dbk_err *e = NULL;
    buf_printf(out, "{\"call\":\"%s\",\"ctx\":", request_text_name(m->kind));
    json_append_string(out, m->ctx);
    buf_append_str(out, ",\"request\":");
    if (m->kind == REQUEST_FILLS)
        buf_append_char(out, '[');
    size_t count = m->kind == REQUEST_FILLS ? m->count : 1;
    for (size_t i = 0; !e && i < count; i++) {
        if (i > 0)
            buf_append_char(out, ',');
        e = put_request(out, m->kind, request_at(m, i), now_us);
    }
    if (m->kind == REQUEST_FILLS)
        buf_append_char(out, ']');
    buf_append_char(out, '}');
    return e ? e : buf_error(out);
}

/* ---- reading ---- */

static dbk_err *unreadable(const char *what)
{
    return err_new(ERR_INPUT, "the entry cannot be read: %s", what);
}

static dbk_err *get_id(const json_t *value, dbk_uuid *out)
{
    const char *text = json_string_value(value);
    return text ? uuid_parse(text, out) : unreadable("an id is missing");
}

static dbk_err *get_text(arena *a, const json_t *value, const char **out)
{
    *out = NULL;
    if (!value || json_is_null(value))
        return NULL;
    if (!json_is_string(value))
        return unreadable("a text is something else");
    *out = arena_strdup(a, json_string_value(value));
    return *out ? NULL : err_oom();
}

static dbk_err *get_event(const json_t *value, dbk_order_event_kind *out)
{
    const char *text = json_string_value(value);
    for (int kind = 0; text && request_order_event_name((dbk_order_event_kind)kind); kind++) {
        if (strcmp(text, request_order_event_name((dbk_order_event_kind)kind)) == 0) {
            *out = (dbk_order_event_kind)kind;
            return NULL;
        }
    }
    return unreadable("the kind of an order's event");
}

static dbk_err *get_marks(arena *a, const json_t *value, dbk_equity_point *point)
{
    size_t count = json_array_size(value);
    dbk_mark *marks = arena_alloc(a, (count + 1) * sizeof(*marks));
    dbk_err *e = marks ? NULL : err_oom();
    for (size_t i = 0; !e && i < count; i++) {
        const json_t *pair = json_array_get(value, i);
        e = get_id(json_array_get(pair, 0), &marks[i].instrument_id);
        if (!e)
            e = get_text(a, json_array_get(pair, 1), &marks[i].price);
    }
    point->marks = marks;
    point->mark_count = count;
    return e;
}

static dbk_err *get_rates(arena *a, const json_t *value, dbk_equity_point *point)
{
    size_t count = json_array_size(value);
    dbk_rate *rates = arena_alloc(a, (count + 1) * sizeof(*rates));
    dbk_err *e = rates ? NULL : err_oom();
    for (size_t i = 0; !e && i < count; i++) {
        const json_t *pair = json_array_get(value, i);
        e = get_text(a, json_array_get(pair, 0), &rates[i].currency);
        if (!e)
            e = get_text(a, json_array_get(pair, 1), &rates[i].rate);
    }
    point->rates = rates;
    point->rate_count = count;
    return e;
}

static dbk_err *get_id_or_null(arena *a, const json_t *value, const dbk_uuid **out)
{
    *out = NULL;
    if (!value)
        return NULL;
    dbk_uuid *id = arena_alloc(a, sizeof(*id));
    if (!id)
        return err_oom();
    *out = id;
    return get_id(value, id);
}

static dbk_err *get_value(arena *a, const field *f, const json_t *value, void *request)
{
    void *at = (char *)request + f->offset;
    int64_t number;
    switch (f->type) {
    case FIELD_ID:
        return get_id(value, at);
    case FIELD_ID_OR_NULL:
        return get_id_or_null(a, value, at);
    case FIELD_TEXT:
        return get_text(a, value, at);
    case FIELD_INT:
    case FIELD_TIME_OR_NOW:
        number = (int64_t)json_integer_value(value);
        memcpy(at, &number, sizeof(number));
        return json_is_integer(value) ? NULL : unreadable("a number is missing");
    case FIELD_EVENT:
        return get_event(value, at);
    case FIELD_MARKS:
        return get_marks(a, value, request);
    case FIELD_RATES:
        break;
    }
    return get_rates(a, value, request);
}

static dbk_err *get_request(arena *a, const message_type *type, const json_t *object, const void **out)
{
    char *request = arena_alloc(a, type->size);
    if (!request)
        return err_oom();
    if (type->sized)
        memcpy(request, &type->size, sizeof(type->size));
    dbk_err *e = json_is_object(object) ? NULL : unreadable("the request is no object");
    for (size_t i = 0; !e && i < type->count; i++)
        e = get_value(a, &type->fields[i], json_object_get(object, type->fields[i].name), request);
    *out = request;
    return e;
}

static dbk_err *get_fills(arena *a, const json_t *array, request_message *out)
{
    size_t count = json_array_size(array);
    const void **fills = arena_alloc(a, (count + 1) * sizeof(*fills));
    if (!fills)
        return err_oom();
    dbk_err *e = count > 0 ? NULL : unreadable("the fills are missing");
    for (size_t i = 0; !e && i < count; i++)
        e = get_request(a, &types[REQUEST_FILLS], json_array_get(array, i), &fills[i]);
    out->request = fills;
    out->count = count;
    return e;
}

static int kind_of(const char *name)
{
    int kind = 0;
    while (name && kind < REQUEST_KIND_COUNT && strcmp(request_text_name(kind), name) != 0)
        kind++;
    return name ? kind : REQUEST_KIND_COUNT;
}

static dbk_err *get_message(arena *a, const json_t *root, request_message *out)
{
    request_message m = {.kind = kind_of(json_string_value(json_object_get(root, "call")))};
    if (m.kind == REQUEST_KIND_COUNT)
        return unreadable("it names no call that this version knows");
    dbk_err *e = get_text(a, json_object_get(root, "ctx"), &m.ctx);
    if (e || !m.ctx)
        return e ? e : unreadable("its context is missing");
    const json_t *request = json_object_get(root, "request");
    e = m.kind == REQUEST_FILLS ? get_fills(a, request, &m)
                                : get_request(a, &types[m.kind], request, &m.request);
    if (!e)
        *out = m;
    return e;
}

dbk_err *request_text_read(arena *a, const char *text, size_t length, request_message *out)
{
    json_t *root = NULL;
    dbk_err *e = json_parse(text, length, "the entry", &root);
    if (!e)
        e = get_message(a, root, out);
    json_decref(root);
    return e;
}
