/* path_facts.h: what a file's path says about the rows in it.
 *
 * The folders of Binance's archive ({spot | futures/um | futures/cm}/{daily | monthly}/TYPE/SYMBOL) say
 * stream and market; its names, and those of others, say symbol, interval or type, and day. Files of mark,
 * index and premium candles have the names of plain candles: only a folder tells them apart. Pure; any
 * thread. */
#ifndef DAYBOOK_MARKET_FORMATS_PATH_FACTS_H
#define DAYBOOK_MARKET_FORMATS_PATH_FACTS_H

#include "market/formats/dataset.h"
#include "market/formats/symbol.h"

typedef struct path_facts {
    const dataset *dataset;   /* NULL: not said */
    bool by_type;             /* the name has the archive's type in it: BTCUSDT-aggTrades-2024-01 */
    const char *venue;        /* "binance" in the archive's folders and for such names; NULL: not said */
    const char *source;       /* the register's word for files of these folders; NULL: not said */
    const char *kind;         /* spot, perp or inverse in the archive's folders; NULL: not said */
    char symbol[SYMBOL_SIZE]; /* empty: not said */
    bool symbol_stands;       /* beside an interval or a type: the name was made to say what the file is of */
    int32_t interval_s;       /* 0: not said */
    bool months;              /* candles of calendar months */
    bool dated;
    int64_t day; /* days since 1970, the first one of the file, when dated */
} path_facts;

void path_facts_read(const char *path, path_facts *out);

/* Which end of its five minutes the times of a file of metrics name, by its day. */
dataset_label path_facts_label(const path_facts *facts);

#endif
