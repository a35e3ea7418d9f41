/* What a server says of itself and of its cluster to an ordinary account. How often it syncs its files is not
 * among it: only the system account and the monitoring port are told. */
#include <string.h>

#include "core/mem.h"
#include "nats/jetstream_int.h"

/* The one thing that any account may ask of the server itself, how much the account does on it; the answer
 * begins with who answers. Of a cluster only the server that is asked does. */
#define SUBJECT "$SYS.REQ.ACCOUNT.PING.STATZ"
#define ANSWER_MS 1000

static dbk_err *ask_version(jetstream *js, arena *a, const char **out)
{
    static const char key[] = "\"ver\":\"";
    natsMsg *answer = NULL;
    natsStatus s = natsConnection_RequestString(&answer, js->connection, SUBJECT, "", ANSWER_MS);
    if (s != NATS_OK && s != NATS_TIMEOUT && s != NATS_NO_RESPONDERS)
        return jetstream_error(s, 0, "while asking for the server's version");
    const char *text = s == NATS_OK ? natsMsg_GetData(answer) : NULL;
    size_t length = text ? (size_t)natsMsg_GetDataLength(answer) : 0;
    const char *at = text ? memmem(text, length, key, sizeof(key) - 1) : NULL;
    at = at ? at + sizeof(key) - 1 : NULL;
    const char *end = at ? memchr(at, '"', length - (size_t)(at - text)) : NULL;
    const char *version = end ? arena_strndup(a, at, (size_t)(end - at)) : "";
    natsMsg_Destroy(answer);
    if (!version)
        return err_oom();
    *out = version;
    return NULL;
}

static dbk_err *count_servers(jetstream *js, int64_t *out)
{
    char **urls = NULL;
    int count = 0;
    natsStatus s = natsConnection_GetServers(js->connection, &urls, &count);
    if (s != NATS_OK)
        return jetstream_error(s, 0, "while counting the servers");
    for (int i = 0; i < count; i++)
        mem_free(urls[i]); /* the library took them from the heap and gives them away */
    mem_free(urls);
    *out = count;
    return NULL;
}

dbk_err *jetstream_ask_servers(jetstream *js, arena *a, jetstream_servers *out)
{
    jetstream_servers found;
    dbk_err *e = ask_version(js, a, &found.version);
    if (!e)
        e = count_servers(js, &found.count);
    if (!e)
        *out = found;
    return e;
}
