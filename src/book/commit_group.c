#include "book/commit_group.h"

#include <assert.h>
#include <pthread.h>

#include "core/mem.h"

enum place_state { WAITS, TAKEN, MADE, LEFT };

/* Of one call, on the stack of its thread. */
typedef struct place {
    void *call;
    enum place_state state;
    pthread_cond_t changed;
    struct place *next;
} place;

struct commit_group {
    commit_group_make make;
    pthread_mutex_t lock; /* guards the rest, and all places */
    place *first, *last;  /* that wait, in the order in which they came */
    size_t at_work;
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
    assert(!g->first && g->at_work == 0);
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

/* Those that have waited longest. */
static size_t take(commit_group *g, place **taken, void **calls)
{
    size_t count = 0;
    while (g->first && count < COMMIT_GROUP_CALLS_MAX) {
        place *p = g->first;
        g->first = p->next;
        p->state = TAKEN;
        calls[count] = p->call;
        taken[count++] = p;
    }
    if (!g->first)
        g->last = NULL;
    return count;
}

static void work(commit_group *g, void *with)
{
    place *taken[COMMIT_GROUP_CALLS_MAX];
    void *calls[COMMIT_GROUP_CALLS_MAX];
    size_t count = take(g, taken, calls);
    g->at_work++;
    pthread_mutex_unlock(&g->lock);
    bool made = g->make(with, calls, count);
    pthread_mutex_lock(&g->lock);
    g->at_work--;
    for (size_t i = 0; i < count; i++) {
        taken[i]->state = made ? MADE : LEFT;
        pthread_cond_signal(&taken[i]->changed);
    }
    if (g->first)
        pthread_cond_signal(&g->first->changed);
}

bool commit_group_call(commit_group *g, void *with, void *call)
{
    place own = {.call = call, .state = WAITS};
    pthread_cond_init(&own.changed, NULL);
    pthread_mutex_lock(&g->lock);
    enqueue(g, &own);
    while (own.state == WAITS || own.state == TAKEN) {
        if (own.state == WAITS && g->at_work < COMMIT_GROUP_AT_WORK_MAX)
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
