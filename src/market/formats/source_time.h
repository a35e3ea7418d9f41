/* source_time.h: the time columns of recorded market data.
 *
 * Digits are seconds, milliseconds, microseconds or nanoseconds since 1970, told apart row by row by their
 * count (10, 13, 16, 19: every time from 2001-09-09 to 2286), because archives changed their unit without
 * saying so. Text is YYYY-MM-DD, optionally followed by a space or T and HH:MM[:SS[.fraction]] and Z or an
 * offset; without a zone it is UTC. Pure; any thread. */
#ifndef DAYBOOK_MARKET_FORMATS_SOURCE_TIME_H
#define DAYBOOK_MARKET_FORMATS_SOURCE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bits, so that a file can say which ones it used. */
enum source_time_unit {
    SOURCE_TIME_S = 1,
    SOURCE_TIME_MS = 2,
    SOURCE_TIME_US = 4,
    SOURCE_TIME_NS = 8,
    SOURCE_TIME_TEXT = 16
};

/* *wall_us is rounded down to microseconds; *exact says that nothing was cut off. false: not a time. */
bool source_time_parse(const char *text, size_t length, int64_t *wall_us, bool *exact, unsigned *unit);

/* "ms", "us and ms" … into out; for messages. */
#define SOURCE_TIME_UNITS_SIZE 40
void source_time_units_format(unsigned units, char out[SOURCE_TIME_UNITS_SIZE]);

#endif
