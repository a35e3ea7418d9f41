#include "market/formats/symbol.h"

#include <ctype.h>
#include <string.h>

#include "market/formats/interval.h"

/* What venues quote in. */
static const struct {
    const char *code;
    const char *kind;
} quotes[] = {
    {"USDT", "stablecoin"}, {"USDC", "stablecoin"}, {"BUSD", "stablecoin"}, {"FDUSD", "stablecoin"},
    {"TUSD", "stablecoin"}, {"USDP", "stablecoin"}, {"DAI", "stablecoin"},  {"UST", "stablecoin"},
    {"EURC", "stablecoin"}, {"USD", "fiat"},        {"EUR", "fiat"},        {"GBP", "fiat"},
    {"JPY", "fiat"},        {"CHF", "fiat"},        {"AUD", "fiat"},        {"CAD", "fiat"},
    {"TRY", "fiat"},        {"BRL", "fiat"},        {"KRW", "fiat"},        {"RUB", "fiat"},
    {"UAH", "fiat"},        {"PLN", "fiat"},        {"ZAR", "fiat"},        {"MXN", "fiat"},
    {"BTC", "crypto"},      {"XBT", "crypto"},      {"ETH", "crypto"},      {"BNB", "crypto"},
};

/* Coins old and common enough to decide between two readings of a symbol. Not a list of what may be traded.
 */
static const char *const coins[] = {
    "AAVE", "ADA",  "ALGO",  "APT",  "AR",   "ARB",   "ATOM",  "AVAX", "AXS",  "BCH",  "BNB",  "BTC",  "CAKE",
    "CHZ",  "COMP", "CRV",   "DASH", "DOGE", "DOT",   "EGLD",  "ENJ",  "EOS",  "ETC",  "ETH",  "FIL",  "FLOW",
    "FTM",  "GALA", "GRT",   "HBAR", "HOT",  "ICP",   "IMX",   "INJ",  "IOTA", "KAVA", "KSM",  "LDO",  "LINK",
    "LTC",  "MANA", "MATIC", "MKR",  "NEAR", "NEO",   "OP",    "PAX",  "PEPE", "QNT",  "RUNE", "SAND", "SEI",
    "SHIB", "SNX",  "SOL",   "STX",  "SUI",  "SUSHI", "THETA", "TIA",  "TON",  "TRX",  "UNI",  "VET",  "WBTC",
    "XBT",  "XLM",  "XMR",   "XRP",  "XTZ",  "YFI",   "ZEC",   "ZIL",
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool is_symbol_char(char c)
{
    return isalnum((unsigned char)c);
}

static bool is_separator(char c)
{
    return c == '-' || c == '_' || c == '/' || c == ':';
}

static bool is_known(const char *code, size_t length)
{
    for (size_t i = 0; i < COUNT(quotes); i++)
        if (strlen(quotes[i].code) == length && memcmp(quotes[i].code, code, length) == 0)
            return true;
    for (size_t i = 0; i < COUNT(coins); i++)
        if (strlen(coins[i]) == length && memcmp(coins[i], code, length) == 0)
            return true;
    return false;
}

static bool is_quote(const char *code, size_t length)
{
    for (size_t i = 0; i < COUNT(quotes); i++)
        if (strlen(quotes[i].code) == length && memcmp(quotes[i].code, code, length) == 0)
            return true;
    return false;
}

static bool ends_with(const char *text, size_t length, const char *ending)
{
    size_t n = strlen(ending);
    return length > n && strncasecmp(text + length - n, ending, n) == 0;
}

static size_t length_without_endings(const char *name)
{
    static const char *const endings[] = {".gz", ".zip", ".csv", ".txt"};
    size_t length = strlen(name);
    for (bool again = true; again;) {
        again = false;
        for (size_t i = 0; i < COUNT(endings); i++)
            if (ends_with(name, length, endings[i])) {
                length -= strlen(endings[i]);
                again = true;
            }
    }
    return length;
}

/* How Binance ends the symbols of contracts: BTCUSD_PERP, BTCUSDT_240628. */
static bool is_contract_ending(const char *text, size_t length)
{
    if (length == 4 && strncasecmp(text, "PERP", 4) == 0)
        return true;
    size_t digits = 0;
    while (digits < length && isdigit((unsigned char)text[digits]))
        digits++;
    return length == 6 && digits == 6;
}

/* BTCUSDT, BTC-USD, BTC_USDT, BTCUSD_PERP: one word, or two of which the second is a quote currency or the
 * ending of a contract. */
static bool is_symbol(const char *text, size_t length)
{
    size_t separator = length;
    for (size_t i = 0; i < length; i++) {
        if (is_symbol_char(text[i]))
            continue;
        if (!is_separator(text[i]) || separator != length)
            return false;
        separator = i;
    }
    if (length == 0 || length >= SYMBOL_SIZE)
        return false;
    if (separator == length)
        return true;
    char quote[CURRENCY_SIZE];
    size_t quote_length = length - separator - 1;
    if (separator == 0 || quote_length == 0 || quote_length >= CURRENCY_SIZE)
        return false;
    for (size_t i = 0; i < quote_length; i++)
        quote[i] = (char)toupper((unsigned char)text[separator + 1 + i]);
    return is_quote(quote, quote_length) ||
           (text[separator] == '_' && is_contract_ending(text + separator + 1, quote_length));
}

/* What archives write between symbol and date of files that are not candles. */
static bool is_archive_type(const char *text, size_t length)
{
    static const char *const types[] = {"aggTrades", "trades",      "bookTicker",
                                        "bookDepth", "fundingRate", "metrics"};
    for (size_t i = 0; i < COUNT(types); i++)
        if (strlen(types[i]) == length && memcmp(types[i], text, length) == 0)
            return true;
    return false;
}

static void set_symbol(const char *text, size_t length, symbol_file_name *out)
{
    if (!is_symbol(text, length))
        return;
    for (size_t i = 0; i < length; i++)
        out->symbol[i] = (char)toupper((unsigned char)text[i]);
    out->symbol[length] = '\0';
}

void symbol_from_file_name(const char *path, symbol_file_name *out)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    size_t length = length_without_endings(name);
    *out = (symbol_file_name){.interval_s = 0};
    /* The first part that is an interval or a type ends the symbol; the very first part never is one. */
    size_t start = strcspn(name, "-_");
    while (start < length) {
        size_t part = start + 1;
        size_t part_length = strcspn(name + part, "-_");
        part_length = part + part_length > length ? length - part : part_length;
        out->months = interval_is_months(name + part, part_length);
        if (out->months || interval_from_token(name + part, part_length, &out->interval_s) ||
            is_archive_type(name + part, part_length)) {
            set_symbol(name, start, out);
            out->rest = name + part;
            out->rest_length = length - part;
            return;
        }
        start = part + part_length;
    }
    set_symbol(name, length, out);
}

static dbk_err *copy_split(const char *symbol, size_t base_length, size_t quote_start,
                           char base[CURRENCY_SIZE], char quote[CURRENCY_SIZE])
{
    size_t quote_length = strlen(symbol + quote_start);
    if (base_length == 0 || base_length >= CURRENCY_SIZE || quote_length == 0 ||
        quote_length >= CURRENCY_SIZE) {
        dbk_err *e = err_new(ERR_INPUT, "which currencies is symbol \"%s\" made of?", symbol);
        return err_with_hint(e, "answer with --base and --quote");
    }
    for (size_t i = 0; i < base_length; i++)
        base[i] = (char)toupper((unsigned char)symbol[i]);
    base[base_length] = '\0';
    for (size_t i = 0; i < quote_length; i++)
        quote[i] = (char)toupper((unsigned char)symbol[quote_start + i]);
    quote[quote_length] = '\0';
    return NULL;
}

/* Bases that the quotes at the symbol's end leave, longest quote first. More than two do not occur. */
typedef struct reading {
    size_t base_length;
} reading;

static size_t find_readings(const char *symbol, reading out[2])
{
    size_t length = strlen(symbol);
    size_t count = 0;
    for (size_t base_length = 1; base_length < length && count < 2; base_length++)
        if (is_quote(symbol + base_length, length - base_length))
            out[count++].base_length = base_length;
    return count;
}

dbk_err *symbol_split(const char *text, char base[CURRENCY_SIZE], char quote[CURRENCY_SIZE])
{
    char symbol[SYMBOL_SIZE];
    size_t whole = strlen(text);
    if (whole >= SYMBOL_SIZE)
        return copy_split(text, 0, 0, base, quote);
    memcpy(symbol, text, whole + 1);
    char *ending = strrchr(symbol, '_');
    if (ending && ending > symbol && is_contract_ending(ending + 1, strlen(ending + 1)))
        *ending = '\0';
    size_t separator = 0;
    while (symbol[separator] != '\0' && !is_separator(symbol[separator]))
        separator++;
    if (symbol[separator] != '\0') {
        /* One separator says it all; more are a dated future or worse. */
        bool single = strpbrk(symbol + separator + 1, "-_/:") == NULL;
        return copy_split(symbol, single ? separator : 0, separator + 1, base, quote);
    }
    reading found[2];
    size_t count = find_readings(symbol, found);
    if (count == 0) {
        dbk_err *e = err_new(
            ERR_INPUT, "which currencies is symbol \"%s\" made of? it ends with no known quote currency",
            symbol);
        return err_with_hint(e, "answer with --base and --quote");
    }
    size_t chosen = 0;
    if (count == 2) {
        bool first = is_known(symbol, found[0].base_length);
        bool second = is_known(symbol, found[1].base_length);
        if (first == second) {
            dbk_err *e = err_new(ERR_INPUT, "is symbol \"%s\" %.*s in %s or %.*s in %s?", symbol,
                                 (int)found[0].base_length, symbol, symbol + found[0].base_length,
                                 (int)found[1].base_length, symbol, symbol + found[1].base_length);
            return err_with_hint(e, "answer with --base and --quote");
        }
        chosen = second ? 1 : 0;
    }
    return copy_split(symbol, found[chosen].base_length, found[chosen].base_length, base, quote);
}

const char *symbol_currency_kind(const char *code)
{
    for (size_t i = 0; i < COUNT(quotes); i++)
        if (strcmp(quotes[i].code, code) == 0)
            return quotes[i].kind;
    return "crypto";
}

dbk_err *symbol_check_currency(const char *option, const char *code)
{
    size_t length = strlen(code);
    size_t good = strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
    if (length > 0 && good == length && length < CURRENCY_SIZE && isalnum((unsigned char)code[0]))
        return NULL;
    dbk_err *e = err_new(ERR_USAGE, "--%s is not a currency's code: \"%.40s\"", option, code);
    return err_with_hint(e, "codes are capitals and digits, such as USD or BTC");
}
