/* Peels from both sides: a file that needs nothing left cannot be in a circle, nor can one that nothing left
 * needs. What remains is in circles, or between two of them. */
#include <stdint.h>
#include <string.h>

#include "schema/mirror_int.h"

typedef struct peel {
    const mirror_set *set;
    bool *gone;
    size_t *open; /* needs, or needers, that are left */
    size_t *queue;
    size_t *by_target; /* indexes of needs, sorted by what is needed */
    size_t *first_target;
} peel;

static bool counts(const mirror_set *s, const mirror_need *need)
{
    return !(need->soft && s->files[need->file].deferred);
}

/* Counting sort: the needs of the set by the file that is needed. */
static void sort_by_target(peel *p)
{
    const mirror_set *s = p->set;
    memset(p->first_target, 0, (s->count + 2) * sizeof(*p->first_target));
    for (size_t i = 0; i < s->need_count; i++)
        p->first_target[s->needs[i].needs + 2]++;
    for (size_t i = 2; i < s->count + 2; i++)
        p->first_target[i] += p->first_target[i - 1];
    for (size_t i = 0; i < s->need_count; i++)
        p->by_target[p->first_target[s->needs[i].needs + 1]++] = i;
}

/* One direction: forwards removes what needs nothing, backwards what is needed by nothing. */
static void peel_once(peel *p, bool forwards)
{
    const mirror_set *s = p->set;
    memset(p->open, 0, s->count * sizeof(*p->open));
    for (size_t i = 0; i < s->need_count; i++) {
        const mirror_need *n = &s->needs[i];
        if (counts(s, n) && !p->gone[n->file] && !p->gone[n->needs])
            p->open[forwards ? n->file : n->needs]++;
    }
    size_t head = 0, tail = 0;
    for (size_t i = 0; i < s->count; i++)
        if (!p->gone[i] && p->open[i] == 0)
            p->queue[tail++] = i;
    while (head < tail) {
        size_t file = p->queue[head++];
        p->gone[file] = true;
        size_t from = forwards ? p->first_target[file] : s->files[file].first_need;
        size_t count = forwards ? p->first_target[file + 1] - from : s->files[file].need_count;
        for (size_t i = from; i < from + count; i++) {
            const mirror_need *n = &s->needs[forwards ? p->by_target[i] : i];
            size_t other = forwards ? n->file : n->needs;
            if (counts(s, n) && !p->gone[other] && --p->open[other] == 0)
                p->queue[tail++] = other;
        }
    }
}

static void peel_all(peel *p)
{
    memset(p->gone, 0, p->set->count * sizeof(*p->gone));
    peel_once(p, true);
    peel_once(p, false);
}

dbk_err *mirror_order_break(mirror_set *s, size_t *circle)
{
    size_t n = s->count + 2;
    peel p = {.set = s,
              .gone = arena_alloc(s->arena, n * sizeof(*p.gone)),
              .open = arena_alloc(s->arena, n * sizeof(*p.open)),
              .queue = arena_alloc(s->arena, n * sizeof(*p.queue)),
              .by_target = arena_alloc(s->arena, (s->need_count + 1) * sizeof(*p.by_target)),
              .first_target = arena_alloc(s->arena, n * sizeof(*p.first_target))};
    if (!p.gone || !p.open || !p.queue || !p.by_target || !p.first_target)
        return err_oom();
    sort_by_target(&p);
    peel_all(&p);
    for (size_t i = 0; i < s->need_count; i++)
        if (s->needs[i].soft && !p.gone[s->needs[i].file] && !p.gone[s->needs[i].needs])
            s->files[s->needs[i].file].deferred = true;
    peel_all(&p);
    *circle = SIZE_MAX;
    for (size_t i = 0; i < s->count && *circle == SIZE_MAX; i++)
        if (!p.gone[i])
            *circle = i;
    return NULL;
}
