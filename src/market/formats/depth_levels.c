#include "market/formats/depth_levels.h"

#include <stdlib.h>

void depth_levels_clear(depth_levels *l)
{
    l->count = 0;
    l->lossy = false;
}

bool depth_levels_add(depth_levels *l, double price, double quantity)
{
    if (l->count == DATASET_LEVELS_MAX)
        return false;
    l->all[l->count] = (depth_level){.price = price, .quantity = quantity, .position = l->count};
    l->count++;
    return true;
}

static int by_price(const void *a, const void *b)
{
    const depth_level *one = a;
    const depth_level *other = b;
    if (one->price != other->price)
        return one->price < other->price ? -1 : 1;
    return one->position - other->position;
}

static int by_position(const void *a, const void *b)
{
    return ((const depth_level *)a)->position - ((const depth_level *)b)->position;
}

/* Of levels in the order of price. */
static bool drop_repeated(depth_levels *l)
{
    int kept = 0;
    for (int i = 0; i < l->count; i++) {
        bool again = kept > 0 && l->all[kept - 1].price == l->all[i].price;
        if (again && l->all[kept - 1].quantity != l->all[i].quantity)
            return false;
        if (!again)
            l->all[kept++] = l->all[i];
    }
    l->count = kept;
    return true;
}

static void reverse(depth_levels *l)
{
    for (int i = 0, j = l->count - 1; i < j; i++, j--) {
        depth_level kept = l->all[i];
        l->all[i] = l->all[j];
        l->all[j] = kept;
    }
}

bool depth_levels_settle(depth_levels *l, depth_order order)
{
    qsort(l->all, (size_t)l->count, sizeof(l->all[0]), by_price);
    if (!drop_repeated(l))
        return false;
    if (order == DEPTH_AS_ADDED)
        qsort(l->all, (size_t)l->count, sizeof(l->all[0]), by_position);
    else if (order == DEPTH_HIGHEST_FIRST)
        reverse(l);
    return true;
}
