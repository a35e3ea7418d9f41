/* spooler_fate.h: what becomes of an entry of a spool that could not be delivered. Pure. */
#ifndef DAYBOOK_BOOK_SPOOLER_FATE_H
#define DAYBOOK_BOOK_SPOOLER_FATE_H

#include "core/err.h"

typedef enum spooler_fate {
    FATE_WAIT,      /* nothing is wrong with the entry: the server is away, or fit for no entry now */
    FATE_QUARANTINE /* the entry itself was not taken, and will not be */
} spooler_fate;

/* By SQLSTATE and error code, never by message. */
spooler_fate spooler_fate_of(const dbk_err *e);

#endif
