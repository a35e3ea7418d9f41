#include "nats/jetstream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/interrupt.h"
#include "core/mem.h"
#include "nats/jetstream_int.h"

#define TIMEOUT_MS 5000
#define FLIGHT_MAX 1024
/* How long a wait lasts at most before the interrupt is looked at. */
#define STEP_MS 200
#define REPLY_BYTES_MAX 256
#define JSON_VALUES_MAX 64

/* ---- errors ---- */

static enum err_code code_of(natsStatus status)
{
    switch ((int)status) {
    case NATS_TIMEOUT:
        return ERR_TIMEOUT;
    case NATS_NO_MEMORY:
        return ERR_MEMORY;
    case NATS_CONNECTION_AUTH_FAILED:
    case NATS_NOT_PERMITTED:
    case NATS_SECURE_CONNECTION_WANTED:
    case NATS_SECURE_CONNECTION_REQUIRED:
    case NATS_SSL_ERROR:
        return ERR_DENIED;
    case NATS_ADDRESS_MISSING:
    case NATS_INVALID_SUBJECT:
    case NATS_INVALID_ARG:
        return ERR_USAGE;
    case NATS_NOT_FOUND:
    case NATS_NO_RESPONDERS:
        return ERR_NOT_FOUND;
    case NATS_MAX_PAYLOAD:
        return ERR_LIMIT;
    case NATS_ERR:
        return ERR_SERVER;
    default:
        return ERR_CONNECTION;
    }
}

dbk_err *jetstream_error(natsStatus status, jsErrCode code, const char *doing)
{
    if (status == NATS_NO_MEMORY)
        return err_oom();
    const char *said = nats_GetLastError(NULL);
    /* It begins with the place in the library's source: "(conn.c:1905): Authorization Violation". */
    const char *told = said && *said == '(' ? strstr(said, "): ") : NULL;
    said = told ? told + 3 : said;
    dbk_err *e = err_new(code_of(status), "%s: %s", doing, said && *said ? said : natsStatus_GetText(status));
    if (code == JSNotEnabledErr || code == JSNotEnabledForAccountErr || status == NATS_NO_RESPONDERS)
        return err_with_hint(
            e, "JetStream is off there: start nats-server with a \"jetstream\" block that names "
               "a store_dir, or allow it for the account");
    if (status == NATS_CONNECTION_AUTH_FAILED || status == NATS_NOT_PERMITTED)
        return err_with_hint(e, "name credentials in the environment: " JETSTREAM_ACCESS_HINT);
    if (status == NATS_SSL_ERROR)
        return err_with_hint(e, "NATS_CA names the file of the authority that is trusted; the address has "
                                "to be one of those in the server's certificate");
    return e;
}

/* ---- the connection ---- */

/* Without reconnecting: after it nobody knows what became of the messages on the way, and the stream does. */
static natsStatus set_options(natsOptions *o, const jetstream_options *options, int64_t timeout_ms)
{
    natsStatus s = natsOptions_SetAllowReconnect(o, false);
    if (s == NATS_OK)
        s = natsOptions_SetTimeout(o, timeout_ms);
    if (s == NATS_OK)
        s = natsOptions_SetWriteDeadline(o, timeout_ms);
    if (s == NATS_OK)
        s = natsOptions_SetPingInterval(o, timeout_ms);
    if (s == NATS_OK)
        s = natsOptions_SetMaxPingsOut(o, 2);
    if (s == NATS_OK)
        s = natsOptions_SetName(o, options->name ? options->name : "daybook");
    if (s == NATS_OK)
        s = natsOptions_SetIOBufSize(o, 128 * 1024);
    return s;
}

static natsStatus set_servers(natsOptions *o, char *servers)
{
    const char *list[16];
    int count = 0;
    char *rest = servers;
    for (char *one = strsep(&rest, ","); one && count < 16; one = strsep(&rest, ","))
        if (*one)
            list[count++] = one;
    return natsOptions_SetServers(o, list, count);
}

static dbk_err *check_servers(const char *servers)
{
    if (!servers || !*servers)
        return err_new(ERR_USAGE, "no NATS server is named");
    if (strchr(servers, '@'))
        return err_with_hint(err_new(ERR_USAGE, "the URL of a NATS server holds a user or a password"),
                             "arguments can be read by everybody on the machine: set " JETSTREAM_ACCESS_HINT
                             " in the environment");
    return NULL;
}

/* libnats tells of a server that does not want us once TLS is set up only that the connection ended. */
static dbk_err *connect_error(natsStatus s, const jetstream_options *options)
{
    const jetstream_access *access = &options->access;
    char doing[128];
    bool secure = jetstream_is_secure(options->servers, access);
    if (s == NATS_SECURE_CONNECTION_WANTED)
        return err_with_hint(err_new(ERR_DENIED, "the NATS server offers no TLS"),
                             "tls:// and NATS_CA insist on it; nothing was said to the server");
    if (secure && (s == NATS_PROTOCOL_ERROR || s == NATS_CONNECTION_CLOSED || s == NATS_IO_ERROR))
        return err_new(ERR_DENIED,
                       access->cert_file
                           ? "the NATS server ended the connection when TLS was set up: perhaps it does not "
                             "take the certificate of NATS_CERT, which its log says"
                           : "the NATS server ended the connection when TLS was set up: perhaps it wants a "
                             "certificate (NATS_CERT and NATS_KEY)");
    snprintf(doing, sizeof(doing), "while connecting to the NATS server with %s",
             jetstream_access_name(access));
    return jetstream_error(s, 0, doing);
}

static dbk_err *connect_to(jetstream *js, const jetstream_options *options)
{
    natsOptions *o = NULL;
    char *servers = mem_strdup(options->servers);
    natsStatus s = servers ? natsOptions_Create(&o) : NATS_NO_MEMORY;
    if (s == NATS_OK)
        s = set_servers(o, servers);
    if (s == NATS_OK)
        s = set_options(o, options, js->timeout_ms);
    dbk_err *e = s == NATS_OK ? jetstream_access_set(o, options->servers, &options->access)
                              : jetstream_error(s, 0, "while preparing to connect to the NATS server");
    if (!e) {
        s = natsConnection_Connect(&js->connection, o);
        e = s == NATS_OK ? NULL : connect_error(s, options);
    }
    natsOptions_Destroy(o);
    mem_free(servers);
    return e;
}

static dbk_err *prepare(jetstream *js)
{
    jsOptions o;
    natsInbox *inbox = NULL;
    natsStatus s = jsOptions_Init(&o);
    o.Wait = js->timeout_ms;
    if (s == NATS_OK)
        s = natsConnection_JetStream(&js->context, js->connection, &o);
    if (s == NATS_OK)
        s = natsInbox_Create(&inbox);
    if (s == NATS_OK) {
        js->inbox = mem_strdup((const char *)inbox);
        s = js->inbox ? NATS_OK : NATS_NO_MEMORY;
    }
    natsInbox_Destroy(inbox);
    return s == NATS_OK ? NULL : jetstream_error(s, 0, "while preparing to use JetStream");
}

dbk_err *jetstream_open(const jetstream_options *options, jetstream **out)
{
    dbk_err *e = check_servers(options->servers);
    if (e)
        return e;
    jetstream *js = mem_alloc(sizeof(*js));
    if (!js)
        return err_oom();
    js->timeout_ms = options->timeout_ms ? options->timeout_ms : TIMEOUT_MS;
    js->flight_max = options->flight_max ? options->flight_max : FLIGHT_MAX;
    js->interrupt = options->interrupt;
    json_spans_init(&js->spans, JSON_VALUES_MAX);
    buf_init(&js->reply, REPLY_BYTES_MAX);
    buf_init(&js->last_id, REPLY_BYTES_MAX);
    e = connect_to(js, options);
    if (!e)
        e = prepare(js);
    if (e) {
        jetstream_free(js);
        return e;
    }
    *out = js;
    return NULL;
}

uint64_t jetstream_number(const json_span *v)
{
    return v && v->kind == JSON_SPAN_NUMBER ? strtoull(v->text, NULL, 10) : 0;
}

dbk_err *jetstream_read_answer(jetstream *js, const char *text, size_t length)
{
    json_span_end outcome;
    size_t end;
    dbk_err *e = json_spans_begin(&js->spans, text, length, true, &outcome, &end);
    if (!e && (outcome != JSON_SPAN_WHOLE || js->spans.values->kind != JSON_SPAN_OBJECT))
        e = err_new(ERR_SERVER, "an answer of the NATS server is no JSON object");
    return e;
}

void jetstream_retire(jetstream *js, natsSubscription *subscription)
{
    if (!subscription)
        return;
    (void)natsSubscription_Unsubscribe(subscription);
    js->retired[js->retired_count++] = subscription;
}

void jetstream_free(jetstream *js)
{
    if (!js)
        return;
    /* Waits for the thread that reads from the server. */
    natsConnection_Close(js->connection);
    for (size_t i = 0; i < js->retired_count; i++)
        natsSubscription_Destroy(js->retired[i]);
    natsSubscription_Destroy(js->answers);
    jsCtx_Destroy(js->context);
    natsConnection_Destroy(js->connection);
    /* What the library keeps for the calling thread. */
    nats_ReleaseThreadMemory();
    json_spans_term(&js->spans);
    buf_term(&js->reply);
    buf_term(&js->last_id);
    mem_free(js->inbox);
    mem_free(js->stream);
    mem_free(js);
}

size_t jetstream_message_bytes_max(const jetstream *js)
{
    return (size_t)natsConnection_GetMaxPayload(js->connection);
}

dbk_err *jetstream_next(jetstream *js, natsSubscription *from, int64_t timeout_ms, natsMsg **out)
{
    for (int64_t left = timeout_ms;; left -= STEP_MS) {
        dbk_err *e = left > 0 ? interrupt_check(js->interrupt) : NULL;
        if (e)
            return e;
        natsStatus s = natsSubscription_NextMsg(out, from, left < STEP_MS ? left : STEP_MS);
        if (s == NATS_OK)
            return NULL;
        if (s != NATS_TIMEOUT)
            return jetstream_error(s, 0, "while waiting for the NATS server");
        if (left <= STEP_MS) {
            *out = NULL;
            return NULL;
        }
    }
}
