/* sqlite_event.c: events and the audit log of a book in a file, as a server has them, so that nothing is lost
 * when the book moves to one. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "book/sqlite_book_sql.h"
#include "book/sqlite_store_int.h"
#include "core/json.h"

/* Event types and what they happen to, as bus.domain_event_type declares them. */
static const struct {
    const char *type, *aggregate_type;
} declared[] = {
    {"ops.session_opened", "session"},
    {"ops.session_closed", "session"},
    {"ref.currency_registered", "currency"},
    {"ref.venue_registered", "venue"},
    {"ref.instrument_registered", "instrument"},
    {"trading.account_opened", "account"},
    {"trading.account_closed", "account"},
    {"trading.account_close_refused", "account"},
    {"trading.run_started", "run"},
    {"trading.run_finished", "run"},
    {"trading.state_saved", "state"},
    {"trading.decision_recorded", "decision"},
    {"trading.cash_recorded", "cash"},
    {"trading.equity_recorded", "equity"},
    {"trading.funding_recorded", "position"},
    {"trading.fill_event_kept", "account"},
    {"trading.account_reconciled", "account"},
    {"trading.performance_recorded", "performance"},
    {"trading.account_move_stepped", "move"},
    {"trading.move_refused", "move"},
    {"trading.rows_taken", "move"},
};

static const char *aggregate_type_of(const char *type)
{
    for (size_t i = 0; i < sizeof(declared) / sizeof(declared[0]); i++)
        if (strcmp(declared[i].type, type) == 0)
            return declared[i].aggregate_type;
    return "order"; /* everything else that happens in the book happens to an order */
}

/* ---- payloads ---- */

#define PAYLOAD_BYTES_MAX ((size_t)16 << 20)

struct payload {
    buf text;
    bool complete;
};

static void drop(void *p)
{
    buf_term(&((payload *)p)->text);
}

payload *payload_new(sqlite_call *c)
{
    payload *p = arena_alloc(c->a, sizeof(*p));
    if (!p)
        return NULL;
    buf_init(&p->text, PAYLOAD_BYTES_MAX);
    return arena_defer(c->a, drop, p) ? p : NULL;
}

static void key(payload *p, const char *name)
{
    buf_append_char(&p->text, p->text.length == 0 ? '{' : ',');
    json_append_string(&p->text, name);
    buf_append_char(&p->text, ':');
}

void payload_text(payload *p, const char *name, const char *value)
{
    if (!p || !value)
        return;
    key(p, name);
    json_append_string(&p->text, value);
}

void payload_json(payload *p, const char *name, const char *value)
{
    if (!p || !value)
        return;
    key(p, name);
    buf_append_str(&p->text, value);
}

void payload_int8(payload *p, const char *name, int64_t value)
{
    char text[32];
    snprintf(text, sizeof(text), "%" PRId64, value);
    payload_json(p, name, text);
}

void payload_bool(payload *p, const char *name, bool value)
{
    payload_json(p, name, value ? "true" : "false");
}

void payload_uuid(payload *p, const char *name, const dbk_uuid *value)
{
    char text[UUID_TEXT_SIZE];
    if (!value)
        return;
    uuid_format(value, text);
    payload_text(p, name, text);
}

void payload_wide(payload *p, const char *name, wide value)
{
    char text[WIDE_TEXT_SIZE];
    wide_format(value, text);
    payload_text(p, name, text);
}

void payload_amount(payload *p, const char *name, maybe_amount value)
{
    char text[DECIMAL_TEXT_SIZE];
    if (!value.known)
        return;
    decimal_format(value.value, text);
    payload_text(p, name, text);
}

void payload_time(payload *p, const char *name, int64_t wall_us)
{
    char text[CLOCK_ISO_SIZE];
    clock_iso(wall_us, text);
    payload_text(p, name, text);
}

dbk_err *payload_finish(payload *p, const char **out)
{
    if (!p)
        return err_oom();
    if (!p->complete)
        buf_append_str(&p->text, p->text.length == 0 ? "{}" : "}");
    p->complete = true;
    *out = p->text.data;
    return buf_error(&p->text);
}

/* ---- writing ---- */

static dbk_err *next_version(sqlite_call *c, const char *aggregate_type, const char *aggregate_id,
                             int64_t *out)
{
    sq q = sq_of(c, sqlite_book_head_next);
    sq_text(&q, aggregate_type);
    sq_text(&q, aggregate_id);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    if (e)
        return e;
    assert(found);
    *out = sq_get_int8(&q, 0);
    return sq_done(&q);
}

dbk_err *sqlite_emit(sqlite_call *c, const book_event *event)
{
    const char *aggregate_type = aggregate_type_of(event->type), *payload = NULL;
    char id[UUID_TEXT_SIZE];
    dbk_uuid event_id;
    int64_t version = event->version;
    if (event->aggregate)
        uuid_format(event->aggregate, id);
    const char *aggregate_id = event->aggregate ? id : event->aggregate_id;
    dbk_err *e = payload_finish(event->payload, &payload);
    if (!e && version == 0)
        e = next_version(c, aggregate_type, aggregate_id, &version);
    if (!e)
        e = uuid_v7(clock_system(), &event_id);
    if (e)
        return e;
    sq q = sq_of(c, sqlite_book_event_insert);
    sq_uuid(&q, &event_id);
    sq_text(&q, event->type);
    sq_uuid(&q, event->account_id);
    sq_text(&q, aggregate_type);
    sq_text(&q, aggregate_id);
    sq_int8(&q, version);
    sq_int8(&q, event->has_occurred ? event->occurred_us : c->now_us);
    sq_int8(&q, c->now_us);
    sq_text(&q, payload);
    sq_ctx(&q);
    return sq_run(&q);
}

dbk_err *sqlite_audit(sqlite_call *c, const audit_entry *entry)
{
    const char *detail = NULL;
    dbk_err *e = entry->detail ? payload_finish(entry->detail, &detail) : NULL;
    if (e)
        return e;
    char id[UUID_TEXT_SIZE];
    if (entry->subject)
        uuid_format(entry->subject, id);
    sq q = sq_of(c, sqlite_book_audit_insert);
    sq_int8(&q, c->now_us);
    sq_text(&q, entry->action);
    sq_text(&q, entry->subject_type);
    sq_text(&q, entry->subject ? id : entry->subject_id);
    sq_uuid(&q, entry->account_id);
    sq_text(&q, entry->outcome);
    sq_text(&q, entry->code);
    sq_text(&q, detail);
    sq_text(&q, c->s->role);
    sq_ctx(&q);
    return sq_run(&q);
}
