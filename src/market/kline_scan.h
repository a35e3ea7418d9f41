/* kline_scan.h: the first of two readings of a candle file: is it whole, what is its format, what does it
 * hold?
 *
 * Nothing is sent anywhere before the whole file has been read once, so a file that is damaged at its end
 * leaves no trace but its refusal. The layout is the one given, the header's, or the only one of the known
 * layouts that every line satisfies. A malformed line (columns missing, no number where all want one) is a
 * reject and decides nothing; any other decides against every layout that it does not satisfy, and when none
 * is left the file is refused with a question. What is decided does not depend on the order of the
 * lines. Blocks; one thread at a time. */
#ifndef DAYBOOK_MARKET_KLINE_SCAN_H
#define DAYBOOK_MARKET_KLINE_SCAN_H

#include <stdatomic.h>

#include "core/arena.h"
#include "core/progress.h"
#include "market/kline_reader.h"

typedef struct kline_scan_options {
    const char *path;
    const kline_layout *layout; /* NULL: from the header, or to be found out */
    int32_t interval_s;
    int64_t now_us;
    int64_t rejects_max;
    const atomic_int *interrupt; /* of core/interrupt.h: set, stop with its error; may be NULL */
    progress *progress;          /* of bytes; may be NULL */
} kline_scan_options;

typedef struct kline_scan {
    source_identity identity;
    const char *refusal;      /* NULL: the file can be loaded; else why not, and nothing below is known */
    const char *refusal_hint; /* the question it leaves, or NULL */
    kline_format format;
    kline_rules rules;
    int64_t rows; /* = candles + rejects */
    int64_t candles;
    int64_t rejects;
    int64_t first_us, last_us; /* earliest and latest candle */
    bool ordered;              /* strictly increasing times */
    unsigned time_units;       /* enum kline_time_unit bits */
} kline_scan;

/* An error only when the file could not be read at all or reading was interrupted; content that is refused is
 * a result. Strings live in the arena. */
dbk_err *kline_scan_file(arena *a, const kline_scan_options *o, kline_scan *out) ERR_MUST_USE;

#endif
