/* daybook_int.h: what the files that implement daybook.h share. */
#ifndef DAYBOOK_BOOK_DAYBOOK_INT_H
#define DAYBOOK_BOOK_DAYBOOK_INT_H

#include "book/pg_store.h"
#include "book/spooler.h"
#include "book/sqlite_store.h"
#include "daybook.h"

#define LIMIT_MS_MAX ((int64_t)24 * 3600 * 1000)

/* store or file; spool before the store, or NULL. */
struct dbk_book {
    pg_store *store;
    sqlite_store *file;
    spooler *spool;
    dbk_lease *acts_by; /* shared; NULL: acts as no bot */
    dbk_group *group;   /* shared; NULL: in none */
};

#define REQUIRE(condition, text)                                                                             \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            return err_new(ERR_USAGE, "%s: %s", __func__, text);                                             \
    } while (0)

#define REQUIRE_STRUCT(p)                                                                                    \
    REQUIRE((p) && request_size_fits((p), (p)->size, sizeof(*(p))),                                          \
            #p " is NULL, its size is not set to sizeof, or it uses members this version does not know")

/* What a call that the spool does not take comes after. */
dbk_err *daybook_settle(dbk_book *book) ERR_MUST_USE;
/* An error for a book in a file. */
dbk_err *daybook_needs_server(const dbk_book *book, const char *name) ERR_MUST_USE;
/* An error when the book acts by a lease that is lost: then it asks for nothing. */
dbk_err *daybook_may_ask(dbk_book *book, const char *name) ERR_MUST_USE;
/* NULL: the book is in no group. */
commit_group *daybook_group_calls(const dbk_book *book);

#endif
