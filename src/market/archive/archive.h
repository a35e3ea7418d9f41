/* archive.h: the public archive of Binance's market data: which files it has, and under which paths.
 *
 *   data/{spot | futures/um | futures/cm}/{daily | monthly}/TYPE/SYMBOL[/INTERVAL]/NAME-YYYY-MM[-DD].zip
 *
 * with NAME = SYMBOL-INTERVAL for candles and SYMBOL-TYPE for everything else, and a file of one line
 * "sha256  name" beside each under the same path with .CHECKSUM at its end. Files of mark, index and premium
 * candles have the names of plain candles: only the path tells them apart. A day's file appears the day
 * after, a month's on the first Monday of the month after.
 *
 * Source: github.com/binance/binance-public-data, README and download scripts. Pure; any thread. */
#ifndef DAYBOOK_MARKET_ARCHIVE_ARCHIVE_H
#define DAYBOOK_MARKET_ARCHIVE_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/err.h"

#define ARCHIVE_URL "https://data.binance.vision"
#define ARCHIVE_CHECKSUM_ENDING ".CHECKSUM"
#define ARCHIVE_FILES_MAX 1000000

typedef enum archive_market { ARCHIVE_SPOT, ARCHIVE_UM, ARCHIVE_CM } archive_market;

typedef enum archive_period {
    ARCHIVE_AUTO, /* a month's file where it can be there, the files of its days elsewhere */
    ARCHIVE_DAILY,
    ARCHIVE_MONTHLY
} archive_period;

/* What is wanted; all days count from 1970-01-01, the last one is included. */
typedef struct archive_order {
    archive_market market;
    archive_period period;
    const char *type;     /* "klines", "fundingRate" … as the archive writes it */
    const char *interval; /* of candles, "1m" … "1d", monthly also "3d", "1w", "1mo"; NULL for other types */
    const char *symbol;
    int64_t first_day, last_day;
    int64_t today; /* nothing of today or later is there yet */
} archive_order;

typedef struct archive_file {
    const char *path; /* "data/spot/daily/klines/BTCUSDT/1m/BTCUSDT-1m-2024-01-01.zip" */
    int64_t first_day, last_day;
    bool monthly;
} archive_file;

typedef struct archive_files {
    archive_file *items;
    size_t count;
    size_t size;
} archive_files;

/* Appends the files to ask for, oldest first. What the archive has no folder for is ERR_USAGE: a type that
 * the market does not have, an interval that candles do not have or that other types have not, daily files of
 * a type that comes by the month. ERR_LIMIT past ARCHIVE_FILES_MAX. */
dbk_err *archive_plan(arena *a, const archive_order *order, archive_files *files) ERR_MUST_USE;

/* The files of the days of one month's file, for when that is not there. Appends none when the type has no
 * daily ones. */
dbk_err *archive_days_of(arena *a, const archive_order *order, const archive_file *month,
                         archive_files *files) ERR_MUST_USE;

/* "klines, trades, …" of a market, for help and messages. */
const char *archive_types(arena *a, archive_market market);

/* A day "2024-02-29", or a month "2024-02", of which `last` asks for the last day instead of the first.
 * ERR_USAGE. */
dbk_err *archive_day(const char *text, bool last, int64_t *day) ERR_MUST_USE;

#endif
