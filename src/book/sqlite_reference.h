/* sqlite_reference.h: venues and currencies of a book in a file. Private to the store. */
#ifndef DAYBOOK_BOOK_SQLITE_REFERENCE_H
#define DAYBOOK_BOOK_SQLITE_REFERENCE_H

#include "book/sqlite_store_int.h"

/* One that is known stays as it is. Without more said the code is the name, and the kind is guessed from it.
 */
dbk_err *register_venue(sqlite_call *c, const char *code) ERR_MUST_USE;
dbk_err *register_venue_as(sqlite_call *c, const char *code, const char *name) ERR_MUST_USE;
dbk_err *register_currency_as(sqlite_call *c, const char *code, const char *name,
                              const char *kind) ERR_MUST_USE;
dbk_err *register_currency(sqlite_call *c, const char *code) ERR_MUST_USE;

#endif
