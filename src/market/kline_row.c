#include "market/kline_row.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "market/interval.h"
#include "market/kline_time.h"
#include "market/number.h"

#define US_PER_S INT64_C(1000000)
/* The largest count that a double holds exactly; there are not so many trades. */
#define COUNT_MAX 9007199254740992.0

static_assert(KLINE_COLUMNS_MAX == 32, "a column is a bit of kline_columns");

void kline_columns_add(kline_columns *c, const kline_layout *l)
{
    for (int role = 0; role < KLINE_ROLE_COUNT; role++) {
        if (l->column_of[role] < 0)
            continue;
        uint32_t bit = UINT32_C(1) << l->column_of[role];
        if (role == KLINE_OPEN_TIME || role == KLINE_CLOSE_TIME)
            c->times |= bit;
        else
            c->numbers |= bit;
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Fields are almost always bare, so look at their ends before doing anything. */
static kline_field trim(const char *start, const char *end)
{
    while (start < end && is_blank(*start))
        start++;
    while (start < end && is_blank(end[-1]))
        end--;
    if (end - start >= 2 && *start == '"' && end[-1] == '"') {
        start++;
        end--;
    }
    return (kline_field){start, (size_t)(end - start)};
}

void kline_row_split(kline_row *r, const char *text, size_t length, char delimiter)
{
    const char *end = text + length;
    int count = 0;
    for (;;) {
        const char *cut = memchr(text, delimiter, (size_t)(end - text));
        if (count < KLINE_COLUMNS_MAX)
            r->fields[count] = trim(text, cut ? cut : end);
        count++;
        if (!cut)
            break;
        text = cut + 1;
    }
    r->field_count = count;
}

void kline_row_read(kline_row *r, const kline_columns *columns)
{
    int kept = r->field_count < KLINE_COLUMNS_MAX ? r->field_count : KLINE_COLUMNS_MAX;
    for (int i = 0; i < kept; i++) {
        const kline_field *f = &r->fields[i];
        if (columns->numbers & (UINT32_C(1) << i))
            r->number_status[i] = (uint8_t)number_parse(f->text, f->length, &r->number[i]);
        if (columns->times & (UINT32_C(1) << i)) {
            unsigned unit = 0;
            bool is_time = kline_time_parse(f->text, f->length, &r->time_us[i], &r->time_exact[i], &unit);
            r->time_unit[i] = is_time ? (uint8_t)unit : 0;
        }
    }
}

static bool fail(kline_fault *fault, kline_fault_kind kind, kline_role role)
{
    *fault = (kline_fault){.kind = kind, .role = role};
    return false;
}

static bool take_open_time(const kline_row *r, int column, const kline_rules *rules, kline *out,
                           kline_fault *fault)
{
    if (r->fields[column].length == 0)
        return fail(fault, KLINE_FAULT_EMPTY, KLINE_OPEN_TIME);
    if (r->time_unit[column] == 0)
        return fail(fault, KLINE_FAULT_TIME, KLINE_OPEN_TIME);
    int64_t us = r->time_us[column];
    if (us < rules->earliest_us || us > rules->latest_us)
        return fail(fault, KLINE_FAULT_TIME_IMPLAUSIBLE, KLINE_OPEN_TIME);
    if (!r->time_exact[column] || !interval_on_grid(rules->interval_s, us)) {
        fail(fault, KLINE_FAULT_OFF_GRID, KLINE_OPEN_TIME);
        fault->interval_s = rules->interval_s;
        return false;
    }
    out->open_time_us = us;
    return true;
}

static bool take_number(const kline_row *r, const kline_layout *l, kline_role role, kline *k, double *out,
                        kline_fault *fault)
{
    int column = l->column_of[role];
    switch ((number_status)r->number_status[column]) {
    case NUMBER_LOSSY:
        k->lossy |= 1u << role;
        *out = r->number[column];
        break;
    case NUMBER_OK:
        *out = r->number[column];
        break;
    case NUMBER_EMPTY:
        return fail(fault, KLINE_FAULT_EMPTY, role);
    case NUMBER_RANGE:
        return fail(fault, KLINE_FAULT_NUMBER_RANGE, role);
    case NUMBER_MALFORMED:
    default:
        return fail(fault, KLINE_FAULT_NUMBER, role);
    }
    k->present |= 1u << role;
    return true;
}

/* A column that the layout has but the line leaves empty is unknown, not zero. */
static bool take_optional(const kline_row *r, const kline_layout *l, kline_role role, kline *k, double *out,
                          kline_fault *fault)
{
    int column = l->column_of[role];
    if (column < 0 || r->fields[column].length == 0)
        return true;
    if (!take_number(r, l, role, k, out, fault))
        return false;
    return *out >= 0 || fail(fault, KLINE_FAULT_NEGATIVE, role);
}

/* Venues have cut a close time short in maintenance, so it need not be the interval's end, but it lies in the
 * candle. */
static bool check_close_time(const kline_row *r, int column, const kline_rules *rules, const kline *k,
                             kline_fault *fault)
{
    if (column < 0 || r->fields[column].length == 0)
        return true;
    if (r->time_unit[column] == 0)
        return fail(fault, KLINE_FAULT_TIME, KLINE_CLOSE_TIME);
    int64_t us = r->time_us[column];
    if (us < k->open_time_us || us > k->open_time_us + rules->interval_s * US_PER_S)
        return fail(fault, KLINE_FAULT_CLOSE_TIME, KLINE_CLOSE_TIME);
    return true;
}

static bool take_extras(const kline_row *r, const kline_layout *l, kline *k, kline_fault *fault)
{
    double trades = 0;
    if (!take_optional(r, l, KLINE_QUOTE_VOLUME, k, &k->quote_volume, fault) ||
        !take_optional(r, l, KLINE_TRADE_COUNT, k, &trades, fault) ||
        !take_optional(r, l, KLINE_TAKER_BUY_VOLUME, k, &k->taker_buy_volume, fault) ||
        !take_optional(r, l, KLINE_TAKER_BUY_QUOTE_VOLUME, k, &k->taker_buy_quote_volume, fault))
        return false;
    if (trades > COUNT_MAX || (double)(int64_t)trades != trades)
        return fail(fault, KLINE_FAULT_COUNT, KLINE_TRADE_COUNT);
    k->trade_count = (int64_t)trades;
    return true;
}

bool kline_row_check(const kline_row *r, const kline_layout *l, const kline_rules *rules, kline *out,
                     kline_fault *fault)
{
    if (r->field_count != l->column_count) {
        fail(fault, KLINE_FAULT_COLUMN_COUNT, KLINE_OPEN_TIME);
        fault->columns = r->field_count;
        fault->columns_wanted = l->column_count;
        return false;
    }
    kline k = {.present = 1u << KLINE_OPEN_TIME};
    if (!take_open_time(r, l->column_of[KLINE_OPEN_TIME], rules, &k, fault) ||
        !take_number(r, l, KLINE_OPEN, &k, &k.open, fault) ||
        !take_number(r, l, KLINE_HIGH, &k, &k.high, fault) ||
        !take_number(r, l, KLINE_LOW, &k, &k.low, fault) ||
        !take_number(r, l, KLINE_CLOSE, &k, &k.close, fault) ||
        !take_number(r, l, KLINE_VOLUME, &k, &k.volume, fault))
        return false;
    if (k.high < k.open || k.high < k.close || k.high < k.low)
        return fail(fault, KLINE_FAULT_HIGH, KLINE_HIGH);
    if (k.low > k.open || k.low > k.close)
        return fail(fault, KLINE_FAULT_LOW, KLINE_LOW);
    if (k.volume < 0)
        return fail(fault, KLINE_FAULT_NEGATIVE, KLINE_VOLUME);
    if (!take_extras(r, l, &k, fault) ||
        !check_close_time(r, l->column_of[KLINE_CLOSE_TIME], rules, &k, fault))
        return false;
    *out = k;
    return true;
}

void kline_fault_format(const kline_fault *f, char out[KLINE_FAULT_TEXT_SIZE])
{
    const char *column = kline_role_name(f->role);
    char interval[INTERVAL_TEXT_SIZE];
    switch (f->kind) {
    case KLINE_FAULT_COLUMN_COUNT:
        snprintf(out, KLINE_FAULT_TEXT_SIZE, "%d columns instead of %d", f->columns, f->columns_wanted);
        return;
    case KLINE_FAULT_OFF_GRID:
        interval_format(f->interval_s, interval);
        snprintf(out, KLINE_FAULT_TEXT_SIZE, "%s does not lie on the %s grid", column, interval);
        return;
    case KLINE_FAULT_HIGH:
        snprintf(out, KLINE_FAULT_TEXT_SIZE, "high is below open, close or low");
        return;
    case KLINE_FAULT_LOW:
        snprintf(out, KLINE_FAULT_TEXT_SIZE, "low is above open or close");
        return;
    case KLINE_FAULT_LINE_LENGTH:
        snprintf(out, KLINE_FAULT_TEXT_SIZE, "the line is too long");
        return;
    case KLINE_FAULT_FORM:
        snprintf(out, KLINE_FAULT_TEXT_SIZE, "the line has not the form of a candle");
        return;
    case KLINE_FAULT_NONE:
    case KLINE_FAULT_EMPTY:
    case KLINE_FAULT_NUMBER:
    case KLINE_FAULT_NUMBER_RANGE:
    case KLINE_FAULT_TIME:
    case KLINE_FAULT_TIME_IMPLAUSIBLE:
    case KLINE_FAULT_NEGATIVE:
    case KLINE_FAULT_COUNT:
    case KLINE_FAULT_CLOSE_TIME:
        break;
    }
    static const char *const texts[] = {
        [KLINE_FAULT_NONE] = "is as it should be",
        [KLINE_FAULT_EMPTY] = "is empty",
        [KLINE_FAULT_NUMBER] = "is not a number",
        [KLINE_FAULT_NUMBER_RANGE] = "is too large",
        [KLINE_FAULT_TIME] = "is not a time",
        [KLINE_FAULT_TIME_IMPLAUSIBLE] = "is before 2009 or in the future",
        [KLINE_FAULT_NEGATIVE] = "is negative",
        [KLINE_FAULT_COUNT] = "is not a whole number",
        [KLINE_FAULT_CLOSE_TIME] = "lies outside the candle",
    };
    snprintf(out, KLINE_FAULT_TEXT_SIZE, "%s %s", column, texts[f->kind]);
}
