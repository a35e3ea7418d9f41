/* Messages that are in a stream. */
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
    natsSubscription *from;
    uint64_t last_seq;
    dbk_err *(*take)(void *ctx, const jetstream_message *m);
    void *ctx;
    bool done;
} reading;

static dbk_err *take_message(reading *r, natsMsg *got)
{
    jsMsgMetaData *meta = NULL;
    natsStatus s = natsMsg_GetMetaData(&meta, got);
    if (s != NATS_OK)
        return jetstream_error(s, 0, "while reading the stream");
    uint64_t seq = meta->Sequence.Stream;
    r->done = meta->NumPending == 0 || seq >= r->last_seq;
    jsMsgMetaData_Destroy(meta);
    jetstream_message m;
    dbk_err *e = seq <= r->last_seq ? copy_message(r->arena, got, seq, &m) : NULL;
    if (!e && seq <= r->last_seq)
        e = r->take(r->ctx, &m);
    arena_reset(r->arena);
    return e;
}

static dbk_err *read_on(reading *r)
{
    dbk_err *e = NULL;
    while (!e && !r->done) {
        natsMsg *got = NULL;
        e = jetstream_next(r->js, r->from, r->js->timeout_ms, &got);
        if (!e && !got)
            e = err_new(ERR_TIMEOUT, "the stream stopped sending its messages");
        else if (!e)
            e = take_message(r, got);
        natsMsg_Destroy(got);
    }
    return e;
}

/* An ordered consumer: libnats makes it anew where a message was lost on the way. */
static dbk_err *begin_reading(reading *r, const char *stream, const char *subject, uint64_t first_seq)
{
    jsSubOptions o;
    natsStatus s = jsSubOptions_Init(&o);
    o.Stream = stream;
    o.Ordered = true;
    o.Config.DeliverPolicy = js_DeliverByStartSequence;
    o.Config.OptStartSeq = first_seq;
    jsErrCode code = 0;
    if (s == NATS_OK)
        s = js_SubscribeSync(&r->from, r->js->context, subject, NULL, &o, &code);
    jsConsumerInfo *ci = NULL;
    if (s == NATS_OK)
        s = natsSubscription_GetConsumerInfo(&ci, r->from, NULL, &code);
    if (s != NATS_OK)
        return jetstream_error(s, code, "while reading the stream");
    r->done = ci->NumPending == 0 && ci->Delivered.Stream < first_seq;
    jsConsumerInfo_Destroy(ci);
    return NULL;
}

dbk_err *jetstream_read(jetstream *js, const char *stream, const char *subject, uint64_t first_seq,
                        uint64_t last_seq, dbk_err *(*take)(void *ctx, const jetstream_message *m), void *ctx)
{
    if (first_seq > last_seq)
        return NULL;
    reading r = {.js = js, .arena = arena_new(0), .last_seq = last_seq, .take = take, .ctx = ctx};
    if (!r.arena)
        return err_oom();
    dbk_err *e = begin_reading(&r, stream, subject, first_seq ? first_seq : 1);
    if (!e)
        e = read_on(&r);
    natsSubscription_Destroy(r.from);
    arena_free(r.arena);
    return e;
}
