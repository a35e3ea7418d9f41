/* sqlite_reference.h: venues and currencies of a book in a file. Private to the store. */
#ifndef DAYBOOK_BOOK_SQLITE_REFERENCE_H
#define DAYBOOK_BOOK_SQLITE_REFERENCE_H

#include "book/sqlite_store_int.h"

/* One that is known stays as it is. */
dbk_err *register_venue(sqlite_call *c, const char *code) ERR_MUST_USE;
dbk_err *register_currency(sqlite_call *c, const char *code) ERR_MUST_USE;

#endif
