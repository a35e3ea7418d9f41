/* kline_row.h: one line of a candle file, and whether it is a candle under a layout.
 *
 * A line is split once and its columns are read once; then any number of layouts can be asked what they make
 * of it. Nothing is repaired: a line satisfies a layout completely or is faulty, with a reason. Pure; any
 * thread. */
#ifndef DAYBOOK_MARKET_KLINE_ROW_H
#define DAYBOOK_MARKET_KLINE_ROW_H

#include "market/kline_layout.h"

typedef struct kline {
    int64_t open_time_us;
    double open, high, low, close, volume;
    double quote_volume;
    int64_t trade_count;
    double taker_buy_volume, taker_buy_quote_volume;
    unsigned present; /* bit per kline_role: optional columns may be missing or empty */
    unsigned lossy;   /* bit per kline_role: the text has more digits than a double keeps */
} kline;

/* What every candle must obey beside its layout. */
typedef struct kline_rules {
    int32_t interval_s;
    int64_t earliest_us; /* times outside are implausible */
    int64_t latest_us;
} kline_rules;

typedef enum kline_fault_kind {
    KLINE_FAULT_NONE,
    KLINE_FAULT_LINE_LENGTH,
    KLINE_FAULT_FORM, /* junk before any line that says what the file is */
    KLINE_FAULT_COLUMN_COUNT,
    KLINE_FAULT_EMPTY,
    KLINE_FAULT_NUMBER,
    KLINE_FAULT_NUMBER_RANGE,
    KLINE_FAULT_TIME,
    KLINE_FAULT_TIME_IMPLAUSIBLE,
    KLINE_FAULT_OFF_GRID,
    KLINE_FAULT_HIGH,
    KLINE_FAULT_LOW,
    KLINE_FAULT_NEGATIVE,
    KLINE_FAULT_COUNT,
    KLINE_FAULT_CLOSE_TIME
} kline_fault_kind;

typedef struct kline_fault {
    kline_fault_kind kind;
    kline_role role;             /* of the column at fault, where one is */
    int columns, columns_wanted; /* KLINE_FAULT_COLUMN_COUNT */
    int32_t interval_s;          /* KLINE_FAULT_OFF_GRID */
} kline_fault;

#define KLINE_FAULT_TEXT_SIZE 120
/* "high is below open, close or low" */
void kline_fault_format(const kline_fault *f, char out[KLINE_FAULT_TEXT_SIZE]);

/* A split line. The text is lent from the line. */
typedef struct kline_row {
    int field_count; /* may pass KLINE_COLUMNS_MAX; the fields beyond are not kept */
    kline_field fields[KLINE_COLUMNS_MAX];
    double number[KLINE_COLUMNS_MAX];
    uint8_t number_status[KLINE_COLUMNS_MAX];
    int64_t time_us[KLINE_COLUMNS_MAX];
    uint8_t time_unit[KLINE_COLUMNS_MAX]; /* 0: not a time */
    bool time_exact[KLINE_COLUMNS_MAX];
} kline_row;

/* Which columns have to be read as what: the union of what layouts ask. */
typedef struct kline_columns {
    uint32_t numbers;
    uint32_t times;
} kline_columns;
void kline_columns_add(kline_columns *c, const kline_layout *l);

/* Cuts at every delimiter; blanks around a field and one pair of double quotes are not part of it. */
void kline_row_split(kline_row *r, const char *text, size_t length, char delimiter);
void kline_row_read(kline_row *r, const kline_columns *columns);

/* true: a candle, written to *out; false: why not, written to *fault. The row was read for columns that
 * include the layout's. */
bool kline_row_check(const kline_row *r, const kline_layout *l, const kline_rules *rules, kline *out,
                     kline_fault *fault);

#endif
