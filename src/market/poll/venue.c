#include "market/poll/venue.h"

#include <assert.h>
#include <string.h>

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
/* A row may appear a little after its time. What is empty is passed by only when it is so much older than the
 * venue's present, or two of its intervals where that is longer. */
#define SETTLE_US MINUTE_US
/* The first second after a close is the venue's own to publish in. */
#define PUBLISH_US SECOND_US
/* A venue forgets by its own clock, and a request takes its time. */
#define HISTORY_MARGIN_S 3600

static const venue *const venues[] = {&venue_binance, &venue_kraken, NULL};

const venue *const *venue_list(void)
{
    return venues;
}

const venue *venue_named(const char *code)
{
    for (const venue *const *v = venues; *v; v++)
        if (strcmp((*v)->code, code) == 0)
            return *v;
    return NULL;
}

const venue_endpoint *venue_find_endpoint(const venue *v, const char *stream, const char *kind)
{
    for (const venue_endpoint *e = v->endpoints; e->stream; e++)
        if (strcmp(e->stream, stream) == 0 && strcmp(e->kind, kind) == 0)
            return e;
    return NULL;
}

static int64_t interval_us(const venue_series *s)
{
    return s->interval_s * SECOND_US;
}

/* The distance from one row to the earliest that can follow it. */
static int64_t step_us(const venue_series *s)
{
    return s->endpoint->by_interval ? interval_us(s) : 1000;
}

static int64_t span_us(const venue_series *s)
{
    const venue_endpoint *e = s->endpoint;
    int64_t span = e->span_s_max * SECOND_US;
    int64_t page = e->by_interval ? e->limit * interval_us(s) : 0;
    return span > 0 && (page == 0 || span < page) ? span : page;
}

dbk_err *venue_next_request(const venue *v, arena *a, const venue_series *s, const venue_position *p,
                            int64_t server_us, venue_request *r)
{
    const venue_endpoint *e = s->endpoint;
    venue_request next = {
        .from_us = p->from_us, .to_us = INT64_MAX, .from_id = -1, .to_id = INT64_MAX, .weight = e->weight};
    int64_t oldest_us = server_us - (e->history_s - HISTORY_MARGIN_S) * SECOND_US;
    if (e->history_s > 0 && server_us > 0 && next.from_us < oldest_us)
        next.from_us = oldest_us;
    if (e->paging == VENUE_BY_ID && p->last_id >= 0)
        next.from_id = p->last_id;
    else if (!e->open_end && e->paging != VENUE_NOW)
        next.to_us = next.from_us + span_us(s) - 1000;
    const char *query = "";
    dbk_err *err = e->is_list ? NULL : v->query(a, s, p, &next, &query);
    if (err)
        return err;
    next.target = arena_printf(a, "%s%s", e->path, query);
    if (!next.target)
        return err_oom();
    *r = next;
    return NULL;
}

bool venue_row_is_final(const venue_series *s, int64_t time_us, int64_t server_us)
{
    return time_us + (s->endpoint->by_interval ? interval_us(s) : 0) <= server_us;
}

static dbk_err *contradiction(const venue_series *s, const char *what)
{
    return err_new(ERR_INPUT, "the answer for %s of %s %s", s->endpoint->stream, s->symbol, what);
}

/* By when an empty stretch is known to stay empty. */
static int64_t settled_us(const venue_series *s, int64_t server_us)
{
    int64_t settle = s->endpoint->by_interval ? 2 * interval_us(s) : 0;
    return server_us - (settle > SETTLE_US ? settle : SETTLE_US);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t align_down(int64_t us, int64_t step)
{
    return us - us % step;
}

/* Until the row after the position is over and told. */
static int64_t wait_for_row(const venue_series *s, int64_t from_us, int64_t server_us)
{
    int64_t close_us = from_us + (s->endpoint->by_interval ? interval_us(s) : 0);
    int64_t least_us = s->endpoint->by_interval ? later(SECOND_US, interval_us(s) / 20) : SECOND_US;
    return later(close_us + PUBLISH_US - server_us, least_us);
}

/* A market that is quiet, or gone, is asked less and less, and what it tells again is late by no more than
 * this. */
static int64_t longest_wait(const venue_series *s)
{
    return later(MINUTE_US, s->endpoint->by_interval ? interval_us(s) / 4 : 0);
}

static bool same_position(const venue_position *a, const venue_position *b)
{
    return a->from_us == b->from_us && a->last_id == b->last_id;
}

static dbk_err *after_span(const venue_series *s, const venue_position *before, const venue_request *r,
                           const venue_page *page, int64_t server_us, venue_step *out)
{
    const venue_endpoint *e = s->endpoint;
    int64_t passed_us = page->rows_kept > 0 ? page->last_us + step_us(s) : r->from_us;
    bool full = !e->open_end && page->rows >= e->limit;
    if (full && page->rows_kept == 0)
        return contradiction(s, "is a full page without one row of the time that was asked for");
    int64_t settled = align_down(settled_us(s, server_us), step_us(s));
    out->position = *before;
    if (full) {
        out->position.from_us = passed_us;
        out->more = true;
    } else if (r->to_us < settled) {
        out->position.from_us = r->to_us + 1000;
        out->more = true;
    } else {
        out->position.from_us = later(later(passed_us, settled), before->from_us);
        /* The span ended before the present, if only by what is not settled: the rest is asked for at once.
         */
        out->more = r->to_us < server_us && out->position.from_us > before->from_us;
    }
    return NULL;
}

static dbk_err *after_id(const venue_series *s, const venue_position *before, const venue_request *r,
                         const venue_page *page, int64_t server_us, venue_step *out)
{
    out->position = *before;
    if (r->from_id < 0 && page->last_id < 0)
        return after_span(s, before, r, page, server_us, out);
    bool full = page->rows >= s->endpoint->limit;
    if (full && page->last_id < 0)
        return contradiction(s, "is a full page without one new row");
    if (page->last_id >= 0) {
        out->position.last_id = page->last_id;
        out->position.from_us = later(page->last_us, before->from_us);
    }
    /* A page that was found by time ends with its span; the page after it is asked for by id. */
    out->more = full || (r->from_id < 0 && page->last_id >= 0);
    return NULL;
}

static dbk_err *after_token(const venue_series *s, const venue_position *before, const venue_page *page,
                            venue_step *out)
{
    if (page->token < 0 || page->token < before->last_id)
        return contradiction(s, "does not say where it ended");
    out->position = *before;
    out->more = page->rows >= s->endpoint->limit;
    if (out->more && page->token == before->last_id)
        return contradiction(s, "is a full page that ends where it began");
    out->position.last_id = page->token;
    if (page->rows_kept > 0)
        out->position.from_us = later(page->last_us, before->from_us);
    return NULL;
}

dbk_err *venue_after_page(const venue_series *s, const venue_position *before, const venue_request *r,
                          const venue_page *page, int64_t server_us, venue_step *out)
{
    assert(server_us > 0);
    venue_step step = {.position = *before};
    dbk_err *e = NULL;
    switch (s->endpoint->paging) {
    case VENUE_BY_TIME:
        e = after_span(s, before, r, page, server_us, &step);
        break;
    case VENUE_BY_ID:
        e = after_id(s, before, r, page, server_us, &step);
        break;
    case VENUE_BY_TOKEN:
        e = after_token(s, before, page, &step);
        break;
    case VENUE_NOW:
        if (page->rows_kept > 0)
            step.position.from_us = later(page->last_us, before->from_us);
        break;
    }
    if (e)
        return e;
    if (step.more && same_position(&step.position, before))
        return contradiction(s, "goes on from where it began");
    step.empty = page->rows_kept == 0;
    step.wait_max_us = longest_wait(s);
    if (!step.more && s->endpoint->paging == VENUE_BY_TIME)
        step.wait_us = wait_for_row(s, step.position.from_us, server_us);
    *out = step;
    return NULL;
}
