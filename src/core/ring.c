#include "core/ring.h"

#include <assert.h>
#include <pthread.h>

#include "core/mem.h"

struct ring {
    pthread_mutex_t lock; /* guards everything below */
    pthread_cond_t room;
    pthread_cond_t more;
    bool finished;
    bool abandoned;
    size_t slots;
    size_t first; /* the oldest item */
    size_t count;
    void *items[];
};

dbk_err *ring_new(size_t slots, ring **out)
{
    assert(slots > 0);
    ring *r = mem_alloc(sizeof(*r) + slots * sizeof(r->items[0]));
    if (!r)
        return err_oom();
    r->slots = slots;
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->room, NULL);
    pthread_cond_init(&r->more, NULL);
    *out = r;
    return NULL;
}

void ring_free(ring *r)
{
    if (!r)
        return;
    pthread_cond_destroy(&r->more);
    pthread_cond_destroy(&r->room);
    pthread_mutex_destroy(&r->lock);
    mem_free(r);
}

bool ring_give(ring *r, void *item)
{
    assert(item);
    pthread_mutex_lock(&r->lock);
    assert(!r->finished);
    while (r->count == r->slots && !r->abandoned)
        pthread_cond_wait(&r->room, &r->lock);
    bool given = !r->abandoned;
    if (given) {
        r->items[(r->first + r->count) % r->slots] = item;
        r->count++;
        pthread_cond_signal(&r->more);
    }
    pthread_mutex_unlock(&r->lock);
    return given;
}

void *ring_take(ring *r)
{
    void *item = NULL;
    pthread_mutex_lock(&r->lock);
    while (r->count == 0 && !r->finished && !r->abandoned)
        pthread_cond_wait(&r->more, &r->lock);
    if (r->count > 0) {
        item = r->items[r->first];
        r->first = (r->first + 1) % r->slots;
        r->count--;
        pthread_cond_signal(&r->room);
    }
    pthread_mutex_unlock(&r->lock);
    return item;
}

void ring_finish(ring *r)
{
    pthread_mutex_lock(&r->lock);
    r->finished = true;
    pthread_cond_broadcast(&r->more);
    pthread_mutex_unlock(&r->lock);
}

void ring_abandon(ring *r)
{
    pthread_mutex_lock(&r->lock);
    r->abandoned = true;
    pthread_cond_broadcast(&r->room);
    pthread_cond_broadcast(&r->more);
    pthread_mutex_unlock(&r->lock);
}
