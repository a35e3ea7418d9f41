/* venue.h: what a venue's REST interface can be asked, and how its pages follow each other.
 *
 * An adapter is a table of endpoints, one for each stream and kind of instrument, and two functions that
 * spell symbols. What pages have in common (from where the next one is asked, whether more is there, what an
 * empty one means) is decided in venue.c alone, for all venues. Pure: no clock, no network; any thread. */
#ifndef DAYBOOK_MARKET_POLL_VENUE_H
#define DAYBOOK_MARKET_POLL_VENUE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

#define VENUE_HOSTS_MAX 3

/* How a long series is asked for in parts. */
typedef enum venue_paging {
    VENUE_BY_TIME,  /* a span of time after another */
    VENUE_BY_ID,    /* from the row that was received last; the first one is looked for by time */
    VENUE_BY_TOKEN, /* from where the last answer said it ended */
    VENUE_NOW       /* not at all: only the present state is told */
} venue_paging;

typedef struct venue_endpoint {
    const char *stream; /* as in ingest.streams, or listings */
    const char *kind;   /* of instruments, as in ref.instruments: spot, perp, inverse */
    int host;           /* index into the venue's hosts */
    const char *path;
    const char *shape; /* how an answer is written, as in json_shape.h */
    venue_paging paging;
    int limit;          /* rows of a full page; asked for where the venue lets ask; 0: one row */
    int weight;         /* what a request takes of the host's budget */
    int64_t span_s_max; /* longest span of time in one request; 0: as many intervals as a page has rows */
    int64_t history_s;  /* how far back the venue tells; 0: from the beginning */
    bool by_interval;   /* rows have a length, which is asked for */
    bool open_end;      /* no end can be asked for: an answer goes on to the newest row */
    bool is_list;       /* the venue's instruments of this kind, in one answer; there is no symbol */
} venue_endpoint;

typedef struct venue_host {
    const char *url;
    int weight_per_minute;   /* what is spent at most; below what the venue allows, for others at this address
                              */
    const char *used_header; /* says in an answer what was used of the current minute; NULL: nothing does */
} venue_host;

/* What is asked for, and how far it has been received: the cursor of a series. */
typedef struct venue_series {
    const venue_endpoint *endpoint;
    const char *symbol; /* as the venue writes it */
    int32_t interval_s; /* 0 where rows have no length */
} venue_series;

typedef struct venue_position {
    int64_t from_us; /* every row before this moment was received, or does not exist */
    int64_t last_id; /* BY_ID: of the last row; BY_TOKEN: the token; -1: none yet */
} venue_position;

typedef struct venue_request {
    const char *target;     /* path and query */
    int64_t from_us, to_us; /* the rows that are asked for, both included; to_us INT64_MAX without an end */
    int64_t from_id;        /* the row received last, which comes again; -1: asked for by time */
    int64_t to_id;          /* rows after this one are not wanted; INT64_MAX: all are */
    int weight;
} venue_request;

typedef struct venue {
    const char *code; /* as in ref.venues */
    venue_host hosts[VENUE_HOSTS_MAX];
    const venue_endpoint *endpoints; /* ended by one without a stream */
    /* The parameters that ask for an interval, a span, a limit or a token, after the path; not of lists. */
    dbk_err *(*query)(arena *a, const venue_series *s, const venue_position *p, const venue_request *r,
                      const char **out);
    /* The symbol of an instrument that nobody registered; false when there can be none. */
    bool (*symbol)(const char *kind, const char *base, const char *quote, char *out, size_t size);
} venue;

/* NULL: no such adapter. */
const venue *venue_named(const char *code);
/* All adapters, ended by NULL. */
const venue *const *venue_list(void);
/* NULL: the venue does not tell this of such instruments. */
const venue_endpoint *venue_find_endpoint(const venue *v, const char *stream, const char *kind);

/* What continues the series. server_us, the venue's own time, is 0 while it is not known. When the venue no
 * longer tells what lies at the position, the request begins later; then r->from_us > p->from_us. ERR_INPUT
 * when the venue has no such interval. */
dbk_err *venue_next_request(const venue *v, arena *a, const venue_series *s, const venue_position *p,
                            int64_t server_us, venue_request *r) ERR_MUST_USE;

/* What an answer held, in terms of pages. */
typedef struct venue_page {
    int64_t rows;              /* that the venue sent, also those that are not kept */
    int64_t first_us, last_us; /* times of the rows that are final and within what was asked; rows_kept > 0 */
    int64_t first_id, last_id; /* ids of those that are new; -1: none */
    int64_t rows_kept;         /* of those, how many */
    int64_t token;             /* BY_TOKEN: where the answer ended; -1: it does not say */
} venue_page;

typedef struct venue_step {
    venue_position position; /* after this page */
    bool more;               /* the next page is there already */
    int64_t wait_us;         /* else: how long it makes sense to wait for it */
    bool empty;              /* it held no row that is kept */
    int64_t wait_max_us;     /* while pages stay empty the wait may grow to this */
} venue_step;

/* Where the series stands after a page. An empty page moves on by the span that was asked for and no further
 * than the venue's own time allows; server_us > 0. ERR_INPUT, and the position stays, when the page
 * contradicts what was asked for. `more` is only ever said of a position that has moved: nothing that a venue
 * answers is asked for again at once. */
dbk_err *venue_after_page(const venue_series *s, const venue_position *before, const venue_request *r,
                          const venue_page *page, int64_t server_us, venue_step *out) ERR_MUST_USE;

/* Is a row that begins at time_us complete, by the venue's own time? */
bool venue_row_is_final(const venue_series *s, int64_t time_us, int64_t server_us);

extern const venue venue_binance;
extern const venue venue_kraken;

#endif
