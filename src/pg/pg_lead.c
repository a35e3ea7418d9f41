#include "pg/pg_lead.h"

#include "core/mem.h"

#define ANSWER_MS 10000

struct pg_lead {
    pg_conn *conn;
};

dbk_err *pg_lead_new(const pg_conn *like, const char *application_name, pg_lead **out)
{
    pg_lead *l = mem_alloc(sizeof(*l));
    if (!l)
        return err_oom();
    dbk_err *e = pg_connect_later_like(like,
                                       &(pg_connect_options){.application_name = application_name,
                                                             .statement_timeout_ms = ANSWER_MS,
                                                             .read_write = true,
                                                             .watchful = true},
                                       &l->conn);
    if (e) {
        mem_free(l);
        return e;
    }
    *out = l;
    return NULL;
}

void pg_lead_free(pg_lead *l)
{
    if (!l)
        return;
    pg_close(l->conn);
    mem_free(l);
}

/* Limits on idle transactions would end the lead, and a machine that vanished must lose it within seconds:
 * the server asks whether the other end is still there. Said inside the transaction, as a pooler demands. */
static dbk_err *begin(pg_lead *l)
{
    static const char settings[] = "set local idle_in_transaction_session_timeout = 0;"
                                   "set local client_connection_check_interval = '1s';"
                                   "set local tcp_keepalives_idle = 2;"
                                   "set local tcp_keepalives_interval = 1;"
                                   "set local tcp_keepalives_count = 3;"
                                   "set local tcp_user_timeout = '5s'";
    dbk_err *e = pg_is_lost(l->conn) ? pg_reconnect(l->conn) : NULL;
    if (e || pg_in_transaction(l->conn))
        return e;
    e = pg_begin(l->conn);
    if (!e)
        e = pg_exec(l->conn, settings);
    if (!e && pg_server_version(l->conn) >= 170000)
        e = pg_exec(l->conn, "set local transaction_timeout = 0");
    if (e)
        pg_rollback(l->conn);
    return e;
}

dbk_err *pg_lead_check(pg_lead *l)
{
    if (pg_is_lost(l->conn) || !pg_in_transaction(l->conn))
        return err_with_sqlstate(err_new(ERR_CONNECTION, "the connection that held the lead is lost"),
                                 "08003");
    return pg_exec(l->conn, "select 1");
}

dbk_err *pg_lead_take(pg_lead *l, enum pg_lock_space space, int32_t key, bool *leads)
{
    dbk_err *e = begin(l);
    if (!e)
        e = pg_lock_try(l->conn, (int32_t)space, key, leads);
    /* A statement with parameters leaves its portal open until the next one, and that its snapshot. */
    return e ? e : pg_lead_check(l);
}

void pg_lead_release(pg_lead *l)
{
    if (!pg_is_lost(l->conn) && pg_in_transaction(l->conn))
        pg_rollback(l->conn);
}
