/* Publishing in flights.
 *
 * Answers are read by the thread that publishes, from a subscription of the flight's own, in the order in
 * which the messages were sent: that of one stream is the order in which it took them. libnats has a call
 * that publishes without waiting and answers in another thread; here every answer has to be in hand before
 * anything is decided, and one thread that does both needs no lock and can never be called back after it has
 * ended. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/int_text.h"
#include "core/interrupt.h"
#include "core/mem.h"
#include "nats/jetstream_int.h"

#define HEADER_STREAM "Nats-Expected-Stream"
#define HEADER_FOLLOWS "Nats-Expected-Last-Sequence"
#define HEADER_FOLLOWS_ID "Nats-Expected-Last-Msg-Id"
#define HEADER_ID "Nats-Msg-Id"

static dbk_err *end_flight(jetstream *js, jetstream_stop why, dbk_err *e)
{
    js->stop = why;
    return e;
}

static jetstream_stop stop_of(natsStatus s)
{
    return s == NATS_MAX_PAYLOAD ? JETSTREAM_REFUSED : JETSTREAM_LOST;
}

dbk_err *jetstream_flight_begin(jetstream *js, const char *stream, uint64_t last_seq)
{
    mem_free(js->stream);
    js->stream = mem_strdup(stream);
    js->flight++;
    js->sent_seq = js->acknowledged_seq = last_seq;
    js->stop = JETSTREAM_FLYING;
    buf_clear(&js->last_id);
    buf_clear(&js->reply);
    buf_printf(&js->reply, "%s.*.*", js->inbox);
    dbk_err *e = js->stream ? buf_error(&js->reply) : err_oom();
    if (e)
        return end_flight(js, JETSTREAM_REFUSED, e);
    natsStatus s =
        js->answers ? NATS_OK : natsConnection_SubscribeSync(&js->answers, js->connection, js->reply.data);
    if (s != NATS_OK)
        return end_flight(js, JETSTREAM_LOST, jetstream_error(s, 0, "while preparing to publish"));
    return NULL;
}

uint64_t jetstream_flight_acknowledged(const jetstream *js)
{
    return js->acknowledged_seq;
}

jetstream_stop jetstream_flight_ended(const jetstream *js)
{
    return js->stop;
}

/* ---- answers ---- */

static dbk_err *refused(jetstream *js, const json_span *error)
{
    uint64_t code = jetstream_number(json_span_get(&js->spans, error, "err_code"));
    const json_span *why = json_span_get(&js->spans, error, "description");
    int length = why ? (int)why->length : 0;
    const char *text = why ? why->text : "";
    if (code == JSStreamWrongLastSequenceErr || code == JSStreamWrongLastMsgIDErr)
        return end_flight(js, JETSTREAM_MOVED,
                          err_new(ERR_RETRYABLE, "the stream %s does not stand at place %" PRIu64 ": %.*s",
                                  js->stream, js->acknowledged_seq, length, text));
    if (code == JSStreamNotMatchErr)
        return end_flight(js, JETSTREAM_NO_STREAM,
                          err_new(ERR_NOT_FOUND, "another stream than %s takes the subject", js->stream));
    /* 10047 is said of a full disk or account, 10077 of a stream that is full and discards what is new. */
    if (code == JSStreamStoreFailedErr || code == JSStorageResourcesExceededErr ||
        code == JSAccountResourcesExceededErr || code == JSInsufficientResourcesErr ||
        code == JSMemoryResourcesExceededErr)
        return end_flight(
            js, JETSTREAM_FULL,
            err_new(ERR_RETRYABLE, "the stream %s stores nothing more: %.*s", js->stream, length, text));
    return end_flight(js, JETSTREAM_REFUSED,
                      err_new(ERR_SERVER, "the stream %s refused a message: %.*s (%" PRIu64 ")", js->stream,
                              length, text, code));
}

/* {"stream":"S","seq":7}, with "duplicate":true or {"error":{"err_code":10071,"description":"…"},…} */
static dbk_err *take_answer(jetstream *js, const char *text, size_t length)
{
    dbk_err *e = jetstream_read_answer(js, text, length);
    if (e)
        return end_flight(js, JETSTREAM_LOST, e);
    const json_span *document = js->spans.values;
    const json_span *error = json_span_get(&js->spans, document, "error");
    if (error && error->kind == JSON_SPAN_OBJECT)
        return refused(js, error);
    const json_span *duplicate = json_span_get(&js->spans, document, "duplicate");
    uint64_t seq = jetstream_number(json_span_get(&js->spans, document, "seq"));
    if (duplicate && duplicate->kind == JSON_SPAN_TRUE)
        return end_flight(js, JETSTREAM_DUPLICATE,
                          err_new(ERR_RETRYABLE, "the stream %s had a message already, at place %" PRIu64,
                                  js->stream, seq));
    if (seq != js->acknowledged_seq + 1)
        return end_flight(js, JETSTREAM_MOVED,
                          err_new(ERR_RETRYABLE,
                                  "the stream %s stored a message at place %" PRIu64 ", not %" PRIu64,
                                  js->stream, seq, js->acknowledged_seq + 1));
    js->acknowledged_seq = seq;
    return NULL;
}

/* "<inbox>.<flight>.<place>" */
static bool is_of_flight(const jetstream *js, natsMsg *answer)
{
    const char *after = natsMsg_GetSubject(answer) + strlen(js->inbox) + 1;
    return strtoull(after, NULL, 10) == js->flight;
}

/* NULL: none came. */
static dbk_err *next_of_flight(jetstream *js, int64_t timeout_ms, natsMsg **out)
{
    for (;;) {
        dbk_err *e = jetstream_next(js, js->answers, timeout_ms, out);
        if (e || !*out || is_of_flight(js, *out))
            return e;
        natsMsg_Destroy(*out);
        *out = NULL;
    }
}

/* Waits so long for the next answer; without one *came is false. */
static dbk_err *take_next(jetstream *js, int64_t timeout_ms, bool *came)
{
    natsMsg *got = NULL;
    dbk_err *e = next_of_flight(js, timeout_ms, &got);
    if (e && err_code(e) == ERR_NOT_FOUND) {
        err_free(e);
        return end_flight(js, JETSTREAM_NO_STREAM,
                          err_new(ERR_NOT_FOUND, "no stream takes messages for %s", js->stream));
    }
    if (e)
        return end_flight(js, JETSTREAM_LOST, e);
    *came = got != NULL;
    if (got)
        e = take_answer(js, natsMsg_GetData(got), (size_t)natsMsg_GetDataLength(got));
    natsMsg_Destroy(got);
    return e;
}

/* Until no more than `left` messages are on the way; each answer has its own time. */
static dbk_err *wait_for(jetstream *js, uint64_t left)
{
    while (js->sent_seq - js->acknowledged_seq > left) {
        bool came = false;
        dbk_err *e = take_next(js, js->timeout_ms, &came);
        if (e)
            return e;
        if (!came)
            return end_flight(js, JETSTREAM_LOST,
                              err_new(ERR_TIMEOUT, "the stream %s has not answered for %" PRId64 " ms",
                                      js->stream, js->timeout_ms));
    }
    return NULL;
}

dbk_err *jetstream_flight_settle(jetstream *js, bool all)
{
    bool came = js->stop == JETSTREAM_FLYING;
    if (!came)
        return err_new(ERR_CONNECTION, "the flight to the stream %s has ended", js->stream);
    /* Who has nothing on the way learns of a server that is gone, or answers no pings, here. */
    dbk_err *e = NULL;
    if (natsConnection_IsClosed(js->connection))
        e = end_flight(js, JETSTREAM_LOST,
                       err_new(ERR_CONNECTION, "the connection to the NATS server was lost"));
    while (!e && came && js->acknowledged_seq < js->sent_seq)
        e = take_next(js, 0, &came);
    return e || !all ? e : wait_for(js, 0);
}

/* ---- messages ---- */

static natsStatus set_headers(jetstream *js, const jetstream_message *m, natsMsg *out)
{
    char number[INT_TEXT_SIZE];
    int_text((int64_t)js->sent_seq, number);
    natsStatus s = natsMsgHeader_Set(out, HEADER_FOLLOWS, number);
    if (s == NATS_OK)
        s = natsMsgHeader_Set(out, HEADER_STREAM, js->stream);
    /* A server that was started anew may not know the id of the last message of an older flight: not for the
     * first one. */
    if (s == NATS_OK && js->last_id.length > 0)
        s = natsMsgHeader_Set(out, HEADER_FOLLOWS_ID, js->last_id.data);
    if (s == NATS_OK)
        s = natsMsgHeader_Set(out, HEADER_ID, m->id);
    for (size_t i = 0; s == NATS_OK && i < m->header_count; i++)
        s = natsMsgHeader_Set(out, m->headers[i].name, m->headers[i].value);
    return s;
}

dbk_err *jetstream_publish(jetstream *js, const jetstream_message *m)
{
    assert(m->id && *m->id);
    if (js->stop != JETSTREAM_FLYING)
        return err_new(ERR_CONNECTION, "the flight to the stream %s has ended", js->stream);
    /* When the window is full half of it is waited for: fewer, longer turns for both threads. */
    dbk_err *e =
        js->sent_seq - js->acknowledged_seq < js->flight_max ? NULL : wait_for(js, js->flight_max / 2);
    if (e)
        return e;
    buf_clear(&js->reply);
    buf_append_str(&js->reply, js->inbox);
    buf_append_char(&js->reply, '.');
    buf_append_int(&js->reply, (int64_t)js->flight);
    buf_append_char(&js->reply, '.');
    buf_append_int(&js->reply, (int64_t)js->sent_seq + 1);
    e = buf_error(&js->reply);
    if (e)
        return end_flight(js, JETSTREAM_REFUSED, e);
    natsMsg *out = NULL;
    natsStatus s = natsMsg_Create(&out, m->subject, js->reply.data, m->data, (int)m->length);
    if (s == NATS_OK)
        s = set_headers(js, m, out);
    if (s == NATS_OK)
        s = natsConnection_PublishMsg(js->connection, out);
    natsMsg_Destroy(out);
    if (s != NATS_OK)
        return end_flight(js, stop_of(s), jetstream_error(s, 0, "while publishing"));
    js->sent_seq++;
    buf_clear(&js->last_id);
    buf_append_str(&js->last_id, m->id);
    e = buf_error(&js->last_id);
    return e ? end_flight(js, JETSTREAM_REFUSED, e) : NULL;
}
