/* raw_text.h: bytes of unknown origin as text that any reader can take.
 *
 * Valid UTF-8 stays; control characters, zero bytes and everything else become \xNN, and a backslash becomes
 * \\, so that the bytes can be had back. Pure; any thread. */
#ifndef DAYBOOK_MARKET_FORMATS_RAW_TEXT_H
#define DAYBOOK_MARKET_FORMATS_RAW_TEXT_H

#include "core/arena.h"

/* At most bytes_max of the bytes, with "…" when there were more. NULL when memory is short. */
char *raw_text(arena *a, const char *bytes, size_t length, size_t bytes_max);

#endif
