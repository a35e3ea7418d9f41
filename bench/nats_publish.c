/* The fastest that libnats itself publishes into a stream when every message says which place it expects to
 * follow: what a relay can at best come near to. Prints messages a second, from the first message to the last
 * acknowledgement.
 *
 *     nats_publish URL STREAM SUBJECT MESSAGES BYTES */
#define _POSIX_C_SOURCE 200809L
#include <nats/nats.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PENDING_MAX 1024

static int failed;

static void on_error(jsCtx *js, jsPubAckErr *error, void *closure)
{
    (void)js;
    (void)closure;
    failed = 1;
    fprintf(stderr, "nats_publish: %s\n", error->ErrText ? error->ErrText : natsStatus_GetText(error->Err));
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static natsStatus make_stream(jsCtx *js, const char *stream, const char *subject)
{
    jsStreamConfig c;
    const char *subjects[] = {subject};
    natsStatus s = jsStreamConfig_Init(&c);
    c.Name = stream;
    c.Subjects = subjects;
    c.SubjectsLen = 1;
    return s == NATS_OK ? js_AddStream(NULL, js, &c, NULL, NULL) : s;
}

static natsStatus publish(jsCtx *js, const char *subject, const char *data, int length, uint64_t last)
{
    natsMsg *m = NULL;
    char number[24];
    snprintf(number, sizeof(number), "%llu", (unsigned long long)last);
    natsStatus s = natsMsg_Create(&m, subject, NULL, data, length);
    if (s == NATS_OK)
        s = natsMsgHeader_Set(m, "Nats-Expected-Last-Sequence", number);
    if (s == NATS_OK)
        s = js_PublishMsgAsync(js, &m, NULL);
    natsMsg_Destroy(m);
    return s;
}

static natsStatus run(natsConnection *nc, char **argv, long messages, int length)
{
    jsOptions o;
    jsCtx *js = NULL;
    char *data = malloc((size_t)length);
    natsStatus s = data ? jsOptions_Init(&o) : NATS_NO_MEMORY;
    if (s == NATS_OK) {
        memset(data, 'x', (size_t)length);
        o.PublishAsync.MaxPending = PENDING_MAX;
        o.PublishAsync.StallWait = 5000;
        o.PublishAsync.ErrHandler = on_error;
        s = natsConnection_JetStream(&js, nc, &o);
    }
    if (s == NATS_OK)
        s = make_stream(js, argv[2], argv[3]);
    double began = now_s();
    for (long i = 0; s == NATS_OK && i < messages; i++)
        s = publish(js, argv[3], data, length, (uint64_t)i);
    if (s == NATS_OK)
        s = js_PublishAsyncComplete(js, NULL);
    if (s == NATS_OK && !failed)
        printf("%.0f\n", (double)messages / (now_s() - began));
    jsCtx_Destroy(js);
    free(data);
    return s;
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "usage: nats_publish URL STREAM SUBJECT MESSAGES BYTES\n");
        return 2;
    }
    natsConnection *nc = NULL;
    natsStatus s = natsConnection_ConnectTo(&nc, argv[1]);
    if (s == NATS_OK)
        s = run(nc, argv, strtol(argv[4], NULL, 10), (int)strtol(argv[5], NULL, 10));
    if (s != NATS_OK)
        fprintf(stderr, "nats_publish: %s: %s\n", natsStatus_GetText(s), nats_GetLastError(NULL));
    natsConnection_Destroy(nc);
    nats_Close();
    return s == NATS_OK && !failed ? 0 : 1;
}
