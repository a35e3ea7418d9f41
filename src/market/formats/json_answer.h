/* json_answer.h: errors of venues, which are answers like others to those who carry them.
 *
 * Pure; any thread. */
#ifndef DAYBOOK_MARKET_FORMATS_JSON_ANSWER_H
#define DAYBOOK_MARKET_FORMATS_JSON_ANSWER_H

#include "core/json_span.h"

/* ERR_INPUT with the venue's own words when its answer is an error; NULL when it is none. Knows Binance,
 * Kraken, Bybit and OKX. */
dbk_err *json_answer_error(const json_spans *answer) ERR_MUST_USE;
/* It is one that says the venue is asked too often. */
bool json_answer_is_too_often(const json_spans *answer);

#endif
