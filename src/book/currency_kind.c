#include "book/currency_kind.h"

#include <stddef.h>
#include <string.h>

const char *currency_kind_guess(const char *code)
{
    static const char *const fiat[] = {"USD", "EUR", "GBP", "JPY", "CHF", "AUD", "CAD", "NZD", "SEK", "NOK",
                                       "DKK", "CNY", "HKD", "SGD", "KRW", "INR", "BRL", "MXN", "ZAR", "TRY"};
    static const char *const stable[] = {"USDT", "USDC", "DAI", "BUSD", "TUSD", "FDUSD", "PYUSD", "EURC"};
    for (size_t i = 0; i < sizeof(fiat) / sizeof(fiat[0]); i++) {
        if (strcmp(code, fiat[i]) == 0)
            return "fiat";
    }
    for (size_t i = 0; i < sizeof(stable) / sizeof(stable[0]); i++) {
        if (strcmp(code, stable[i]) == 0)
            return "stablecoin";
    }
    return "crypto";
}
