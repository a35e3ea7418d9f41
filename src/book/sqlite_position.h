/* sqlite_position.h: positions of a book in a file, as rows that fills move. Private to the store. */
#ifndef DAYBOOK_BOOK_SQLITE_POSITION_H
#define DAYBOOK_BOOK_SQLITE_POSITION_H

#include "book/roundtrip.h"
#include "book/sqlite_store_int.h"

typedef struct position_row {
    dbk_uuid account_id, position_id, instrument_id;
    const char *position_key, *base_currency, *currency;
    position now;
    roundtrip open; /* of the cycle that is open; means nothing when flat */
    int64_t version;
    bool filled;
    int64_t last_fill_us; /* when filled */
} position_row;

dbk_err *position_get(sqlite_call *c, const dbk_uuid *account_id, const dbk_uuid *instrument_id,
                      const char *position_key, position_row *out, bool *found) ERR_MUST_USE;
/* Makes it when it is not there; the account must exist. */
dbk_err *position_get_or_make(sqlite_call *c, const dbk_uuid *account_id, const dbk_uuid *instrument_id,
                              const char *position_key, position_row *out) ERR_MUST_USE;
dbk_err *position_update(sqlite_call *c, const position_row *p) ERR_MUST_USE;

/* A live fill on its effective terms; a cycle that it closed is written. The version and the time of the
 * latest fill are left to the caller. */
dbk_err *position_move(sqlite_call *c, position_row *p, const position_fill *fill, int64_t version,
                       position_step *step) ERR_MUST_USE;

/* Adds to what the position paid in a currency that is not its own; for a fee of another kind nothing. sign
 * is -1 to take it back. */
dbk_err *position_add_fee(sqlite_call *c, const position_row *p, const position_fill *fill,
                          const char *fee_currency, int sign) ERR_MUST_USE;

#endif
