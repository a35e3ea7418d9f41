/* metrics.h: numbers that a daemon tells about itself, in the text format of Prometheus.
 *
 * Counters only grow, gauges are set, histograms count values below fixed bounds. Numbers are made once, at
 * start or when a part of the daemon begins, and changed from any thread without locks. Whoever has no set of
 * metrics passes NULL, and every call below then does nothing: so nothing that is measured needs to ask. */
#ifndef DAYBOOK_CORE_METRICS_H
#define DAYBOOK_CORE_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"

typedef struct metrics metrics;
typedef struct metric metric;

#define METRICS_MAX 512      /* numbers of one set */
#define METRIC_BOUNDS_MAX 16 /* of one histogram */
#define METRIC_TEXT_MAX 160  /* of a name, a help text, a label's value; what is longer is cut */

/* Bounds in seconds for what takes from one millisecond to a minute. */
extern const double metrics_bounds_seconds[];
extern const size_t metrics_bounds_seconds_count;

/* All names begin with the prefix: "daybook_relay_". */
dbk_err *metrics_new(const char *prefix, metrics **out) ERR_MUST_USE;
void metrics_free(metrics *m); /* and all numbers of it; accepts NULL */

/* The number of that name and label; the same one when it was made before. label NULL: none. Names of
 * counters end in _total, units come last: events_total, lag_seconds. NULL when there is no more room. */
metric *metrics_counter(metrics *m, const char *name, const char *help, const char *label, const char *value);
metric *metrics_gauge(metrics *m, const char *name, const char *help, const char *label, const char *value);
metric *metrics_histogram(metrics *m, const char *name, const char *help, const char *label,
                          const char *value, const double *bounds, size_t count);

void metric_add(metric *c, int64_t amount);   /* of a counter; amount >= 0 */
void metric_set(metric *g, double value);     /* of a gauge */
void metric_observe(metric *h, double value); /* of a histogram */

/* All of it, sorted so that the numbers of one name stand together. */
void metrics_append(metrics *m, buf *out);

#endif
