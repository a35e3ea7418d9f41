#include "market/formats/path_facts.h"

#include <string.h>

#include "core/clock.h"

/* From this day on Binance's metrics are labelled with the start of their five minutes. */
#define LABEL_CHANGE_DAY 20629 /* 2026-06-25 */
#define FOLDERS_MAX 64

static const struct {
    const char *type;
    const char *stream;
} types[] = {
    {"klines", "klines"},
    {"markPriceKlines", "mark_klines"},
    {"indexPriceKlines", "index_klines"},
    {"premiumIndexKlines", "premium_klines"},
    {"trades", "trades"},
    {"aggTrades", "agg_trades"},
    {"bookTicker", "book_tickers"},
    {"bookDepth", "book_depth"},
    {"fundingRate", "funding_rates"},
    {"metrics", "metrics"},
};

typedef struct part {
    const char *start;
    size_t length;
} part;

static bool is(const part *p, const char *word)
{
    return strlen(word) == p->length && memcmp(p->start, word, p->length) == 0;
}

static const dataset *dataset_of_type(const part *type)
{
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (is(type, types[i].type))
            return dataset_of_stream(types[i].stream);
    return NULL;
}

/* The last FOLDERS_MAX folders of a path; returns how many. */
static size_t find_folders(const char *path, part out[FOLDERS_MAX])
{
    size_t count = 0;
    for (const char *slash = strchr(path, '/'); slash; slash = strchr(path, '/')) {
        if (count == FOLDERS_MAX) {
            memmove(out, out + 1, (FOLDERS_MAX - 1) * sizeof(*out));
            count--;
        }
        if (slash > path)
            out[count++] = (part){path, (size_t)(slash - path)};
        path = slash + 1;
    }
    return count;
}

static void read_folders(const char *path, path_facts *out)
{
    part folders[FOLDERS_MAX];
    size_t count = find_folders(path, folders);
    for (size_t i = 2; i < count; i++) {
        const dataset *d = dataset_of_type(&folders[i]);
        if (!d || (!is(&folders[i - 1], "daily") && !is(&folders[i - 1], "monthly")))
            continue;
        const part *market = &folders[i - 2];
        const char *kind = is(market, "spot") ? "spot" : NULL;
        if (i >= 3 && is(&folders[i - 3], "futures"))
            kind = is(market, "um") ? "perp" : is(market, "cm") ? "inverse" : NULL;
        if (!kind)
            continue;
        out->dataset = d;
        out->kind = kind;
        out->venue = "binance";
        out->source = is(&folders[i - 1], "daily") ? "archive_daily" : "archive_monthly";
    }
}

static bool read_number(const char *text, size_t digits, int *out)
{
    *out = 0;
    for (size_t i = 0; i < digits; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *out = *out * 10 + (text[i] - '0');
    }
    return true;
}

/* "…-2024-02-29" or "…-2024-02" at the end. */
static void read_day(const char *text, size_t length, path_facts *out)
{
    int year, month, day = 1;
    bool found = length >= 11 && text[length - 11] == '-' && text[length - 6] == '-' &&
                 text[length - 3] == '-' && read_number(text + length - 10, 4, &year) &&
                 read_number(text + length - 5, 2, &month) && read_number(text + length - 2, 2, &day);
    if (!found) {
        day = 1;
        found = length >= 8 && text[length - 8] == '-' && text[length - 3] == '-' &&
                read_number(text + length - 7, 4, &year) && read_number(text + length - 2, 2, &month);
    }
    if (!found || year < 1970 || month < 1 || month > 12 || day < 1 || day > 31)
        return;
    out->dated = true;
    out->day = clock_days(year, month, day);
}

static void read_name(const char *path, path_facts *out)
{
    symbol_file_name said;
    symbol_from_file_name(path, &said);
    memcpy(out->symbol, said.symbol, sizeof(out->symbol));
    out->interval_s = said.interval_s;
    out->months = said.months;
    out->symbol_stands = said.symbol[0] && said.rest;
    if (!said.rest)
        return;
    part type = {said.rest, strcspn(said.rest, "-_")};
    type.length = type.length < said.rest_length ? type.length : said.rest_length;
    if (!out->dataset && said.symbol[0])
        out->dataset =
            said.interval_s > 0 || said.months ? dataset_of_stream("klines") : dataset_of_type(&type);
    read_day(said.rest, said.rest_length, out);
    out->by_type = said.symbol[0] && said.interval_s == 0 && !said.months && out->dated;
    if (out->by_type)
        out->venue = "binance";
}

void path_facts_read(const char *path, path_facts *out)
{
    *out = (path_facts){.dataset = NULL};
    read_folders(path, out);
    read_name(path, out);
}

dataset_label path_facts_label(const path_facts *facts)
{
    if (!facts->dated)
        return DATASET_LABEL_BY_TIME;
    return facts->day >= LABEL_CHANGE_DAY ? DATASET_LABEL_START : DATASET_LABEL_END;
}
