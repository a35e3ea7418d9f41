/* sink.h: what the log is delivered to: a file, a pipe, a broker. Each kind is one table of functions; all of
 * them are listed in bus/sinks.c.
 *
 * A sink runner (bus/sink_run.h) owns one sink, one connection and one cursor in the database, and calls the
 * functions from one thread: open; tail; then write and settle in turn, with tail again whenever it is not
 * sure; close. An error of any of them means that the sink is closed and, after a pause, opened again.
 *
 * What is durable is never the database's to say: after opening, the sink itself says where it stands. So a
 * kill at any moment repeats nothing that is in it, and a sink that lost its newest gets them again. */
#ifndef DAYBOOK_BUS_SINK_H
#define DAYBOOK_BUS_SINK_H

#include <stdatomic.h>

#include "bus/event.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/metrics.h"

typedef struct sink sink; /* each kind's own */

typedef struct sink_options {
    const char *name;            /* of the cursor: "file" */
    const char *address;         /* after the kind's prefix: a path; a URL whole */
    const char *const *settings; /* the relay's settings of sinks, "key=value", ended by NULL; may be NULL */
    const dbk_clock *clock;
    dbk_log *log;
    metrics *metrics;       /* may be NULL */
    const atomic_int *stop; /* what blocks looks at it and returns ERR_TERMINATED; may be NULL */
} sink_options;

typedef struct sink_ops {
    const char *prefix;          /* of an address, with which the kind is chosen: "file:", "nats://" */
    bool is_url;                 /* the prefix is part of the address */
    const char *name;            /* of a sink that was given none: "file" */
    const char *help;            /* "file:FOLDER: lines of JSON in files" */
    const char *const *settings; /* keys of its settings, ended by NULL; may be NULL */

    dbk_err *(*open)(const sink_options *o, sink **out);
    /* The last event that is certainly in the sink, by its own evidence. *known is false when there is none:
     * it is empty, or keeps nothing. Then the cursor says where to go on. */
    dbk_err *(*tail)(sink *s, bus_place *out, bool *known);
    /* Hands over events in the order of their places, each after all that were handed over before. They are
     * lent for the call. May wait for room; what it keeps meanwhile has a maximum. */
    dbk_err *(*write)(sink *s, const bus_event *events, size_t count);
    /* The last event that is durable of those written since tail(): after waiting for all of them when `all`
     * is set, else as it is now. Unchanged *durable: nothing new. */
    dbk_err *(*settle)(sink *s, bool all, bus_place *durable);
    /* Hands over events once more, beside the log and where they cannot be taken for it, and returns when
     * they are durable there. NULL: the sink has no such place. Called only when nothing new waits. */
    dbk_err *(*replay)(sink *s, const bus_event *events, size_t count);
    void (*close)(sink *s); /* accepts NULL */
    /* tail() for who only looks: opens and changes nothing, and another process may be feeding it meanwhile.
     * NULL: nobody can be asked. */
    dbk_err *(*look)(const sink_options *o, arena *a, bus_place *out, bool *known);
} sink_ops;

#endif
