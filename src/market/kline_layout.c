#include "market/kline_layout.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#define IGNORED (-1)
#define UNKNOWN (-2)
#define FIELD_LENGTH_MAX 63

static const char *const role_names[] = {
    [KLINE_OPEN_TIME] = "open_time",
    [KLINE_OPEN] = "open",
    [KLINE_HIGH] = "high",
    [KLINE_LOW] = "low",
    [KLINE_CLOSE] = "close",
    [KLINE_VOLUME] = "volume",
    [KLINE_CLOSE_TIME] = "close_time",
    [KLINE_QUOTE_VOLUME] = "quote_volume",
    [KLINE_TRADE_COUNT] = "trade_count",
    [KLINE_TAKER_BUY_VOLUME] = "taker_buy_volume",
    [KLINE_TAKER_BUY_QUOTE_VOLUME] = "taker_buy_quote_volume",
};
static_assert(sizeof(role_names) / sizeof(role_names[0]) == KLINE_ROLE_COUNT, "one name for every role");

/* How headers spell them: Binance futures dumps, pandas, ccxt, nautilus, common converters. */
static const struct {
    const char *name;
    int role;
} spellings[] = {
    {"timestamp", KLINE_OPEN_TIME},
    {"timestamp_utc", KLINE_OPEN_TIME},
    {"time", KLINE_OPEN_TIME},
    {"ts", KLINE_OPEN_TIME},
    {"date", KLINE_OPEN_TIME},
    {"datetime", KLINE_OPEN_TIME},
    {"unix", KLINE_OPEN_TIME},
    {"start", KLINE_OPEN_TIME},
    {"opentime", KLINE_OPEN_TIME},
    {"o", KLINE_OPEN},
    {"h", KLINE_HIGH},
    {"l", KLINE_LOW},
    {"c", KLINE_CLOSE},
    {"v", KLINE_VOLUME},
    {"vol", KLINE_VOLUME},
    {"closetime", KLINE_CLOSE_TIME},
    {"quote_asset_volume", KLINE_QUOTE_VOLUME},
    {"turnover", KLINE_QUOTE_VOLUME},
    {"count", KLINE_TRADE_COUNT},
    {"trades", KLINE_TRADE_COUNT},
    {"number_of_trades", KLINE_TRADE_COUNT},
    {"taker_buy_base_volume", KLINE_TAKER_BUY_VOLUME},
    {"taker_buy_base_asset_volume", KLINE_TAKER_BUY_VOLUME},
    {"taker_buy_quote_asset_volume", KLINE_TAKER_BUY_QUOTE_VOLUME},
    {"ignore", IGNORED},
    {"_", IGNORED},
};

static const char binance_columns[] =
    "open_time,open,high,low,close,volume,close_time,quote_volume,trade_count,"
    "taker_buy_volume,taker_buy_quote_volume,ignore";

/* Without a header. Order does not matter: exactly one must fit. */
static const struct {
    const char *name;
    const char *columns;
} known[] = {
    {"Binance dump", binance_columns},
    {"open, high, low, close", "open_time,open,high,low,close,volume"},
    {"Bitfinex", "open_time,open,close,high,low,volume"},
    {"Coinbase", "open_time,low,high,open,close,volume"},
    {"volume first", "open_time,volume,open,high,low,close"},
    {"Kraken dump", "open_time,open,high,low,close,volume,trade_count"},
    {"Bybit", "open_time,open,high,low,close,volume,quote_volume"},
};

const char *kline_role_name(kline_role role)
{
    assert(role < KLINE_ROLE_COUNT);
    return role_names[role];
}

static int role_named(const char *name, size_t length, bool header)
{
    for (int role = 0; role < KLINE_ROLE_COUNT; role++)
        if (strlen(role_names[role]) == length && memcmp(role_names[role], name, length) == 0)
            return role;
    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
        if ((header || spellings[i].role == IGNORED) && strlen(spellings[i].name) == length &&
            memcmp(spellings[i].name, name, length) == 0)
            return spellings[i].role;
    return UNKNOWN;
}

static void layout_init(kline_layout *l, const char *name)
{
    *l = (kline_layout){.name = name};
    memset(l->column_of, -1, sizeof(l->column_of));
}

/* Adds the next column; NULL or what is wrong with it. */
static const char *add_column(kline_layout *l, int role)
{
    if (l->column_count == KLINE_COLUMNS_MAX)
        return "one column too many";
    if (role == UNKNOWN)
        return "not the name of a column";
    if (role != IGNORED) {
        if (l->column_of[role] >= 0)
            return "this column is there twice";
        l->column_of[role] = (int8_t)l->column_count;
    }
    l->column_count++;
    return NULL;
}

static const char *missing_column(const kline_layout *l)
{
    for (int role = 0; role < KLINE_REQUIRED_COUNT; role++)
        if (l->column_of[role] < 0)
            return role_names[role];
    return NULL;
}

static dbk_err *with_names(dbk_err *e)
{
    return err_with_hint(
        e, "names are open_time, open, high, low, close, volume (all required), close_time, quote_volume, "
           "trade_count, taker_buy_volume, taker_buy_quote_volume, and ignore or _ for a column to skip");
}

dbk_err *kline_layout_parse(const char *columns, kline_layout *out)
{
    kline_layout l;
    layout_init(&l, "as given");
    for (const char *at = columns;; at++) {
        size_t length = strcspn(at, ",");
        const char *wrong = add_column(&l, role_named(at, length, false));
        if (wrong)
            return with_names(err_new(ERR_USAGE, "%s in --columns: \"%.*s\"", wrong,
                                      length < FIELD_LENGTH_MAX ? (int)length : FIELD_LENGTH_MAX, at));
        at += length;
        if (*at == '\0')
            break;
    }
    const char *missing = missing_column(&l);
    if (missing)
        return with_names(err_new(ERR_USAGE, "--columns does not say where %s is", missing));
    *out = l;
    return NULL;
}

void kline_layout_format(const kline_layout *l, buf *out)
{
    for (int column = 0; column < l->column_count; column++) {
        const char *name = "ignore";
        for (int role = 0; role < KLINE_ROLE_COUNT; role++)
            if (l->column_of[role] == column)
                name = role_names[role];
        if (column > 0)
            buf_append_char(out, ',');
        buf_append_str(out, name);
    }
}

/* Lower case, with underscores for blanks and hyphens; returns 0 for something too long to be a name. */
static size_t normalise(const kline_field *f, char out[FIELD_LENGTH_MAX + 1])
{
    if (f->length > FIELD_LENGTH_MAX)
        return 0;
    for (size_t i = 0; i < f->length; i++) {
        char c = (char)tolower((unsigned char)f->text[i]);
        out[i] = c == ' ' || c == '-' ? '_' : c;
    }
    out[f->length] = '\0';
    return f->length;
}

static dbk_err *with_question(dbk_err *e)
{
    return err_with_hint(
        e, "say what the columns are with --columns, in the order of the file, _ for one to skip");
}

dbk_err *kline_layout_from_header(const kline_field *fields, size_t count, kline_layout *out)
{
    kline_layout l;
    layout_init(&l, "as the header says");
    for (size_t i = 0; i < count; i++) {
        char name[FIELD_LENGTH_MAX + 1] = "";
        size_t length = normalise(&fields[i], name);
        const char *wrong = add_column(&l, role_named(name, length, true));
        if (wrong)
            return with_question(
                err_new(ERR_INPUT, "the header is not understood: column %zu, \"%.*s\": %s", i + 1,
                        fields[i].length < FIELD_LENGTH_MAX ? (int)fields[i].length : FIELD_LENGTH_MAX,
                        fields[i].text, wrong));
    }
    const char *missing = missing_column(&l);
    if (missing)
        return with_question(
            err_new(ERR_INPUT, "the header names no %s column, and a candle needs one", missing));
    *out = l;
    return NULL;
}

size_t kline_layouts_known(size_t column_count, kline_layout out[KLINE_LAYOUTS_MAX])
{
    static_assert(sizeof(known) / sizeof(known[0]) <= KLINE_LAYOUTS_MAX, "all of them fit");
    size_t count = 0;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        kline_layout l;
        dbk_err *e = kline_layout_parse(known[i].columns, &l);
        assert(!e);
        l.name = known[i].name;
        if (!e && (size_t)l.column_count == column_count)
            out[count++] = l;
    }
    return count;
}

bool kline_layout_is_binance(const kline_layout *l)
{
    kline_layout binance;
    dbk_err *e = kline_layout_parse(binance_columns, &binance);
    assert(!e);
    return !e && l->column_count == binance.column_count &&
           memcmp(l->column_of, binance.column_of, sizeof(l->column_of)) == 0;
}
