#include "market/poll/poll_lead.h"

#include "core/mem.h"
#include "pg/pg_lock.h"

struct poll_lead {
    pg_conn *conn;
};

dbk_err *poll_lead_new(const pg_conn *like, poll_lead **out)
{
    poll_lead *l = mem_alloc(sizeof(*l));
    if (!l)
        return err_oom();
    dbk_err *e = pg_connect_later_like(
        like, &(pg_connect_options){.application_name = "daybook poll leader", .statement_timeout_ms = 10000},
        &l->conn);
    if (e) {
        mem_free(l);
        return e;
    }
    *out = l;
    return NULL;
}

void poll_lead_free(poll_lead *l)
{
    if (!l)
        return;
    pg_close(l->conn);
    mem_free(l);
}

/* The transaction holds locks and no snapshot, so it keeps no old rows alive however long it lasts; only
 * limits on idle transactions would end it. */
static dbk_err *begin(poll_lead *l)
{
    dbk_err *e = pg_is_lost(l->conn) ? pg_reconnect(l->conn) : NULL;
    if (!e && !pg_in_transaction(l->conn)) {
        e = pg_begin(l->conn);
        if (!e)
            e = pg_exec(l->conn, "set local idle_in_transaction_session_timeout = 0");
    }
    return e;
}

/* FNV-1a. Two streams that meet in one number would share a leader, and nothing else. */
static int32_t key_of(const char *venue, const char *stream)
{
    uint32_t hash = 2166136261u;
    for (const char *p = venue; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 16777619u;
    hash = (hash ^ ' ') * 16777619u;
    for (const char *p = stream; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 16777619u;
    return (int32_t)hash;
}

dbk_err *poll_lead_take(poll_lead *l, const char *venue, const char *stream, bool *leads)
{
    dbk_err *e = begin(l);
    return e ? e : pg_lock_try(l->conn, PG_LOCK_POLL, key_of(venue, stream), leads);
}

dbk_err *poll_lead_check(poll_lead *l)
{
    if (pg_is_lost(l->conn) || !pg_in_transaction(l->conn))
        return err_new(ERR_CONNECTION, "the connection that held the lead is lost");
    return pg_exec(l->conn, "select 1");
}
