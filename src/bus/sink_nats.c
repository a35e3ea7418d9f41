/* The log in a stream of JetStream.
 *
 * The stream's own last message says where it stands, and each message which one it expects to follow, so
 * what a process had on its way when it ended, and what another one publishes meanwhile, can neither double
 * nor reorder nor skip anything. Whatever goes wrong is an error: the sink is closed, opened again, and asks
 * the stream. */
#include "bus/sinks.h"

#include <inttypes.h>
#include <string.h>

#include "bus/event_json.h"
#include "bus/nats_stream.h"
#include "bus/slot.h"
#include "core/int_text.h"
#include "core/json_span.h"
#include "core/mem.h"

/* Messages on the way at once: what a broken connection may leave in doubt, and what both sides keep. */
#define FLIGHT_MAX 1024
#define SCRATCH_BYTES_MAX ((size_t)64 << 20)
#define HEADERS_MAX 6
#define HEADER_BYTES_MAX 1024
#define JSON_VALUES_MAX 256

struct sink {
    const sink_options *options;
    arena *arena;
    arena *scratch; /* of one event */
    nats_address to;
    jetstream *js;
    nats_address replays_to;
    jetstream *replays; /* NULL until there is one */
    uint64_t base_seq;  /* of the stream, where the flight began */
    uint64_t sent_seq;
    uint64_t told_seq;   /* so far the metric */
    uint64_t removed;    /* so many events get ids that the broker does not remember */
    uint64_t removed_at; /* where the stream stood then */
    bus_place *places;   /* of what is on the way, by place in the stream modulo their number */
    buf body;
    json_spans spans;
    metric *acknowledged, *duplicates, *moved, *strangers, *replayed;
};

static void make_metrics(sink *s)
{
    metrics *m = s->options->metrics;
    const char *name = s->options->name;
    s->acknowledged =
        metrics_counter(m, "nats_acknowledged_total", "Messages that the stream acknowledged.", "sink", name);
    s->duplicates = metrics_counter(m, "nats_duplicates_total",
                                    "Messages that the stream said it had already.", "sink", name);
    s->moved = metrics_counter(m, "nats_moved_total",
                               "How often the stream did not stand where it was expected.", "sink", name);
    s->replayed = metrics_counter(m, "nats_replayed_total",
                                  "Events that were published once more, as replays.", "sink", name);
    s->strangers =
        metrics_counter(m, "nats_strangers_total",
                        "Messages of others at the end of the stream when it was opened.", "sink", name);
}

static void nats_close(sink *s)
{
    if (!s)
        return;
    jetstream_free(s->replays);
    jetstream_free(s->js);
    json_spans_term(&s->spans);
    buf_term(&s->body);
    arena_free(s->scratch);
    arena_free(s->arena);
    mem_free(s->places);
    mem_free(s);
}

static dbk_err *open_one(sink *s, jetstream **out)
{
    char *name = arena_printf(s->arena, "daybook relay %s", s->options->name);
    if (!name)
        return err_oom();
    return jetstream_open(&(jetstream_options){.servers = s->to.servers,
                                               .name = name,
                                               .access = jetstream_access_of_environment(),
                                               .flight_max = FLIGHT_MAX,
                                               .interrupt = s->options->stop},
                          out);
}

static dbk_err *connect_to(sink *s)
{
    dbk_err *e = nats_address_parse(s->arena, s->options->address, &s->to);
    if (!e)
        e = open_one(s, &s->js);
    return e ? e : nats_stream_prepare(s->js, s->arena, &s->to, s->options->log);
}

static dbk_err *nats_open(const sink_options *o, sink **out)
{
    sink *s = mem_alloc(sizeof(*s));
    if (!s)
        return err_oom();
    s->options = o;
    s->arena = arena_new(SCRATCH_BYTES_MAX);
    s->scratch = arena_new(SCRATCH_BYTES_MAX);
    s->places = mem_alloc((FLIGHT_MAX + 1) * sizeof(*s->places));
    buf_init(&s->body, 0);
    json_spans_init(&s->spans, JSON_VALUES_MAX);
    make_metrics(s);
    dbk_err *e = s->arena && s->scratch && s->places ? connect_to(s) : err_oom();
    if (e) {
        nats_close(s);
        return err_wrap(e, "while opening the sink %s", o->name);
    }
    *out = s;
    return NULL;
}

/* ---- where it stands ---- */

static void tell_strangers(const sink *s, const nats_tail *tail)
{
    if (tail->strangers == 0)
        return;
    metric_add(s->strangers, (int64_t)tail->strangers);
    log_fields(s->options->log, LOG_WARNING,
               "somebody else publishes into the stream: let nobody but the relay, since readers expect only "
               "the log there",
               LOG_STR("stream", s->to.stream), LOG_STR("subject", tail->stranger_subject),
               LOG_INT("at", tail->stranger_seq), LOG_INT("messages", tail->strangers));
}

/* An empty stream holds nothing of the log, unless that was long ago: then the cursor knows. */
static dbk_err *nats_sink_tail(sink *s, bus_place *out, bool *known)
{
    nats_tail tail;
    dbk_err *e = nats_stream_tail(s->js, s->arena, &s->to, &tail);
    if (!e)
        e = jetstream_flight_begin(s->js, s->to.stream, tail.last_seq);
    if (e)
        return e;
    tell_strangers(s, &tail);
    s->base_seq = s->sent_seq = s->told_seq = tail.last_seq;
    s->removed = tail.removed;
    s->removed_at = tail.last_seq;
    *out = tail.place;
    *known = !tail.expired;
    return NULL;
}

/* ---- messages ---- */

/* A header ends with its line: what would end it is written as %0A and the like. */
static const char *header_text(arena *a, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t length = strnlen(text, HEADER_BYTES_MAX);
    char *out = arena_alloc(a, length * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == 0x7f || c == '%') {
            out[n++] = '%';
            out[n++] = hex[c >> 4];
            out[n++] = hex[c & 15];
        } else {
            out[n++] = (char)c;
        }
    }
    return out;
}

/* Of the context what links events of one cause: NULL when there is none. */
static dbk_err *trace_of(sink *s, const char *ctx, const char **out)
{
    static const char key[] = "correlation";
    json_span_end outcome = JSON_SPAN_INVALID;
    size_t end;
    *out = NULL;
    if (!ctx || !strstr(ctx, key))
        return NULL;
    dbk_err *e = json_spans_begin(&s->spans, ctx, strlen(ctx), true, &outcome, &end);
    if (e || outcome != JSON_SPAN_WHOLE)
        return e;
    const json_span *all = s->spans.values;
    for (uint32_t at = 1; at < all->next; at = all[at + 1].next)
        if (all[at].length == sizeof(key) - 1 && memcmp(all[at].text, key, sizeof(key) - 1) == 0 &&
            all[at + 1].kind == JSON_SPAN_STRING) {
            *out = arena_strndup(s->scratch, all[at + 1].text, all[at + 1].length);
            return *out ? NULL : err_oom();
        }
    return NULL;
}

/* Where messages were removed from the stream's end the broker may still know their ids, and would take the
 * events for repetitions and drop them. */
static const char *id_of(sink *s, const bus_event *event)
{
    if (s->sent_seq - s->base_seq >= s->removed)
        return event->id;
    return arena_printf(s->scratch, "%s:s%" PRIu64, event->id, s->removed_at);
}

/* Counts why the flight ended, and says what to do about an event that is too long. */
static dbk_err *ended(sink *s, dbk_err *e, const bus_event *event)
{
    jetstream_stop why = jetstream_flight_ended(s->js);
    if (why == JETSTREAM_DUPLICATE)
        metric_add(s->duplicates, 1);
    if (why == JETSTREAM_MOVED)
        metric_add(s->moved, 1);
    if (event && err_code(e) == ERR_LIMIT)
        return err_with_hint(
            e,
            "event %" PRId64
            " has %zu bytes and the broker takes %zu with their headers: raise its max_payload",
            event->place.seq, s->body.length, jetstream_message_bytes_max(s->js));
    return e;
}

static const char *number_text(arena *a, int64_t value)
{
    char *text = arena_alloc(a, INT_TEXT_SIZE);
    if (text)
        int_text(value, text);
    return text;
}

/* The three with a character between each two. */
static char *joined(arena *a, const char *first, const char *second, char between, const char *third)
{
    size_t lengths[] = {strlen(first), strlen(second), strlen(third)};
    char *out = arena_alloc(a, lengths[0] + lengths[1] + lengths[2] + 3), *at = out;
    if (!out)
        return NULL;
    memcpy(at, first, lengths[0]);
    at += lengths[0];
    if (lengths[0] > 0)
        *at++ = between;
    memcpy(at, second, lengths[1]);
    at += lengths[1];
    *at++ = between;
    memcpy(at, third, lengths[2] + 1);
    return out;
}

/* All of a message but its subject and its id; lives until the scratch arena is reset. Without printf, which
 * was a quarter of what publishing takes of us. */
static dbk_err *fill(sink *s, const bus_event *event, jetstream_header headers[HEADERS_MAX],
                     jetstream_message *out)
{
    arena *a = s->scratch;
    const char *trace;
    char *aggregate = joined(a, "", event->aggregate_type, '/', event->aggregate_id);
    dbk_err *e = aggregate ? trace_of(s, event->ctx, &trace) : err_oom();
    if (e)
        return e;
    size_t count = 0;
    headers[count++] = (jetstream_header){NATS_HEADER_SEQ, number_text(a, event->place.seq)};
    headers[count++] = (jetstream_header){NATS_HEADER_EPOCH, number_text(a, event->place.epoch)};
    headers[count++] = (jetstream_header){NATS_HEADER_AGGREGATE, header_text(a, aggregate)};
    headers[count++] = (jetstream_header){NATS_HEADER_ID, event->id};
    headers[count++] = (jetstream_header){NATS_HEADER_TYPE, event->type};
    if (trace)
        headers[count++] = (jetstream_header){NATS_HEADER_TRACE, trace};
    buf_clear(&s->body);
    event_json_append(&s->body, event);
    *out = (jetstream_message){
        .headers = headers, .header_count = count, .data = s->body.data, .length = s->body.length};
    if (!headers[0].value || !headers[1].value || !headers[2].value)
        return err_oom();
    return buf_error(&s->body);
}

static dbk_err *publish(sink *s, const bus_event *event)
{
    jetstream_header headers[HEADERS_MAX];
    jetstream_message m;
    dbk_err *e = fill(s, event, headers, &m);
    if (e)
        return e;
    const char *slot = number_text(s->scratch, slot_of(event->aggregate_type, event->aggregate_id));
    m.subject = slot ? joined(s->scratch, s->to.subject, event->type, '.', slot) : NULL;
    m.id = id_of(s, event);
    e = m.subject && m.id ? jetstream_publish(s->js, &m) : err_oom();
    if (e)
        return ended(s, e, event);
    s->places[++s->sent_seq % (FLIGHT_MAX + 1)] = event->place;
    return NULL;
}

static dbk_err *nats_write(sink *s, const bus_event *events, size_t count)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < count; i++) {
        e = publish(s, &events[i]);
        arena_reset(s->scratch);
    }
    return e;
}

static dbk_err *nats_settle(sink *s, bool all, bus_place *durable)
{
    dbk_err *e = jetstream_flight_settle(s->js, all);
    if (e)
        return ended(s, e, NULL);
    uint64_t acknowledged = jetstream_flight_acknowledged(s->js);
    if (acknowledged > s->base_seq)
        *durable = s->places[acknowledged % (FLIGHT_MAX + 1)];
    metric_add(s->acknowledged, (int64_t)(acknowledged - s->told_seq));
    s->told_seq = acknowledged;
    return NULL;
}

/* ---- once more ---- */

/* In a stream beside the log's, over a connection of its own, made when the first replay comes. */
static dbk_err *open_replays(sink *s)
{
    s->replays_to = s->to;
    char *stream = arena_printf(s->arena, "%s_REPLAY", s->to.stream);
    char *subject = arena_printf(s->arena, "%s-replay", s->to.subject);
    if (!stream || !subject)
        return err_oom();
    s->replays_to.stream = stream;
    s->replays_to.subject = subject;
    dbk_err *e = open_one(s, &s->replays);
    return e ? e : nats_stream_prepare(s->replays, s->arena, &s->replays_to, s->options->log);
}

/* The id has the place in the stream at its end: the broker would drop what it has seen a moment ago. */
static dbk_err *publish_again(sink *s, const bus_event *event, uint64_t seq)
{
    jetstream_header headers[HEADERS_MAX];
    jetstream_message m;
    dbk_err *e = fill(s, event, headers, &m);
    if (e)
        return e;
    m.subject = arena_printf(s->scratch, "%s.%s.%s", s->replays_to.subject, s->options->name, event->type);
    m.id = arena_printf(s->scratch, "%s:r%" PRIu64, event->id, seq);
    return m.subject && m.id ? jetstream_publish(s->replays, &m) : err_oom();
}

static dbk_err *nats_replay(sink *s, const bus_event *events, size_t count)
{
    bool found = false;
    jetstream_info info;
    dbk_err *e = s->replays ? NULL : open_replays(s);
    if (!e)
        e = jetstream_stream_find(s->replays, s->scratch, s->replays_to.stream, &found, &info);
    if (!e && !found)
        e = err_new(ERR_NOT_FOUND, "there is no stream %s", s->replays_to.stream);
    if (!e)
        e = jetstream_flight_begin(s->replays, s->replays_to.stream, info.last_seq);
    for (size_t i = 0; !e && i < count; i++) {
        e = publish_again(s, &events[i], info.last_seq + 1 + i);
        arena_reset(s->scratch);
    }
    if (!e)
        e = jetstream_flight_settle(s->replays, true);
    if (!e)
        metric_add(s->replayed, (int64_t)count);
    return e ? err_wrap(e, "while publishing a replay") : NULL;
}

/* ---- looking from outside ---- */

static dbk_err *nats_look(const sink_options *o, arena *a, bus_place *out, bool *known)
{
    nats_tail tail;
    sink s = {.options = o, .arena = a};
    dbk_err *e = nats_address_parse(a, o->address, &s.to);
    if (!e)
        e = open_one(&s, &s.js);
    if (!e)
        e = nats_stream_tail(s.js, a, &s.to, &tail);
    jetstream_free(s.js);
    if (!e && tail.expired)
        e = err_new(ERR_UNKNOWN, "the stream %s is empty, and what it had was as old as it keeps",
                    s.to.stream);
    if (e)
        return e;
    *out = tail.place;
    *known = tail.place.seq > 0;
    return NULL;
}

#define NATS_HELP "nats://HOST:PORT[?stream=NAME&…]   a stream of NATS JetStream"

const sink_ops sink_nats = {.prefix = "nats://",
                            .is_url = true,
                            .name = "nats",
                            .help = NATS_HELP,
                            .open = nats_open,
                            .tail = nats_sink_tail,
                            .write = nats_write,
                            .settle = nats_settle,
                            .replay = nats_replay,
                            .close = nats_close,
                            .look = nats_look};
const sink_ops sink_nats_tls = {.prefix = "tls://",
                                .is_url = true,
                                .name = "nats",
                                .help = "tls://HOST:PORT[?stream=NAME&…]    the same, over TLS only",
                                .open = nats_open,
                                .tail = nats_sink_tail,
                                .write = nats_write,
                                .settle = nats_settle,
                                .replay = nats_replay,
                                .close = nats_close,
                                .look = nats_look};
