/* webhook_receiver: takes events that a relay posts, and prints place, id and type of those that are genuine.
 *
 *     WEBHOOK_SECRET=… [WEBHOOK_SECRET_BEFORE=…] webhook_receiver [--port 8080]
 *
 * While the relay changes to a new secret, both are given here. Nothing is done with a body before it is
 * known who made it. An event may come again, after a crash or when an answer was lost: who does more with it
 * than print it remembers Daybook-Event-Id in the transaction that does it. Nothing but 2xx ends the attempts
 * of the relay, so that is said when the event is dealt with and not before. */
#include <arpa/inet.h>
#include <getopt.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daybook.h"

#define BODY_BYTES_MAX ((size_t)16 << 20)
#define IDLE_S 30U
#define CONNECTIONS_MAX 64U

typedef struct upload {
    char *body;
    size_t length, room;
    bool failed; /* too long, or memory was short */
} upload;

static const char *secrets[2];

static void take_bytes(upload *u, const char *bytes, size_t length)
{
    if (u->failed || length > BODY_BYTES_MAX - u->length) {
        u->failed = true;
        return;
    }
    if (u->length + length > u->room) {
        size_t room = u->length + length > 2 * u->room ? u->length + length : 2 * u->room;
        char *longer = realloc(u->body, room);
        u->failed = longer == NULL;
        if (u->failed)
            return;
        u->body = longer;
        u->room = room;
    }
    memcpy(u->body + u->length, bytes, length);
    u->length += length;
}

static enum MHD_Result answer(struct MHD_Connection *c, unsigned int status, const char *text)
{
    struct MHD_Response *r =
        MHD_create_response_from_buffer(strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);
    if (!r)
        return MHD_NO;
    enum MHD_Result done = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return done;
}

static const char *header(struct MHD_Connection *c, const char *name)
{
    return MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

static enum MHD_Result take_event(struct MHD_Connection *c, const upload *u)
{
    dbk_webhook_verdict verdict =
        dbk_webhook_verify(&(dbk_webhook){.size = sizeof(dbk_webhook),
                                          .signature = header(c, "Daybook-Signature"),
                                          .body = u->body,
                                          .body_length = u->length,
                                          .secrets = secrets,
                                          .secret_count = 2});
    if (verdict != DBK_WEBHOOK_GENUINE)
        return answer(c, 400, dbk_webhook_verdict_name(verdict));
    const char *seq = header(c, "Daybook-Seq");
    const char *id = header(c, "Daybook-Event-Id");
    const char *type = header(c, "Daybook-Event-Type");
    printf("%s %s %s\n", seq ? seq : "?", id ? id : "?", type ? type : "?");
    return fflush(stdout) == 0 ? answer(c, 204, "") : answer(c, 500, "cannot print");
}

/* Called when the head has come, for each piece of the body, and when all is there. */
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *url, const char *method,
                                  const char *version, const char *data, size_t *length, void **state)
{
    (void)ctx;
    (void)url;
    (void)version;
    upload *u = *state;
    if (!u) {
        *state = calloc(1, sizeof(*u));
        return *state ? MHD_YES : MHD_NO;
    }
    if (*length > 0) {
        take_bytes(u, data, *length);
        *length = 0;
        return MHD_YES;
    }
    if (strcmp(method, "POST") != 0)
        return answer(c, 405, "only POST");
    return u->failed ? answer(c, 413, "too long") : take_event(c, u);
}

static void on_end(void *ctx, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
    (void)ctx;
    (void)c;
    (void)why;
    upload *u = *state;
    if (u)
        free(u->body);
    free(u);
    *state = NULL;
}

static struct MHD_Daemon *start(uint16_t port)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(port)};
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, port, NULL, NULL, on_request, NULL,
                            MHD_OPTION_SOCK_ADDR, &here, MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL,
                            MHD_OPTION_CONNECTION_TIMEOUT, IDLE_S, MHD_OPTION_CONNECTION_LIMIT,
                            CONNECTIONS_MAX, MHD_OPTION_END);
}

static bool take_port(int argc, char **argv, uint16_t *port)
{
    static const struct option known[] = {{"port", required_argument, NULL, 'p'}, {NULL, 0, NULL, 0}};
    unsigned int number = 8080;
    int option;
    while ((option = getopt_long(argc, argv, "p:", known, NULL)) != -1)
        if (option != 'p' || sscanf(optarg, "%5u", &number) != 1 || number > UINT16_MAX)
            return false;
    *port = (uint16_t)number;
    return optind == argc;
}

int main(int argc, char **argv)
{
    uint16_t port;
    secrets[0] = getenv("WEBHOOK_SECRET");
    secrets[1] = getenv("WEBHOOK_SECRET_BEFORE");
    if (!take_port(argc, argv, &port) || !secrets[0] || !*secrets[0]) {
        fprintf(stderr, "usage: WEBHOOK_SECRET=… webhook_receiver [--port PORT]\n");
        return 2;
    }
    sigset_t ends;
    int signal_number;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    struct MHD_Daemon *daemon = start(port);
    const union MHD_DaemonInfo *info = daemon ? MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
    if (!info) {
        fprintf(stderr, "webhook_receiver: cannot listen on port %u\n", (unsigned int)port);
        return 1;
    }
    printf("listening on http://127.0.0.1:%u/\n", (unsigned int)info->port);
    fflush(stdout);
    sigwait(&ends, &signal_number);
    MHD_stop_daemon(daemon);
    return 0;
}
