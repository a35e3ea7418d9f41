/* book_options.h: what the commands of the group `book` share: which accounts they are about. */
#ifndef DAYBOOK_CMD_BOOK_OPTIONS_H
#define DAYBOOK_CMD_BOOK_OPTIONS_H

#include "book/book_snapshot.h"
#include "cmd/app.h"
#include "sqlite/sqlite.h"

/* The row of --account for a command whose options struct has `opt_list member`. */
#define BOOK_ACCOUNT_ROW(type, member)                                                                       \
    {                                                                                                        \
        .name = "account", .kind = OPT_LIST, .offset = offsetof(type, member), .value_name = "ACCOUNT",      \
        .help = "only this account: its id, or its name when only one has it; may be repeated"               \
    }

/* Opens the book in a file that the target names for reading, and logs a warning when its place is no safe
 * one. */
dbk_err *book_options_open_file(app *app, sqlite_db **out) ERR_MUST_USE;

/* Ids of the accounts that were named; none when none was. ERR_NOT_FOUND for one that does not exist or that
 * the role may not read, ERR_INPUT for a name that several have. Lives in app->arena. Inside a transaction
 * that book_snapshot_begin() began. */
dbk_err *book_options_accounts(app *app, pg_conn *c, const opt_list *named, book_accounts *out) ERR_MUST_USE;

/* The same of a book in a file. */
dbk_err *book_options_file_accounts(app *app, sqlite_db *db, const opt_list *named,
                                    book_accounts *out) ERR_MUST_USE;

#endif
