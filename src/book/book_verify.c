#include "book/book_verify.h"

#include "book/book_file.h"
#include "book/sqlite_store.h"
#include "book/verify_int.h"

static dbk_err *verify_source(book_source source, const book_verify_options *options, book_verify_result *out)
{
    verify v = {.source = source, .options = options};
    buf_init(&v.key, 0);
    dbk_err *e = verify_orders(&v);
    if (!e)
        e = verify_positions(&v);
    if (!e)
        e = verify_events(&v);
    buf_term(&v.key);
    if (!e)
        *out = v.result;
    return e;
}

dbk_err *book_verify(pg_conn *c, const book_verify_options *options, book_verify_result *out)
{
    return verify_source((book_source){.server = c}, options, out);
}

dbk_err *book_verify_file(sqlite_db *db, const book_verify_options *options, book_verify_result *out)
{
    bool own = !sqlite_in_transaction(db);
    dbk_err *e = sqlite_store_views(db);
    if (!e && own)
        e = sqlite_begin_read(db);
    if (e)
        return e;
    e = verify_source((book_source){.file = db}, options, out);
    if (own)
        sqlite_rollback(db);
    return e;
}
