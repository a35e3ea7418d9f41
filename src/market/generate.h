/* generate.h: candles that never happened, in Binance's own format, for trying things out.
 *
 * The same options give the same bytes on every machine: integers only, one generator of our own, no clock.
 * The result cannot be taken for recorded data: symbols must begin with GENERATE_PREFIX, and a file that says
 * what this is lies beside the candles. A few minutes are missing, as they are in recorded data. Not for
 * statistics: prices wander and trend, no more. */
#ifndef DAYBOOK_MARKET_GENERATE_H
#define DAYBOOK_MARKET_GENERATE_H

#include <stdint.h>

#include "core/err.h"
#include "market/formats/symbol.h"

#define GENERATE_PREFIX "DEMO"
#define GENERATE_LABEL_FILE "GENERATED.md"
#define GENERATE_MINUTES 1440

typedef struct generate_options {
    const char *folder; /* made when missing */
    const char *symbol;
    int64_t first_day; /* days since 1970-01-01 */
    int64_t days;
    uint64_t seed;
    bool plain;   /* .csv instead of .zip */
    bool monthly; /* one file a calendar month instead of one a day */
} generate_options;

/* Writes one file a day, SYMBOL-1m-YYYY-MM-DD.zip, or a month, SYMBOL-1m-YYYY-MM.zip (the first and the last
 * hold what days there are); files that are there are replaced. *candles counts the rows written. */
dbk_err *generate_candles(const generate_options *o, int64_t *candles) ERR_MUST_USE;
/* Writes the file that says what lies in the folder. */
dbk_err *generate_label(const char *folder) ERR_MUST_USE;
/* Up to 60 capitals and digits that begin with GENERATE_PREFIX and end with a quote currency; ERR_USAGE. */
dbk_err *generate_check_symbol(const char *symbol) ERR_MUST_USE;
/* Does it begin as symbols of generated candles do? */
bool generate_is_symbol(const char *symbol);

#endif
