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
    uint64_t base_seq; /* of the stream, where the flight began */
    uint64_t sent_seq;
    uint64_t told_seq;   /* so far the metric */
    uint64_t removed;    /* so many events get ids that the broker does not remember */
    uint64_t removed_at; /* where the stream stood then */
    bus_place *places;   /* of what is on the way, by place in the stream modulo their number */
    buf body;
    json_spans spans;
    metric *acknowledged, *duplicates, *moved, *strangers;
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
    s->strangers =
        metrics_counter(m, "nats_strangers_total",
                        "Messages of others at the end of the stream when it was opened.", "sink", name);
}

static void nats_close(sink *s)
{
    if (!s)
        return;
    jetstream_free(s->js);
    json_spans_term(&s->spans);
    buf_term(&s->body);
    arena_free(s->scratch);
    arena_free(s->arena);
    mem_free(s->places);
    mem_free(s);
}

static dbk_err *connect_to(sink *s)
{
    char *name = arena_printf(s->arena, "daybook relay %s", s->options->name);
    dbk_err *e = name ? nats_address_parse(s->arena, s->options->address, &s->to) : err_oom();
    if (!e)
        e = jetstream_open(&(jetstream_options){.servers = s->to.servers,
                                                .name = name,
                                                .access = jetstream_access_of_environment(),
                                                .flight_max = FLIGHT_MAX,
                                                .interrupt = s->options->stop},
                           &s->js);
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

static dbk_err *publish(sink *s, const bus_event *event)
{
    arena *a = s->scratch;
    const char *trace;
    dbk_err *e = trace_of(s, event->ctx, &trace);
    if (e)
        return e;
    jetstream_header headers[HEADERS_MAX] = {
        {NATS_HEADER_SEQ, arena_printf(a, "%" PRId64, event->place.seq)},
        {NATS_HEADER_EPOCH, arena_printf(a, "%" PRId32, event->place.epoch)},
        {NATS_HEADER_ID, event->id},
        {NATS_HEADER_TYPE, event->type},
        {NATS_HEADER_AGGREGATE,
         header_text(a, arena_printf(a, "%s/%s", event->aggregate_type, event->aggregate_id))},
    };
    size_t count = HEADERS_MAX - 1;
    if (trace)
        headers[count++] = (jetstream_header){NATS_HEADER_TRACE, trace};
    buf_clear(&s->body);
    event_json_append(&s->body, event);
    jetstream_message m = {.subject = arena_printf(a, "%s.%s.%d", s->to.subject, event->type,
                                                   slot_of(event->aggregate_type, event->aggregate_id)),
                           .id = id_of(s, event),
                           .headers = headers,
                           .header_count = count,
                           .data = s->body.data,
                           .length = s->body.length};
    e = buf_error(&s->body);
    if (e || !m.subject || !m.id || !headers[0].value || !headers[1].value || !headers[4].value)
        return e ? e : err_oom();
    e = jetstream_publish(s->js, &m);
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

#define NATS_HELP "nats://HOST:PORT[?stream=NAME&…]   a stream of NATS JetStream"

const sink_ops sink_nats = {.prefix = "nats://",
                            .is_url = true,
                            .name = "nats",
                            .help = NATS_HELP,
                            .open = nats_open,
                            .tail = nats_sink_tail,
                            .write = nats_write,
                            .settle = nats_settle,
                            .close = nats_close};
const sink_ops sink_nats_tls = {.prefix = "tls://",
                                .is_url = true,
                                .name = "nats",
                                .help = "tls://HOST:PORT[?stream=NAME&…]    the same, over TLS only",
                                .open = nats_open,
                                .tail = nats_sink_tail,
                                .write = nats_write,
                                .settle = nats_settle,
                                .close = nats_close};
