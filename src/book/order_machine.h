/* order_machine.h: which events an order may take, and what becomes of it. Pure: no clock, no server, no
 * heap.
 *
 * The rules are order_transitions.conf, of which tools/order_machine makes both the table used here and the
 * functions trading._order_next() and trading._order_status(); the two cannot differ. Quantities are not
 * moved here: whoever records a fill adds it up and asks order_progress_of() again. */
#ifndef DAYBOOK_BOOK_ORDER_MACHINE_H
#define DAYBOOK_BOOK_ORDER_MACHINE_H

#include <stdbool.h>

#include "core/decimal.h"

typedef enum order_lifecycle {
    ORDER_LIFECYCLE_DENIED, /* the book refused it; it never left for the venue */
    ORDER_LIFECYCLE_SUBMITTED,
    ORDER_LIFECYCLE_ACCEPTED,
    ORDER_LIFECYCLE_TRIGGERED,
    ORDER_LIFECYCLE_CANCELED,
    ORDER_LIFECYCLE_REJECTED,
    ORDER_LIFECYCLE_EXPIRED,
    ORDER_LIFECYCLE_COUNT
} order_lifecycle;

/* The request that is under way at the venue. */
typedef enum order_pending {
    ORDER_PENDING_NONE,
    ORDER_PENDING_CANCEL,
    ORDER_PENDING_REPLACE,
    ORDER_PENDING_COUNT
} order_pending;

/* How much of the quantity in force is filled. */
typedef enum order_progress {
    ORDER_PROGRESS_NONE,
    ORDER_PROGRESS_PART,
    ORDER_PROGRESS_FULL,
    ORDER_PROGRESS_COUNT
} order_progress;

typedef enum order_origin {
    ORDER_ORIGIN_LOCAL,
    ORDER_ORIGIN_EXTERNAL, /* met at the venue */
    ORDER_ORIGIN_CLAIMED,  /* external, then submitted by its owner */
    ORDER_ORIGIN_COUNT
} order_origin;

typedef enum order_event {
    ORDER_EVENT_FILL,
    ORDER_EVENT_CORRECT,
    ORDER_EVENT_BUST,
    ORDER_EVENT_BUST_WORKING, /* a bust, and the venue says that something is left of the order */
    ORDER_EVENT_ACKNOWLEDGE,
    ORDER_EVENT_TRIGGER,
    ORDER_EVENT_REJECT,
    ORDER_EVENT_CANCEL_REQUEST,
    ORDER_EVENT_CANCEL,
    ORDER_EVENT_CANCEL_REJECT,
    ORDER_EVENT_REPLACE_REQUEST,
    ORDER_EVENT_REPLACE,
    ORDER_EVENT_REPLACE_REJECT,
    ORDER_EVENT_EXPIRE,
    ORDER_EVENT_OUTCOME_UNKNOWN,
    ORDER_EVENT_COUNT
} order_event;

typedef struct order_state {
    order_lifecycle lifecycle;
    order_pending pending;
    order_progress progress; /* before the event */
    order_origin origin;
    bool outcome_unknown; /* whether the venue took the last request */
} order_state;

/* True if the order may take the event; *after is then its state, with progress and origin as they were.
 * False leaves *after alone. `after` may be `before`. */
bool order_next(order_event event, const order_state *before, order_state *after);
/* The status to display, "partially_filled" for one; static text. */
const char *order_status(const order_state *state);
/* Whether the venue may still act on the order. */
bool order_is_open(const order_state *state);
/* working_qty is NULL while the quantity of an external order is not known. */
order_progress order_progress_of(const decimal *working_qty, decimal cum_qty);

/* The type of domain event that says that an order took the event ("trading.order_canceled"); NULL for those
 * that are recorded with their fill. */
const char *order_event_type(order_event event);

/* The words of the book, as the database spells them. The finding ones answer false for any other text. */
const char *order_event_name(order_event event);
const char *order_lifecycle_name(order_lifecycle lifecycle);
const char *order_pending_name(order_pending pending);
const char *order_progress_name(order_progress progress);
const char *order_origin_name(order_origin origin);
bool order_event_find(const char *name, order_event *out);
bool order_lifecycle_find(const char *name, order_lifecycle *out);
bool order_pending_find(const char *name, order_pending *out);
bool order_progress_find(const char *name, order_progress *out);
bool order_origin_find(const char *name, order_origin *out);

#endif
