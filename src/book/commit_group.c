#include "book/commit_group.h"

#include <assert.h>
#include <pthread.h>

#include "core/mem.h"

enum place_state { WAITS, TAKEN, MADE, LEFT };

/* Of one call, on the stack of its thread. */
typedef struct place {
    void *call;
    uint64_t key;
    enum place_state state;
    pthread_cond_t changed;
    struct place *next;
} place;

/* Calls that one thread makes now. */
typedef struct batch {
    place *places[COMMIT_GROUP_CALLS_MAX];
    void *calls[COMMIT_GROUP_CALLS_MAX];
    size_t count;
    struct batch *next;
} batch;

struct commit_group {
    commit_group_make make;
    pthread_mutex_t lock; /* guards the rest, and all places */
    place *first, *last;  /* that wait, in the order in which they came */
    batch *batches;       /* under way */
};

commit_group *commit_group_new(commit_group_make make)
{
    commit_group *g = mem_alloc(sizeof(*g));
    if (!g)
        return NULL;
    g->make = make;
    pthread_mutex_init(&g->lock, NULL);
    return g;
}

void commit_group_free(commit_group *g)
{
    if (!g)
        return;
    assert(!g->first && !g->batches);
    pthread_mutex_destroy(&g->lock);
    mem_free(g);
}

static void enqueue(commit_group *g, place *p)
{
    if (g->last)
        g->last->next = p;
    else
        g->first = p;
    g->last = p;
}

static bool is_made_now(const commit_group *g, uint64_t key)
{
    for (const batch *b = g->batches; b; b = b->next) {
        for (size_t i = 0; i < b->count; i++) {
            if (b->places[i]->key == key)
                return true;
        }
    }
    return false;
}

static size_t at_work(const commit_group *g)
{
    size_t count = 0;
    for (const batch *b = g->batches; b; b = b->next)
        count++;
    return count;
}

static bool may_go(const commit_group *g, const place *p)
{
    return p->state == WAITS && at_work(g) < COMMIT_GROUP_AT_WORK_MAX && !is_made_now(g, p->key);
}

/* Those that have waited longest, of the ones that nobody stands in the way of. */
static void take(commit_group *g, batch *b)
{
    place **link = &g->first;
    g->last = NULL;
    while (*link) {
        place *p = *link;
        if (b->count < COMMIT_GROUP_CALLS_MAX && may_go(g, p)) {
            *link = p->next;
            p->state = TAKEN;
            b->calls[b->count] = p->call;
            b->places[b->count++] = p;
        } else {
            g->last = p;
            link = &p->next;
        }
    }
}

static void put_down(commit_group *g, batch *b, bool made)
{
    batch **link = &g->batches;
    while (*link != b)
        link = &(*link)->next;
    *link = b->next;
    for (size_t i = 0; i < b->count; i++) {
        b->places[i]->state = made ? MADE : LEFT;
        pthread_cond_signal(&b->places[i]->changed);
    }
}

static void work(commit_group *g, void *with)
{
    batch own = {.count = 0};
    take(g, &own);
    own.next = g->batches;
    g->batches = &own;
    pthread_mutex_unlock(&g->lock);
    bool made = g->make(with, own.calls, own.count);
    pthread_mutex_lock(&g->lock);
    put_down(g, &own, made);
    for (place *p = g->first; p; p = p->next) {
        if (may_go(g, p)) {
            pthread_cond_signal(&p->changed);
            break;
        }
    }
}

bool commit_group_call(commit_group *g, void *with, void *call, uint64_t key)
{
    place own = {.call = call, .key = key, .state = WAITS};
    pthread_cond_init(&own.changed, NULL);
    pthread_mutex_lock(&g->lock);
    enqueue(g, &own);
    while (own.state == WAITS || own.state == TAKEN) {
        if (may_go(g, &own))
            work(g, with);
        else
            pthread_cond_wait(&own.changed, &g->lock);
    }
    pthread_mutex_unlock(&g->lock);
    pthread_cond_destroy(&own.changed);
    return own.state == MADE;
}

size_t commit_group_waiting(commit_group *g)
{
    size_t count = 0;
    pthread_mutex_lock(&g->lock);
    for (const place *p = g->first; p; p = p->next)
        count++;
    pthread_mutex_unlock(&g->lock);
    return count;
}
