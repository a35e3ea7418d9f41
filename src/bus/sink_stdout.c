/* Lines of JSON to standard output, for pipes. It keeps nothing, so nothing can be asked of it: what the
 * cursor says counts, and a kill may repeat what was written since. */
#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "bus/event_json.h"
#include "bus/sinks.h"
#include "core/interrupt.h"
#include "core/mem.h"

/* What a pipe that has any room takes at once, so that writing does not block and the wish to stop is seen.
 */
#define PIECE_BYTES ((size_t)4096)
#define LOOK_MS 200

struct sink {
    const atomic_int *stop;
    buf text;
    bus_place written;
};

static dbk_err *open_stdout(const sink_options *o, sink **out)
{
    if (o->address[0] != '\0')
        return err_new(ERR_USAGE, "stdout takes no address: \"%.80s\"", o->address);
    sink *s = mem_alloc(sizeof(*s));
    if (!s)
        return err_oom();
    s->stop = o->stop;
    buf_init(&s->text, 0);
    *out = s;
    return NULL;
}

static dbk_err *tail_of_stdout(sink *s, bus_place *out, bool *known)
{
    (void)s;
    (void)out;
    *known = false;
    return NULL;
}

static dbk_err *write_piece(sink *s, const char *at, size_t left, size_t *wrote)
{
    struct pollfd p = {.fd = STDOUT_FILENO, .events = POLLOUT};
    dbk_err *e = interrupt_check(s->stop);
    *wrote = 0;
    if (e || poll(&p, 1, LOOK_MS) <= 0)
        return e;
    ssize_t n = write(STDOUT_FILENO, at, left < PIECE_BYTES ? left : PIECE_BYTES);
    if (n < 0 && errno != EINTR && errno != EAGAIN)
        return err_errno(errno, "could not write to standard output");
    *wrote = n > 0 ? (size_t)n : 0;
    return NULL;
}

static dbk_err *write_stdout(sink *s, const bus_event *events, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        buf_clear(&s->text);
        event_json_append(&s->text, &events[i]);
        buf_append_char(&s->text, '\n');
        dbk_err *e = buf_error(&s->text);
        while (!e && at < s->text.length) {
            size_t wrote;
            e = write_piece(s, s->text.data + at, s->text.length - at, &wrote);
            at += e ? 0 : wrote;
        }
        if (e)
            return e;
        s->written = events[i].place;
    }
    return NULL;
}

static dbk_err *settle_stdout(sink *s, bool wait, bus_place *durable)
{
    (void)wait;
    if (bus_place_compare(s->written, *durable) > 0)
        *durable = s->written;
    return NULL;
}

static void close_stdout(sink *s)
{
    if (!s)
        return;
    buf_term(&s->text);
    mem_free(s);
}

const sink_ops sink_stdout = {
    .prefix = "stdout",
    .name = "stdout",
    .help = "stdout: lines of JSON to standard output",
    .open = open_stdout,
    .tail = tail_of_stdout,
    .write = write_stdout,
    .settle = settle_stdout,
    .close = close_stdout,
};
