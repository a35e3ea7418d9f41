/* health.h: whether a daemon does what it is for.
 *
 * Every part of a daemon that can fall behind or stand still reports on itself, again and again: that it is
 * fine, or why it is not. A part that has not reported for too long is not fine either, so that a thread that
 * hangs is seen. Reports come from any thread. */
#ifndef DAYBOOK_CORE_HEALTH_H
#define DAYBOOK_CORE_HEALTH_H

#include "core/buf.h"
#include "core/clock.h"

typedef struct health health;
typedef struct health_part health_part;

#define HEALTH_PARTS_MAX 64
#define HEALTH_REASON_SIZE 256

/* silence_us: after how long without a report a part counts as standing still. */
dbk_err *health_new(const dbk_clock *clock, int64_t silence_us, health **out) ERR_MUST_USE;
void health_free(health *h); /* accepts NULL */

/* A part of the daemon, for which a first report is awaited. NULL for a NULL health, and when there is no
 * more room: then reports go nowhere. */
health_part *health_add(health *h, const char *name);
void health_fine(health_part *p);
/* The part begins to wait: for what ("the server to answer", which outlives it) and how long that may take.
 * Without a report by then it is ill, with those words, and not only after silence_us. */
void health_wait(health_part *p, int64_t limit_us, const char *what);
void health_ill(health_part *p, const char *fmt, ...) ERR_FORMAT(2, 3);
/* The part has come to its end and is no longer asked for. */
void health_over(health_part *p);

/* {"healthy":true,"parts":[{"name":"sequencer","healthy":true,"reason":null}]}; returns whether all parts
 * are fine. */
bool health_append(health *h, buf *out);

#endif
