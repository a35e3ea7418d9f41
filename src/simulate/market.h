/* market.h: the venue at which simulated histories happen: its instruments and currencies. */
#ifndef DAYBOOK_SIMULATE_MARKET_H
#define DAYBOOK_SIMULATE_MARKET_H

#include <stddef.h>
#include <stdint.h>

#include "daybook.h"

#define MARKET_VENUE "simulated"
#define MARKET_INSTRUMENTS 6
#define MARKET_CURRENCIES 6

typedef struct market_instrument {
    const char *symbol, *kind, *base, *quote, *settle;
    const char *tick_size, *lot_size; /* NULL: unknown to the book */
    const char *multiplier;
    /* What is traded: quantities are whole numbers of 10^-qty_scale up to qty_max, prices of 10^-price_scale
     * around price_mid; lot and tick in the same units. */
    int qty_scale, price_scale;
    int64_t qty_max, lot, price_mid, tick;
} market_instrument;

/* By symbol and kind, byte by byte; currencies by code. */
extern const market_instrument market_instruments[MARKET_INSTRUMENTS];
extern const char *const market_currencies[MARKET_CURRENCIES];

dbk_uuid market_instrument_id(const market_instrument *i);
/* NULL when there is none with that id. */
const market_instrument *market_find(const dbk_uuid *instrument_id);

#endif
