#include "nats/jetstream.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit.h"
#include "core/clock.h"
#include "core/proc.h"

#define TRIES 600
#define PAUSE_US 50000

typedef struct broker {
    pid_t pid; /* 0: there is no nats-server to test with */
    const char *store;
    char url[64];
    jetstream *js;
    arena *a;
} broker;

static int free_port(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &length), 0);
    close(fd);
    return ntohs(at.sin_port);
}

static dbk_err *open_one(const broker *b, jetstream **out)
{
    return jetstream_open(&(jetstream_options){.servers = b->url}, out);
}

static int start(void **state)
{
    broker *b = calloc(1, sizeof(*b));
    *state = b;
    b->a = unit_arena();
    b->store = unit_folder(b->a);
    char port[16];
    snprintf(port, sizeof(port), "%d", free_port());
    snprintf(b->url, sizeof(b->url), "nats://127.0.0.1:%s", port);
    const char *const argv[] = {"nats-server", "-a", "127.0.0.1", "-p", port, "-js", "-sd", b->store, NULL};
    dbk_err *e = proc_start(
        &(proc_options){.argv = argv, .stdout_fd = -1, .stderr_fd = -1, .death_signal = SIGKILL}, &b->pid);
    if (e) {
        b->pid = 0;
        err_free(e);
        return 0;
    }
    const dbk_clock *clock = clock_system();
    for (int i = 0; i < TRIES && !b->js; i++) {
        err_free(open_one(b, &b->js));
        clock->sleep_us(clock, b->js ? 0 : PAUSE_US);
    }
    return b->js ? 0 : 1;
}

static int end(void **state)
{
    broker *b = *state;
    jetstream_free(b->js);
    if (b->pid) {
        kill(b->pid, SIGKILL);
        waitpid(b->pid, NULL, 0);
    }
    unit_remove(b->store);
    arena_free(b->a);
    free(b);
    return 0;
}

static broker *running(void **state)
{
    broker *b = *state;
    if (!b->pid)
        skip();
    return b;
}

static void make(broker *b, const char *name, const char *subject, int64_t bytes_max)
{
    const char *const subjects[] = {subject};
    unit_ok(jetstream_stream_create(b->js, &(jetstream_config){.name = name,
                                                               .subjects = subjects,
                                                               .subject_count = 1,
                                                               .max_bytes = bytes_max,
                                                               .duplicate_window_us = 60000000,
                                                               .discard_new = bytes_max > 0}));
}

static dbk_err *publish(broker *b, const char *subject, const char *id)
{
    const jetstream_header headers[] = {{.name = "Number", .value = id}};
    return jetstream_publish(b->js, &(jetstream_message){.subject = subject,
                                                         .id = id,
                                                         .headers = headers,
                                                         .header_count = 1,
                                                         .data = id,
                                                         .length = strlen(id)});
}

/* How the flight of what was published ended, and with which error. */
static jetstream_stop settled(broker *b, enum err_code code)
{
    dbk_err *e = jetstream_flight_settle(b->js, true);
    assert_int_equal(err_code(e), code);
    err_free(e);
    return jetstream_flight_ended(b->js);
}

static void secrets_are_no_part_of_a_url(void **state)
{
    (void)state;
    jetstream *js = NULL;
    dbk_err *e = jetstream_open(&(jetstream_options){.servers = "nats://me:secret@127.0.0.1:4222"}, &js);
    assert_int_equal(err_code(e), ERR_USAGE);
    assert_null(strstr(err_message(e), "secret"));
    err_free(e);
}

static void a_server_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    jetstream *js = NULL;
    char url[64];
    snprintf(url, sizeof(url), "nats://127.0.0.1:%d", free_port());
    dbk_err *e = jetstream_open(&(jetstream_options){.servers = url}, &js);
    assert_int_equal(err_code(e), ERR_CONNECTION);
    err_free(e);
}

static void a_flight_is_stored_in_order(void **state)
{
    broker *b = running(state);
    make(b, "ORDER", "order.>", 0);
    unit_ok(jetstream_flight_begin(b->js, "ORDER", 0));
    char id[16];
    for (int i = 1; i <= 3000; i++) {
        snprintf(id, sizeof(id), "%d", i);
        unit_ok(publish(b, "order.x", id));
    }
    assert_int_equal(settled(b, ERR_NONE), JETSTREAM_FLYING);
    assert_int_equal(jetstream_flight_acknowledged(b->js), 3000);
    bool found;
    jetstream_message m;
    unit_ok(jetstream_message_get(b->js, b->a, "ORDER", 3000, &found, &m));
    assert_true(found);
    assert_int_equal(m.seq, 3000);
    assert_string_equal(jetstream_header_find(&m, "Number"), "3000");
    assert_null(jetstream_header_find(&m, "number"));
    unit_ok(jetstream_message_get(b->js, b->a, "ORDER", 7, &found, &m));
    assert_true(found);
    assert_int_equal(m.length, 1);
    assert_memory_equal(m.data, "7", 1);
    unit_ok(jetstream_message_get(b->js, b->a, "ORDER", 3001, &found, &m));
    assert_false(found);
}

typedef struct counted {
    uint64_t messages;
    uint64_t first;
    uint64_t last;
} counted;

static dbk_err *count(void *ctx, const jetstream_message *m)
{
    counted *c = ctx;
    char number[24];
    snprintf(number, sizeof(number), "%" PRIu64, m->seq);
    assert_string_equal(jetstream_header_find(m, "Number"), number);
    assert_true(m->seq > c->last);
    c->first = c->messages++ ? c->first : m->seq;
    c->last = m->seq;
    return NULL;
}

static void a_range_is_read(void **state)
{
    broker *b = running(state);
    counted c = {0};
    unit_ok(jetstream_read(b->js, "ORDER", "order.>", 11, 2990, count, &c));
    assert_int_equal(c.messages, 2980);
    assert_int_equal(c.first, 11);
    assert_int_equal(c.last, 2990);
    c = (counted){0};
    unit_ok(jetstream_read(b->js, "ORDER", "order.>", 0, 5000, count, &c));
    assert_int_equal(c.messages, 3000);
    c = (counted){0};
    unit_ok(jetstream_read(b->js, "ORDER", "order.>", 3001, 5000, count, &c));
    assert_int_equal(c.messages, 0);
}

/* The place that the second message of the later flight expects to follow is there, but not what it expects
 * there. */
static void another_publisher_ends_a_flight(void **state)
{
    broker *b = running(state);
    make(b, "FENCE", "fence.>", 0);
    broker other = *b;
    other.js = NULL;
    unit_ok(open_one(&other, &other.js));
    unit_ok(jetstream_flight_begin(b->js, "FENCE", 0));
    unit_ok(jetstream_flight_begin(other.js, "FENCE", 0));
    unit_ok(publish(b, "fence.x", "mine-1"));
    assert_int_equal(settled(b, ERR_NONE), JETSTREAM_FLYING);
    unit_ok(publish(&other, "fence.x", "others-1"));
    unit_ok(publish(&other, "fence.x", "others-2"));
    assert_int_equal(settled(&other, ERR_RETRYABLE), JETSTREAM_MOVED);
    assert_int_equal(jetstream_flight_acknowledged(other.js), 0);
    unit_refused(publish(&other, "fence.x", "others-3"), ERR_CONNECTION, "has ended");
    jetstream_free(other.js);
    bool found;
    jetstream_info info;
    unit_ok(jetstream_stream_find(b->js, b->a, "FENCE", &found, &info));
    assert_int_equal(info.messages, 1);
}

static void a_known_id_ends_a_flight(void **state)
{
    broker *b = running(state);
    unit_ok(jetstream_flight_begin(b->js, "FENCE", 1));
    unit_ok(publish(b, "fence.x", "mine-2"));
    unit_ok(publish(b, "fence.x", "mine-1"));
    assert_int_equal(settled(b, ERR_RETRYABLE), JETSTREAM_DUPLICATE);
    assert_int_equal(jetstream_flight_acknowledged(b->js), 2);
}

static void a_stream_that_is_missing_or_full_says_so(void **state)
{
    broker *b = running(state);
    unit_ok(jetstream_flight_begin(b->js, "NOWHERE", 0));
    unit_ok(publish(b, "nowhere.x", "1"));
    assert_int_equal(settled(b, ERR_NOT_FOUND), JETSTREAM_NO_STREAM);
    unit_ok(jetstream_flight_begin(b->js, "NOWHERE", 2));
    unit_ok(publish(b, "fence.x", "1"));
    assert_int_equal(settled(b, ERR_NOT_FOUND), JETSTREAM_NO_STREAM);
    make(b, "FULL", "full.>", 1000);
    unit_ok(jetstream_flight_begin(b->js, "FULL", 0));
    char id[16];
    for (int i = 1; i <= 20; i++) {
        snprintf(id, sizeof(id), "%d", i);
        unit_ok(publish(b, "full.x", id));
    }
    assert_int_equal(settled(b, ERR_RETRYABLE), JETSTREAM_FULL);
    assert_true(jetstream_flight_acknowledged(b->js) > 0);
}

static void streams_are_found(void **state)
{
    broker *b = running(state);
    bool found;
    jetstream_info info;
    unit_ok(jetstream_stream_find(b->js, b->a, "NOWHERE", &found, &info));
    assert_false(found);
    unit_ok(jetstream_stream_find(b->js, b->a, "FULL", &found, &info));
    assert_true(found);
    assert_true(info.config.discard_new);
    assert_int_equal(info.config.max_bytes, 1000);
    assert_int_equal(info.config.duplicate_window_us, 60000000);
    assert_string_equal(info.config.subjects[0], "full.>");
    assert_null(info.leader);
    assert_int_equal(info.copies_current, 1);
}

static void servers_tell_their_version(void **state)
{
    broker *b = running(state);
    jetstream_servers servers;
    unit_ok(jetstream_ask_servers(b->js, b->a, &servers));
    assert_int_equal(servers.count, 1);
    assert_non_null(strchr(servers.version, '.'));
}

static void a_lost_server_ends_a_flight(void **state)
{
    broker *b = running(state);
    unit_ok(jetstream_flight_begin(b->js, "ORDER", 3000));
    kill(b->pid, SIGKILL);
    waitpid(b->pid, NULL, 0);
    b->pid = 0;
    dbk_err *e = publish(b, "order.x", "3001");
    if (!e)
        e = jetstream_flight_settle(b->js, true);
    assert_int_equal(err_code(e), ERR_CONNECTION);
    assert_int_equal(jetstream_flight_ended(b->js), JETSTREAM_LOST);
    err_free(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secrets_are_no_part_of_a_url),
        cmocka_unit_test(a_server_that_is_not_there_is_an_error),
        cmocka_unit_test(a_flight_is_stored_in_order),
        cmocka_unit_test(a_range_is_read),
        cmocka_unit_test(another_publisher_ends_a_flight),
        cmocka_unit_test(a_known_id_ends_a_flight),
        cmocka_unit_test(a_stream_that_is_missing_or_full_says_so),
        cmocka_unit_test(streams_are_found),
        cmocka_unit_test(servers_tell_their_version),
        cmocka_unit_test(a_lost_server_ends_a_flight),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("nats/jetstream", tests, start, end);
}
