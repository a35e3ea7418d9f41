/* symbol.h: what a file's name says about the rows in it, and what a venue's symbol is made of.
 *
 * Archives name files SYMBOL-INTERVAL-DATE or SYMBOL_INTERVAL_DATE. Nothing is guessed: where a name can be
 * read in two ways or in none, the answer is a question for the user. Pure; any thread. */
#ifndef DAYBOOK_MARKET_FORMATS_SYMBOL_H
#define DAYBOOK_MARKET_FORMATS_SYMBOL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

#define SYMBOL_SIZE 101  /* ref.instruments takes 100 characters */
#define CURRENCY_SIZE 31 /* ref.currencies takes 30 */

/* Each part is empty (or 0, or NULL) when the name does not say it. Folders and endings (.csv, .txt, .gz,
 * .zip) do not count. Symbols are given in capitals. */
typedef struct symbol_file_name {
    char symbol[SYMBOL_SIZE];
    int32_t interval_s;
    bool months;      /* its candles are of calendar months */
    const char *rest; /* from the interval or the archive's type (aggTrades…) on; lent from the path */
    size_t rest_length;
} symbol_file_name;
void symbol_from_file_name(const char *path, symbol_file_name *out);

/* BTCUSDT is BTC in USDT: a known quote currency at the end, or what a separator (- _ / :) says; the
 * ending of a contract (_PERP, _240628) does not count. ERR_INPUT is a question: no known
 * quote currency, or two readings (ARBUSD: ARB in USD, AR in BUSD). */
dbk_err *symbol_split(const char *text, char base[CURRENCY_SIZE], char quote[CURRENCY_SIZE]) ERR_MUST_USE;

/* ref.currencies' word for what kind of thing this is: "fiat", "stablecoin" or "crypto". */
const char *symbol_currency_kind(const char *code);
/* Can it be a currency's code? ERR_USAGE names the option. */
dbk_err *symbol_check_currency(const char *option, const char *code) ERR_MUST_USE;

#endif
