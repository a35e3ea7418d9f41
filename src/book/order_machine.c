/* The first line that fits decides, as in the file. Sets of words are bits. */
#include "book/order_machine.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

typedef enum doubt { DOUBT_KEPT, DOUBT_ENDS, DOUBT_BEGINS } doubt;

typedef struct transition_line {
    order_event event;
    unsigned lifecycle, pending, progress, origin; /* sets of words that the line fits */
    bool illegal;
    order_lifecycle to_lifecycle; /* the count: as it was */
    order_pending to_pending;     /* the count: as it was */
    doubt doubt;
} transition_line;

typedef struct status_line {
    unsigned lifecycle, pending, progress;
    const char *status; /* NULL: the name of the lifecycle */
    bool is_open;
} status_line;

#include "order_transitions.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

_Static_assert(COUNT(event_names) == ORDER_EVENT_COUNT,
               "order_transitions.conf lists each event of order_event");
_Static_assert(COUNT(event_types) == ORDER_EVENT_COUNT, "the same");
_Static_assert(COUNT(lifecycle_names) == ORDER_LIFECYCLE_COUNT, "and each lifecycle");
_Static_assert(COUNT(pending_names) == ORDER_PENDING_COUNT, "and each request");
_Static_assert(COUNT(progress_names) == ORDER_PROGRESS_COUNT, "and each progress");
_Static_assert(COUNT(origin_names) == ORDER_ORIGIN_COUNT, "and each origin");

static bool has(unsigned set, unsigned word)
{
    return set >> word & 1u;
}

static bool transition_fits(const transition_line *line, order_event event, const order_state *state)
{
    return line->event == event && has(line->lifecycle, state->lifecycle) &&
           has(line->pending, state->pending) && has(line->progress, state->progress) &&
           has(line->origin, state->origin);
}

static const transition_line *find_transition(order_event event, const order_state *state)
{
    for (size_t i = 0; i < COUNT(transition_lines); i++)
        if (transition_fits(&transition_lines[i], event, state))
            return transition_lines[i].illegal ? NULL : &transition_lines[i];
    return NULL;
}

bool order_next(order_event event, const order_state *before, order_state *after)
{
    const transition_line *line = find_transition(event, before);
    if (!line)
        return false;
    *after = *before;
    if (line->to_lifecycle != ORDER_LIFECYCLE_COUNT)
        after->lifecycle = line->to_lifecycle;
    if (line->to_pending != ORDER_PENDING_COUNT)
        after->pending = line->to_pending;
    if (line->doubt != DOUBT_KEPT)
        after->outcome_unknown = line->doubt == DOUBT_BEGINS;
    return true;
}

static const status_line *find_status(const order_state *state)
{
    size_t i = 0;
    while (!has(status_lines[i].lifecycle, state->lifecycle) ||
           !has(status_lines[i].pending, state->pending) || !has(status_lines[i].progress, state->progress)) {
        i++;
        assert(i < COUNT(status_lines));
    }
    return &status_lines[i];
}

const char *order_status(const order_state *state)
{
    const char *status = find_status(state)->status;
    return status ? status : lifecycle_names[state->lifecycle];
}

bool order_is_open(const order_state *state)
{
    return find_status(state)->is_open;
}

order_progress order_progress_of(const decimal *working_qty, decimal cum_qty)
{
    if (working_qty && decimal_compare(cum_qty, *working_qty) >= 0)
        return ORDER_PROGRESS_FULL;
    return decimal_sign(cum_qty) == 0 ? ORDER_PROGRESS_NONE : ORDER_PROGRESS_PART;
}

const char *order_event_type(order_event event)
{
    assert((size_t)event < COUNT(event_types));
    return event_types[event];
}

static const char *name_of(const char *const *names, size_t count, size_t word)
{
    assert(word < count);
    return names[word];
}

/* The place of the name, count when it is none. */
static size_t place_of(const char *const *names, size_t count, const char *name)
{
    size_t i = 0;
    while (i < count && strcmp(names[i], name) != 0)
        i++;
    return i;
}

#define WORDS(kind)                                                                                          \
    const char *order_##kind##_name(order_##kind word)                                                       \
    {                                                                                                        \
        return name_of(kind##_names, COUNT(kind##_names), (size_t)word);                                     \
    }                                                                                                        \
    bool order_##kind##_find(const char *name, order_##kind *out)                                            \
    {                                                                                                        \
        size_t place = place_of(kind##_names, COUNT(kind##_names), name);                                    \
        if (place == COUNT(kind##_names))                                                                    \
            return false;                                                                                    \
        *out = (order_##kind)place;                                                                          \
        return true;                                                                                         \
    }

WORDS(event)
WORDS(lifecycle)
WORDS(pending)
WORDS(progress)
WORDS(origin)
