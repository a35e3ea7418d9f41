#include "cmd/watched.h"

#include "core/interrupt.h"

static void cancel_statement(void *conn)
{
    err_free(pg_cancel(conn));
}

dbk_err *watched_run(pg_conn *c, dbk_err *(*run)(void *ctx, const atomic_int *flag), void *ctx)
{
    interrupt *watch;
    dbk_err *e = interrupt_watch(cancel_statement, c, &watch);
    if (e)
        return e;
    e = run(ctx, interrupt_flag(watch));
    dbk_err *stopped = e ? interrupt_check(interrupt_flag(watch)) : NULL;
    interrupt_end(watch);
    if (!stopped)
        return e;
    err_free(e);
    return stopped;
}
