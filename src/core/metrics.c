#include "core/metrics.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"

const double metrics_bounds_seconds[] = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                         0.25,  0.5,    1,     2.5,  5,     10,   60};
const size_t metrics_bounds_seconds_count =
    sizeof(metrics_bounds_seconds) / sizeof(metrics_bounds_seconds[0]);

typedef enum metric_kind { COUNTER, GAUGE, HISTOGRAM } metric_kind;

struct metric {
    metric_kind kind;
    char name[METRIC_TEXT_MAX];
    char help[METRIC_TEXT_MAX];
    char labels[2 * METRIC_TEXT_MAX]; /* sink="file", escaped; "" */
    _Atomic int64_t count;            /* of a counter; of a histogram: all values */
    _Atomic double value;             /* of a gauge; of a histogram: their sum */
    double bounds[METRIC_BOUNDS_MAX];
    size_t bound_count;
    _Atomic int64_t buckets[METRIC_BOUNDS_MAX]; /* each value counted once, in the first that holds it */
};

struct metrics {
    char prefix[METRIC_TEXT_MAX];
    pthread_mutex_t lock; /* guards the list, not the numbers */
    metric *all[METRICS_MAX];
    size_t count;
};

dbk_err *metrics_new(const char *prefix, metrics **out)
{
    metrics *m = mem_alloc(sizeof(*m));
    if (!m)
        return err_oom();
    snprintf(m->prefix, sizeof(m->prefix), "%s", prefix);
    pthread_mutex_init(&m->lock, NULL);
    *out = m;
    return NULL;
}

void metrics_free(metrics *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->count; i++)
        mem_free(m->all[i]);
    pthread_mutex_destroy(&m->lock);
    mem_free(m);
}

static void format_labels(char out[2 * METRIC_TEXT_MAX], const char *label, const char *value)
{
    size_t n = 0;
    if (!label)
        return;
    n = (size_t)snprintf(out, METRIC_TEXT_MAX, "%s=\"", label);
    assert(n < METRIC_TEXT_MAX);
    for (const char *c = value; *c && n < 2 * METRIC_TEXT_MAX - 4; c++) {
        if (*c == '\\' || *c == '"' || *c == '\n')
            out[n++] = '\\';
        out[n++] = *c;
        if (*c == '\n')
            out[n - 1] = 'n';
    }
    out[n++] = '"';
    out[n] = '\0';
}

/* Where the number stands or belongs: by name, then by label. */
static size_t place_of(const metrics *m, const metric *wanted, bool *found)
{
    size_t i = 0;
    int order = 1;
    for (; i < m->count; i++) {
        order = strcmp(m->all[i]->name, wanted->name);
        if (order == 0)
            order = strcmp(m->all[i]->labels, wanted->labels);
        if (order >= 0)
            break;
    }
    *found = i < m->count && order == 0;
    return i;
}

/* Takes `one` or frees it. */
static metric *add_locked(metrics *m, metric *one)
{
    bool found;
    size_t at = place_of(m, one, &found);
    if (found || m->count == METRICS_MAX) {
        mem_free(one);
        return found ? m->all[at] : NULL;
    }
    memmove(&m->all[at + 1], &m->all[at], (m->count - at) * sizeof(m->all[0]));
    m->all[at] = one;
    m->count++;
    return one;
}

static metric *add(metrics *m, metric_kind kind, const char *name, const char *help, const char *label,
                   const char *value, const double *bounds, size_t count)
{
    metric *one = m ? mem_alloc(sizeof(*one)) : NULL;
    if (!one)
        return NULL;
    assert(count <= METRIC_BOUNDS_MAX);
    one->kind = kind;
    snprintf(one->name, sizeof(one->name), "%s%s", m->prefix, name);
    snprintf(one->help, sizeof(one->help), "%s", help);
    format_labels(one->labels, label, value);
    for (size_t i = 0; i < count; i++)
        one->bounds[i] = bounds[i];
    one->bound_count = count;
    pthread_mutex_lock(&m->lock);
    one = add_locked(m, one);
    pthread_mutex_unlock(&m->lock);
    assert(!one || one->kind == kind);
    return one;
}

metric *metrics_counter(metrics *m, const char *name, const char *help, const char *label, const char *value)
{
    return add(m, COUNTER, name, help, label, value, NULL, 0);
}

metric *metrics_gauge(metrics *m, const char *name, const char *help, const char *label, const char *value)
{
    return add(m, GAUGE, name, help, label, value, NULL, 0);
}

metric *metrics_histogram(metrics *m, const char *name, const char *help, const char *label,
                          const char *value, const double *bounds, size_t count)
{
    return add(m, HISTOGRAM, name, help, label, value, bounds, count);
}

void metric_add(metric *c, int64_t amount)
{
    if (!c)
        return;
    assert(c->kind == COUNTER && amount >= 0);
    atomic_fetch_add_explicit(&c->count, amount, memory_order_relaxed);
}

void metric_set(metric *g, double value)
{
    if (!g)
        return;
    assert(g->kind == GAUGE);
    atomic_store_explicit(&g->value, value, memory_order_relaxed);
}

void metric_observe(metric *h, double value)
{
    size_t i = 0;
    if (!h)
        return;
    assert(h->kind == HISTOGRAM);
    while (i < h->bound_count && value > h->bounds[i])
        i++;
    if (i < h->bound_count)
        atomic_fetch_add_explicit(&h->buckets[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&h->count, 1, memory_order_relaxed);
    double sum = atomic_load_explicit(&h->value, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&h->value, &sum, sum + value, memory_order_relaxed,
                                                  memory_order_relaxed))
        continue;
}

/* ---- text ---- */

static void append_series(buf *out, const metric *one, const char *suffix)
{
    buf_append_str(out, one->name);
    buf_append_str(out, suffix);
    if (one->labels[0])
        buf_printf(out, "{%s}", one->labels);
    buf_append_char(out, ' ');
}

static void append_histogram(buf *out, metric *one)
{
    int64_t below = 0, all = atomic_load(&one->count);
    const char *comma = one->labels[0] ? "," : "";
    for (size_t i = 0; i < one->bound_count; i++) {
        below += atomic_load(&one->buckets[i]);
        buf_printf(out, "%s_bucket{%s%sle=\"%g\"} %lld\n", one->name, one->labels, comma, one->bounds[i],
                   (long long)below);
    }
    /* Read first, so what was counted meanwhile may make a bucket larger than it. */
    buf_printf(out, "%s_bucket{%s%sle=\"+Inf\"} %lld\n", one->name, one->labels, comma,
               (long long)(all > below ? all : below));
    append_series(out, one, "_sum");
    buf_printf(out, "%.9g\n", atomic_load(&one->value));
    append_series(out, one, "_count");
    buf_printf(out, "%lld\n", (long long)(all > below ? all : below));
}

static void append_one(buf *out, metric *one)
{
    if (one->kind == HISTOGRAM) {
        append_histogram(out, one);
        return;
    }
    append_series(out, one, "");
    if (one->kind == COUNTER)
        buf_printf(out, "%lld\n", (long long)atomic_load(&one->count));
    else
        buf_printf(out, "%.9g\n", atomic_load(&one->value));
}

void metrics_append(metrics *m, buf *out)
{
    static const char *const kinds[] = {"counter", "gauge", "histogram"};
    if (!m)
        return;
    pthread_mutex_lock(&m->lock);
    for (size_t i = 0; i < m->count; i++) {
        metric *one = m->all[i];
        if (i == 0 || strcmp(m->all[i - 1]->name, one->name) != 0)
            buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", one->name, one->help, one->name,
                       kinds[one->kind]);
        append_one(out, one);
    }
    pthread_mutex_unlock(&m->lock);
}
