/* What the work connection waits for, seen from another one.
 *
 * It looks in short transactions of its own: the connection that holds the runner's lock must not, since a
 * CREATE INDEX CONCURRENTLY that saw its snapshot would wait for the end of its transaction, that is for
 * ever. */
#include "schema/install_int.h"
#include "schema_sql.h"

#define ARENA_BYTES_MAX ((size_t)4 << 20)
#define CONNECT_TIMEOUT_S 3
#define QUERY_TIMEOUT_MS 2000
#define TELL_EVERY_US ((int64_t)10 * 1000 * 1000)
#define AGAIN_US ((int64_t)5 * 1000 * 1000)

static dbk_err *open_watch(install_watch *w, const char *url)
{
    pg_connect_options options = {.url = url,
                                  .application_name = "daybook migrate watch",
                                  .connect_timeout_s = CONNECT_TIMEOUT_S,
                                  .statement_timeout_ms = QUERY_TIMEOUT_MS,
                                  .read_write = true};
    if (!w->arena)
        w->arena = arena_new(ARENA_BYTES_MAX);
    return w->arena ? pg_connect(&options, &w->conn) : err_oom();
}

static dbk_err *look(installer *in, int64_t *waited_ms, const char **blockers)
{
    install_watch *w = &in->watch;
    pg_rows *rows;
    dbk_err *e = w->conn ? NULL : open_watch(w, in->options->url);
    if (e)
        return e;
    arena_reset(w->arena);
    pg_params *p = pg_params_new(w->arena);
    if (in->pooled)
        pg_param_null(p);
    else
        pg_param_int4(p, pg_backend_pid(in->work));
    e = pg_query_one(w->conn, w->arena, sql_watch, p, &rows);
    if (e)
        return e;
    *waited_ms = pg_get_int8(rows, 0, 0);
    *blockers = pg_get_text(rows, 0, 1);
    return NULL;
}

/* A statement outside of a transaction waits for one session after another; what counts is how long it has
 * not moved. */
static dbk_err *judge_alone(installer *in, const char *blockers)
{
    install_watch *w = &in->watch;
    int64_t now_us = in->clock->mono_us(in->clock);
    if (!blockers) {
        w->blocked_since_us = 0;
        return NULL;
    }
    if (!w->blocked_since_us) {
        w->blocked_since_us = now_us;
        w->told_us = 0;
    }
    int64_t blocked_ms = (now_us - w->blocked_since_us) / 1000;
    if (blocked_ms > w->lock_wait_ms)
        w->lock_wait_ms = blocked_ms;
    if (blocked_ms >= in->options->concurrent_wait_ms)
        return err_with_hint(
            err_with_detail(
                err_with_sqlstate(err_new(ERR_BUSY, "other transactions were in the way for %lld ms",
                                          (long long)blocked_ms),
                                  "55P03"),
                "%s", blockers),
            "let them end, or wait longer with --concurrent-wait");
    if (in->options->log && (!w->told_us || now_us - w->told_us >= TELL_EVERY_US)) {
        log_fields(in->options->log, LOG_INFO, "waiting for other transactions",
                   LOG_STR("blockers", blockers), LOG_INT("waited_ms", blocked_ms));
        w->told_us = now_us;
    }
    return NULL;
}

dbk_err *install_watch_tick(void *ctx)
{
    installer *in = ctx;
    install_watch *w = &in->watch;
    int64_t waited_ms = 0;
    const char *blockers = NULL;
    if (in->clock->mono_us(in->clock) < w->again_us)
        return NULL;
    dbk_err *e = look(in, &waited_ms, &blockers);
    if (e) { /* no reason to stop; but it looks again, or one slow moment would end every limit */
        if (in->options->log)
            log_fields(in->options->log, LOG_DEBUG, "cannot see what is waited for",
                       LOG_STR("error", err_message(e)));
        err_free(e);
        pg_close(w->conn);
        w->conn = NULL;
        w->again_us = in->clock->mono_us(in->clock) + AGAIN_US;
        return NULL;
    }
    if (waited_ms > w->lock_wait_ms)
        w->lock_wait_ms = waited_ms;
    return w->alone ? judge_alone(in, blockers) : NULL;
}

void install_watch_close(installer *in)
{
    pg_close(in->watch.conn);
    arena_free(in->watch.arena);
    in->watch.conn = NULL;
    in->watch.arena = NULL;
}
