#include "book/book_verify.h"

#include "book/verify_int.h"

dbk_err *book_verify(pg_conn *c, const book_verify_options *options, book_verify_result *out)
{
    verify v = {.conn = c, .options = options, .arena = arena_new(0)};
    if (!v.arena)
        return err_oom();
    buf_init(&v.key, 0);
    buf_init(&v.stored, 0);
    dbk_err *e = verify_orders(&v);
    if (!e)
        e = verify_positions(&v);
    if (!e)
        e = verify_events(&v);
    buf_term(&v.key);
    buf_term(&v.stored);
    arena_free(v.arena);
    if (!e)
        *out = v.result;
    return e;
}
