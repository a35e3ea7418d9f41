/* The servers of a cluster.
 *
 * Of the server itself an account may ask one thing, how much that account does on it; every server that
 * hears it answers, and the answer begins with who answers. How often a server syncs its files is not among
 * it: only the system account and the monitoring port are told. */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "nats/jetstream_int.h"

#define SUBJECT "$SYS.REQ.ACCOUNT.PING.STATZ"
#define FIRST_ANSWER_MS 1000
#define NEXT_ANSWER_MS 250

typedef struct version {
    long major, minor, patch;
} version;

static long next_number(const char **at)
{
    char *rest;
    long number = strtol(*at, &rest, 10);
    *at = *rest == '.' ? rest + 1 : rest;
    return number;
}

static version version_of(const char *text)
{
    version v = {.major = next_number(&text)};
    v.minor = next_number(&text);
    v.patch = next_number(&text);
    return v;
}

static bool is_older(const char *text, const char *other)
{
    version a = version_of(text), b = version_of(other);
    if (a.major != b.major)
        return a.major < b.major;
    return a.minor != b.minor ? a.minor < b.minor : a.patch < b.patch;
}

static dbk_err *take(natsMsg *answer, arena *a, jetstream_servers *out)
{
    static const char key[] = "\"ver\":\"", has[] = "\"jetstream\":true";
    const char *text = natsMsg_GetData(answer);
    size_t length = (size_t)natsMsg_GetDataLength(answer);
    const char *at = text ? memmem(text, length, key, sizeof(key) - 1) : NULL;
    if (!at || !memmem(text, length, has, sizeof(has) - 1))
        return NULL;
    at += sizeof(key) - 1;
    const char *end = memchr(at, '"', length - (size_t)(at - text));
    const char *found = end ? arena_strndup(a, at, (size_t)(end - at)) : "";
    if (!found)
        return err_oom();
    out->count++;
    if (!*out->version || is_older(found, out->version))
        out->version = found;
    return NULL;
}

static int64_t known_servers(jetstream *js)
{
    char **urls = NULL;
    int count = 0;
    if (natsConnection_GetServers(js->connection, &urls, &count) != NATS_OK)
        return 1;
    for (int i = 0; i < count; i++)
        mem_free(urls[i]); /* the library took them from the heap and gives them away */
    mem_free(urls);
    return count > 1 ? count : 1;
}

static dbk_err *take_answers(jetstream *js, natsSubscription *from, arena *a, jetstream_servers *out)
{
    int64_t wanted = known_servers(js);
    dbk_err *e = NULL;
    bool more = true;
    for (int64_t n = 0; !e && more && n < wanted; n++) {
        natsMsg *answer = NULL;
        e = jetstream_next(js, from, n == 0 ? FIRST_ANSWER_MS : NEXT_ANSWER_MS, &answer);
        if (e && err_code(e) == ERR_NOT_FOUND) { /* nobody hears it: not permitted */
            err_free(e);
            return NULL;
        }
        more = answer != NULL;
        if (answer)
            e = take(answer, a, out);
        natsMsg_Destroy(answer);
    }
    return e;
}

dbk_err *jetstream_ask_servers(jetstream *js, arena *a, jetstream_servers *out)
{
    natsInbox *inbox = NULL;
    natsSubscription *from = NULL;
    jetstream_servers found = {.version = ""};
    natsStatus s = natsInbox_Create(&inbox);
    if (s == NATS_OK)
        s = natsConnection_SubscribeSync(&from, js->connection, (const char *)inbox);
    if (s == NATS_OK)
        s = natsConnection_PublishRequestString(js->connection, SUBJECT, (const char *)inbox, "");
    dbk_err *e = s == NATS_OK ? take_answers(js, from, a, &found)
                              : jetstream_error(s, 0, "while asking the servers who they are");
    natsSubscription_Destroy(from);
    natsInbox_Destroy(inbox);
    if (!e)
        *out = found;
    return e;
}
