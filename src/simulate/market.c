#include "simulate/market.h"

#include <string.h>

#include "core/uuid.h"

/* Spot with a grid and without one; contracts with multipliers above and below one, linear and inverse; and a
 * spot whose prices are as small and quantities as large as can be. */
const market_instrument market_instruments[MARKET_INSTRUMENTS] = {
    {"BTCUSD", "inverse", "BTC", "USD", "BTC", "0.5", "5", "100", 0, 1, 900, 5, 431235, 5},
    {"BTCUSDT", "perp", "BTC", "USDT", "USDT", "0.1", "0.001", "1", 4, 2, 90000, 10, 4312340, 10},
    {"BTCUSDT", "spot", "BTC", "USDT", "USDT", "0.01", "0.00001", "1", 6, 3, 5000000, 10, 43123450, 10},
    {"DUSTUSDT", "spot", "DUST", "USDT", "USDT", NULL, NULL, "1", 2, 18, 100000000000000000, 1, 3141592, 1},
    {"ETHBTC", "spot", "ETH", "BTC", "BTC", NULL, NULL, "1", 8, 7, 3000000000, 7, 523417, 3},
    {"ETHUSDT", "perp", "ETH", "USDT", "USDT", "0.05", "1", "0.01", 1, 2, 50000, 10, 231415, 5},
};

const char *const market_currencies[MARKET_CURRENCIES] = {"BNB", "BTC", "DUST", "ETH", "USD", "USDT"};

dbk_uuid market_instrument_id(const market_instrument *i)
{
    static const dbk_uuid name_space = {{0x5d, 0x1a, 0x73, 0x0e, 0x2c, 0x41}};
    char name[64];
    size_t symbol = strlen(i->symbol), kind = strlen(i->kind);
    memcpy(name, i->symbol, symbol);
    name[symbol] = '/';
    memcpy(name + symbol + 1, i->kind, kind);
    dbk_uuid id;
    uuid_from_name(&name_space, name, symbol + 1 + kind, &id);
    return id;
}

const market_instrument *market_find(const dbk_uuid *instrument_id)
{
    for (size_t i = 0; i < MARKET_INSTRUMENTS; i++) {
        dbk_uuid id = market_instrument_id(&market_instruments[i]);
        if (uuid_equal(&id, instrument_id))
            return &market_instruments[i];
    }
    return NULL;
}
