#include "bus/nats_verify.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bus/event_json.h"
#include "bus/slot.h"
#include "bus_sql.h"

#define PAGE_EVENTS 1000
#define PAGE_BYTES_MAX ((size_t)512 << 20)

typedef struct epoch {
    int32_t epoch;
    int64_t after_seq;
} epoch;

typedef struct verification {
    const nats_verify_options *o;
    arena *arena;
    arena *page; /* of the log */
    epoch *epochs;
    size_t epoch_count;
    bus_event *events;
    size_t event_count;
    size_t at;    /* the next of them */
    int64_t next; /* place that the stream has to have next */
    buf body;
    nats_verified found;
} verification;

static dbk_err *differ(verification *v, nats_difference_kind kind, int64_t seq, uint64_t stream_seq,
                       const char *what)
{
    v->found.differences[kind]++;
    return v->o->on_difference(v->o->ctx, &(nats_difference){kind, seq, stream_seq, what});
}

/* ---- the log ---- */

static dbk_err *load_epochs(verification *v)
{
    pg_rows *rows;
    dbk_err *e = pg_query(v->o->conn, v->arena, bus_verify_epochs, NULL, &rows);
    if (e)
        return e;
    v->epoch_count = pg_row_count(rows);
    v->epochs = arena_alloc(v->arena, (v->epoch_count + 1) * sizeof(*v->epochs));
    if (!v->epochs)
        return err_oom();
    for (size_t i = 0; i < v->epoch_count; i++) {
        v->epochs[i] = (epoch){(int32_t)pg_get_int8(rows, i, 0), pg_get_int8(rows, i, 1)};
        v->found.log_seq = pg_get_int8(rows, i, 2);
    }
    return NULL;
}

/* The log has a place of that epoch there: else the message is of a history that it lost, or of another log.
 */
static bool is_ours(const verification *v, bus_place place)
{
    int32_t found = 0;
    for (size_t i = 0; i < v->epoch_count && v->epochs[i].after_seq < place.seq; i++)
        found = v->epochs[i].epoch;
    return found == place.epoch && place.seq <= v->found.log_seq;
}

/* *out NULL: the log has nothing more at or after v->next. */
static dbk_err *next_event(verification *v, const bus_event **out)
{
    dbk_err *e = NULL;
    while (!e && v->at == v->event_count && v->next <= v->found.log_seq) {
        pg_rows *rows;
        arena_reset(v->page);
        pg_params *p = pg_params_new(v->page);
        pg_param_int8(p, v->next - 1);
        pg_param_int4(p, PAGE_EVENTS);
        e = pg_query(v->o->conn, v->page, bus_page, p, &rows);
        if (!e)
            e = bus_events_of(v->page, rows, &v->events);
        if (e)
            return e;
        v->event_count = pg_row_count(rows);
        v->at = 0;
        if (v->event_count == 0)
            v->next += PAGE_EVENTS;
    }
    *out = v->at < v->event_count ? &v->events[v->at] : NULL;
    return e;
}

static void step(verification *v)
{
    v->next = v->events[v->at++].place.seq + 1;
}

/* Everything of the log before the place is missing in the stream. */
static dbk_err *skip_to(verification *v, int64_t seq)
{
    const bus_event *event;
    dbk_err *e = next_event(v, &event);
    while (!e && event && event->place.seq < seq) {
        e = differ(v, NATS_MISSING, event->place.seq, 0, event->id);
        step(v);
        if (!e)
            e = next_event(v, &event);
    }
    return e;
}

/* ---- the stream ---- */

static bool header_is(const jetstream_message *m, const char *name, const char *value)
{
    const char *found = jetstream_header_find(m, name);
    return found && strcmp(found, value) == 0;
}

/* The id may have an ending, see sink_nats.c. */
static bool is_the_same(verification *v, const bus_event *event, const jetstream_message *m)
{
    char slot[16];
    buf_clear(&v->body);
    event_json_append(&v->body, event);
    size_t subject = strlen(v->o->to->subject), type = strlen(event->type), id = strlen(event->id);
    snprintf(slot, sizeof(slot), ".%d", slot_of(event->aggregate_type, event->aggregate_id));
    return v->body.state == BUF_OK && v->body.length == m->length &&
           memcmp(v->body.data, m->data, m->length) == 0 && header_is(m, NATS_HEADER_ID, event->id) &&
           header_is(m, NATS_HEADER_TYPE, event->type) && m->id && strncmp(m->id, event->id, id) == 0 &&
           (m->id[id] == '\0' || m->id[id] == ':') &&
           strlen(m->subject) == subject + 1 + type + strlen(slot) &&
           memcmp(m->subject, v->o->to->subject, subject) == 0 && m->subject[subject] == '.' &&
           memcmp(m->subject + subject + 1, event->type, type) == 0 &&
           strcmp(m->subject + subject + 1 + type, slot) == 0;
}

static dbk_err *take(void *ctx, const jetstream_message *m)
{
    verification *v = ctx;
    bus_place place;
    const bus_event *event;
    if (!nats_stream_place(m, &place))
        return differ(v, NATS_STRANGER, 0, m->seq, m->subject);
    if (!is_ours(v, place)) {
        v->found.lost++;
        return NULL;
    }
    if (place.seq < v->o->from_seq || (v->o->to_seq > 0 && place.seq > v->o->to_seq))
        return NULL;
    if (v->next == 0)
        v->next = v->found.first_seq = v->o->from_seq > 0 ? v->o->from_seq : place.seq;
    const char *id = jetstream_header_find(m, NATS_HEADER_ID);
    if (place.seq < v->next)
        return differ(v, NATS_REPEATED, place.seq, m->seq, id ? id : "");
    dbk_err *e = skip_to(v, place.seq);
    if (!e)
        e = next_event(v, &event);
    if (e)
        return e;
    v->found.last_seq = place.seq;
    /* What the log itself no longer keeps there cannot be compared. */
    if (!event || event->place.seq != place.seq)
        return NULL;
    if (is_the_same(v, event, m))
        v->found.equal++;
    else
        e = differ(v, NATS_CHANGED, place.seq, m->seq, event->id);
    step(v);
    return e;
}

/* With as many messages as places the first one can be found without reading those before it. */
static dbk_err *find_start(const verification *v, const nats_tail *tail, uint64_t *out)
{
    *out = 1;
    uint64_t behind = (uint64_t)(tail->place.seq - v->o->from_seq);
    uint64_t last = tail->last_seq - tail->removed;
    if (v->o->from_seq == 0 || tail->place.seq < v->o->from_seq || behind >= last)
        return NULL;
    bool found;
    jetstream_message m;
    bus_place place;
    dbk_err *e = jetstream_message_get(v->o->js, v->arena, v->o->to->stream, last - behind, &found, &m);
    if (!e && found && nats_stream_place(&m, &place) && place.seq == v->o->from_seq && is_ours(v, place))
        *out = m.seq;
    return e;
}

static dbk_err *compare(verification *v)
{
    nats_tail tail;
    uint64_t start;
    dbk_err *e = load_epochs(v);
    if (!e)
        e = nats_stream_tail(v->o->js, v->arena, v->o->to, &tail);
    if (!e)
        e = find_start(v, &tail, &start);
    const char *subject = arena_printf(v->arena, "%s.>", v->o->to->subject);
    if (!e && !subject)
        e = err_oom();
    if (!e)
        e = jetstream_read(v->o->js, v->o->to->stream, subject, start, tail.last_seq, take, v);
    if (e || v->o->to_seq == 0)
        return e;
    /* What was asked for and is behind the end of the stream. */
    int64_t last = v->o->to_seq < v->found.log_seq ? v->o->to_seq : v->found.log_seq;
    if (v->next == 0)
        v->next = v->found.first_seq = v->o->from_seq > 0 ? v->o->from_seq : 1;
    if (v->found.last_seq < last)
        v->found.last_seq = last;
    return skip_to(v, last + 1);
}

dbk_err *nats_verify(const nats_verify_options *o, nats_verified *out)
{
    assert(o->on_difference);
    verification v = {
        .o = o, .arena = arena_new(0), .page = arena_new(PAGE_BYTES_MAX), .found = {.first_seq = 1}};
    buf_init(&v.body, 0);
    dbk_err *e = v.arena && v.page ? compare(&v) : err_oom();
    buf_term(&v.body);
    arena_free(v.page);
    arena_free(v.arena);
    if (!e)
        *out = v.found;
    return e;
}
