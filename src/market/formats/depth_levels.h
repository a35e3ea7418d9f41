/* depth_levels.h: one side of an order book while the lines of an update state it, level after level.
 *
 * Levels are added as they come, repeated ones too, and settled once when all are there. Pure; one thread. */
#ifndef DAYBOOK_MARKET_FORMATS_DEPTH_LEVELS_H
#define DAYBOOK_MARKET_FORMATS_DEPTH_LEVELS_H

#include "market/formats/dataset.h"

typedef struct depth_level {
    double price;
    double quantity;
    int position; /* among those that were added */
} depth_level;

/* Plain storage, nothing to free. */
typedef struct depth_levels {
    int count;
    bool lossy; /* for the caller to set: a number's text says more than the value keeps */
    depth_level all[DATASET_LEVELS_MAX];
} depth_levels;

typedef enum depth_order { DEPTH_AS_ADDED, DEPTH_LOWEST_FIRST, DEPTH_HIGHEST_FIRST } depth_order;

/* To be called before the first level of each update. */
void depth_levels_clear(depth_levels *l);
/* false: there is no room for it. */
bool depth_levels_add(depth_levels *l, double price, double quantity);
/* Of a level that was added again the first one stays, and what stays is put in order. false: a price has two
 * quantities, and the levels are worthless. */
bool depth_levels_settle(depth_levels *l, depth_order order);

#endif
