/* sqlite_move.h: what a move does to a book in a file: who may write to the book of an account, and rows that
 * come from another place. The functions of a server's trading.fn_move_account and trading.fn_take_rows. */
#ifndef DAYBOOK_BOOK_SQLITE_MOVE_H
#define DAYBOOK_BOOK_SQLITE_MOVE_H

#include "book/move_table.h"
#include "book/sqlite_store.h"

dbk_err *sqlite_store_fence(sqlite_store *s, arena *a, const char *account_id, move_fence *out) ERR_MUST_USE;
/* ERR_INPUT for a step that is refused; that it was is kept. */
dbk_err *sqlite_store_move_step(sqlite_store *s, const move_step *step) ERR_MUST_USE;
/* ERR_INPUT when the account is not arriving by this move. insert is the statement of the table, NULL for
 * those that have their own. */
dbk_err *sqlite_store_take(sqlite_store *s, const move_taking *taking, const char *insert,
                           int64_t *taken) ERR_MUST_USE;
dbk_err *sqlite_store_name(sqlite_store *s, const move_named *named) ERR_MUST_USE;

#endif
