/* Messages that are in a stream. */
#include <inttypes.h>
#include <string.h>

#include "core/mem.h"
#include "nats/jetstream_int.h"

const char *jetstream_header_find(const jetstream_message *m, const char *name)
{
    for (size_t i = 0; i < m->header_count; i++)
        if (strcmp(m->headers[i].name, name) == 0)
            return m->headers[i].value;
    return NULL;
}

static dbk_err *copy_headers(arena *a, natsMsg *from, jetstream_message *out)
{
    const char **names = NULL;
    int count = 0;
    natsStatus s = natsMsgHeader_Keys(from, &names, &count);
    if (s == NATS_NOT_FOUND)
        return NULL;
    if (s != NATS_OK)
        return jetstream_error(s, 0, "while reading the headers of a message");
    jetstream_header *headers = arena_alloc(a, ((size_t)count + 1) * sizeof(*headers));
    for (int i = 0; headers && i < count; i++) {
        const char *value = NULL;
        s = natsMsgHeader_Get(from, names[i], &value);
        headers[i].name = arena_strdup(a, names[i]);
        headers[i].value = arena_strdup(a, s == NATS_OK && value ? value : "");
        if (!headers[i].name || !headers[i].value)
            headers = NULL;
    }
    mem_free((void *)names); /* the library took them from the heap and gives them away */
    if (!headers)
        return err_oom();
    out->headers = headers;
    out->header_count = (size_t)count;
    out->id = jetstream_header_find(out, "Nats-Msg-Id");
    return NULL;
}

static dbk_err *copy_message(arena *a, natsMsg *from, uint64_t seq, jetstream_message *out)
{
    size_t length = (size_t)natsMsg_GetDataLength(from);
    jetstream_message m = {.seq = seq,
                           .subject = arena_strdup(a, natsMsg_GetSubject(from)),
                           .data = arena_strndup(a, length ? natsMsg_GetData(from) : "", length),
                           .length = length};
    dbk_err *e = m.subject && m.data ? copy_headers(a, from, &m) : err_oom();
    if (!e)
        *out = m;
    return e;
}

dbk_err *jetstream_message_get(jetstream *js, arena *a, const char *stream, uint64_t seq, bool *found,
                               jetstream_message *out)
{
    natsMsg *got = NULL;
    jsErrCode code = 0;
    natsStatus s = js_GetMsg(&got, js->context, stream, seq, NULL, &code);
    if (code == JSNoMessageFoundErr || s == NATS_NOT_FOUND) {
        *found = false;
        return NULL;
    }
    if (s != NATS_OK)
        return jetstream_error(s, code, "while reading a message of the stream");
    dbk_err *e = copy_message(a, got, seq, out);
    natsMsg_Destroy(got);
    if (!e)
        *found = true;
    return e;
}

/* ---- many ---- */

typedef struct reading {
    jetstream *js;
    arena *arena;
    const char *stream, *subject;
    natsSubscription *from;
    uint64_t next_seq; /* everything before it was taken, or is not there */
    uint64_t last_seq;
    dbk_err *(*take)(void *ctx, const jetstream_message *m);
    void *ctx;
    bool paused; /* the server says that it has sent what there is */
} reading;

static dbk_err *take_message(reading *r, natsMsg *got)
{
    jsMsgMetaData *meta = NULL;
    natsStatus s = natsMsg_GetMetaData(&meta, got);
    if (s != NATS_OK)
        return jetstream_error(s, 0, "while reading the stream");
    uint64_t seq = meta->Sequence.Stream;
    r->paused = meta->NumPending == 0;
    jsMsgMetaData_Destroy(meta);
    r->next_seq = seq + 1;
    if (seq > r->last_seq)
        return NULL;
    jetstream_message m;
    dbk_err *e = copy_message(r->arena, got, seq, &m);
    if (!e)
        e = r->take(r->ctx, &m);
    arena_reset(r->arena);
    return e;
}

static dbk_err *take_until_paused(reading *r)
{
    dbk_err *e = NULL;
    while (!e && !r->paused && r->next_seq <= r->last_seq) {
        natsMsg *got = NULL;
        e = jetstream_next(r->js, r->from, r->js->timeout_ms, &got);
        r->paused = !e && !got;
        if (got)
            e = take_message(r, got);
        natsMsg_Destroy(got);
    }
    return e;
}

/* An ordered consumer: libnats makes it anew where a message was lost on the way. */
static dbk_err *subscribe(reading *r)
{
    jsSubOptions o;
    natsStatus s = jsSubOptions_Init(&o);
    o.Stream = r->stream;
    o.Ordered = true;
    o.Config.DeliverPolicy = js_DeliverByStartSequence;
    o.Config.OptStartSeq = r->next_seq;
    jsErrCode code = 0;
    if (r->js->retired_count == RETIRED_MAX)
        return err_new(ERR_LIMIT, "a connection reads streams at most %d times", RETIRED_MAX);
    if (s == NATS_OK)
        s = js_SubscribeSync(&r->from, r->js->context, r->subject, NULL, &o, &code);
    return s == NATS_OK ? NULL : jetstream_error(s, code, "while reading the stream");
}

static dbk_err *next_of_answer(reading *r, bool *found)
{
    const json_span *document = r->js->spans.values;
    const json_span *error = json_span_get(&r->js->spans, document, "error");
    const json_span *message = json_span_get(&r->js->spans, document, "message");
    if (error && error->kind == JSON_SPAN_OBJECT) {
        *found = false;
        uint64_t code = jetstream_number(json_span_get(&r->js->spans, error, "err_code"));
        return code == JSNoMessageFoundErr
                   ? NULL
                   : err_new(ERR_SERVER,
                             "the server does not tell the next message of the stream (%" PRIu64 ")", code);
    }
    if (!message || message->kind != JSON_SPAN_OBJECT)
        return err_new(ERR_SERVER, "the server tells no next message of the stream");
    r->next_seq = jetstream_number(json_span_get(&r->js->spans, message, "seq"));
    *found = true;
    return NULL;
}

/* Whether there is a message at next_seq or behind it, which becomes next_seq then. libnats has no call for
 * this question. */
static dbk_err *find_next(reading *r, bool *found)
{
    natsMsg *answer = NULL;
    char *to = arena_printf(r->arena, "$JS.API.STREAM.MSG.GET.%s", r->stream);
    char *question =
        arena_printf(r->arena, "{\"seq\":%" PRIu64 ",\"next_by_subj\":\"%s\"}", r->next_seq, r->subject);
    if (!to || !question)
        return err_oom();
    natsStatus s = natsConnection_RequestString(&answer, r->js->connection, to, question, r->js->timeout_ms);
    if (s != NATS_OK)
        return jetstream_error(s, 0, "while looking for the next message of the stream");
    dbk_err *e = jetstream_read_answer(r->js, natsMsg_GetData(answer), (size_t)natsMsg_GetDataLength(answer));
    if (!e)
        e = next_of_answer(r, found);
    natsMsg_Destroy(answer);
    return e;
}

/* How many messages a consumer has before it is no more than the server's guess: 2.9 says at times that there
 * are none although there are. So where it stops before the end the stream itself is asked. */
static dbk_err *read_on(reading *r)
{
    dbk_err *e = NULL;
    while (!e && r->next_seq <= r->last_seq) {
        bool found = false;
        e = find_next(r, &found);
        if (e || !found || r->next_seq > r->last_seq)
            return e;
        uint64_t before = r->next_seq;
        r->paused = false;
        if (!e)
            e = subscribe(r);
        if (!e)
            e = take_until_paused(r);
        jetstream_retire(r->js, r->from);
        r->from = NULL;
        arena_reset(r->arena);
        if (!e && r->next_seq == before)
            e = err_new(ERR_TIMEOUT, "the stream %s stopped sending its messages", r->stream);
    }
    return e;
}

dbk_err *jetstream_read(jetstream *js, const char *stream, const char *subject, uint64_t first_seq,
                        uint64_t last_seq, dbk_err *(*take)(void *ctx, const jetstream_message *m), void *ctx)
{
    reading r = {.js = js,
                 .arena = arena_new(0),
                 .stream = stream,
                 .subject = subject,
                 .next_seq = first_seq ? first_seq : 1,
                 .last_seq = last_seq,
                 .take = take,
                 .ctx = ctx};
    if (!r.arena)
        return err_oom();
    dbk_err *e = read_on(&r);
    arena_free(r.arena);
    return e;
}
