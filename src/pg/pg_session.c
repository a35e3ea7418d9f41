/* A pooler is known by the number that clients cancel by, which it makes up. Whether it gives the server's
 * session away between two statements shows when others want one: while a second client of the pooler is in a
 * transaction, the first one's next statement is answered by another process, or the second client was given
 * the process of the first one. A pooler that goes through its sessions in turn needs more than one try. */
#include "pg/pg_session.h"

#include <assert.h>
#include <string.h>

#include "pg/pg_int.h"

#define PROBES 4
#define ANSWER_MS 5000

static dbk_err *process_of(pg_conn *c, arena *a, int64_t *out)
{
    pg_rows *rows;
    dbk_err *e = pg_query_one(c, a, "select pg_catalog.pg_backend_pid()", NULL, &rows);
    if (!e)
        *out = pg_get_int8(rows, 0, 0);
    return e;
}

static dbk_err *refuse_pooler(void)
{
    dbk_err *e = err_new(ERR_INPUT, "a pooler in transaction mode is between this program and the server");
    e = err_with_hint(e,
                      "connect to the server itself, or to a pooler in session mode: what is listened to and "
                      "what is locked has to outlive a statement");
    return err_with_sqlstate(e, "0A000");
}

/* With the second client holding a transaction open, does the first one keep its process? */
static dbk_err *probe(pg_conn *c, pg_conn *second, arena *a)
{
    int64_t before, taken, after;
    dbk_err *e = process_of(c, a, &before);
    if (!e)
        e = pg_begin(second);
    if (!e)
        e = process_of(second, a, &taken);
    if (!e && taken != before)
        e = process_of(c, a, &after);
    if (!e && (taken == before || after != before))
        e = refuse_pooler();
    pg_rollback(second);
    return e;
}

static dbk_err *check_pooler(pg_conn *c, arena *a)
{
    pg_conn *second;
    dbk_err *e = pg_connect_later_like(
        c, &(pg_connect_options){.application_name = c->application_name, .statement_timeout_ms = ANSWER_MS},
        &second);
    if (e)
        return e;
    e = pg_reconnect(second);
    for (int i = 0; i < PROBES && !e; i++)
        e = probe(c, second, a);
    pg_close(second);
    return e;
}

/* Whoever notifies is among those who are told, before the statement's answer is complete. */
static dbk_err *check_notification(pg_conn *c)
{
    bool came = false;
    dbk_err *e = pg_exec(c, "listen daybook_session");
    if (!e)
        e = pg_exec(c, "notify daybook_session");
    for (PGnotify *n; !e && c->pq && (n = PQnotifies(c->pq));) {
        came = came || strcmp(n->relname, "daybook_session") == 0;
        PQfreemem(n);
    }
    if (!e)
        e = pg_exec(c, "unlisten daybook_session");
    if (e || came)
        return e;
    return err_with_sqlstate(err_with_hint(err_new(ERR_INPUT, "a notification did not come back"),
                                           "connect to the server itself, without a pooler"),
                             "0A000");
}

static dbk_err *check_lock(pg_conn *c, arena *a)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_int8(p, pg_backend_pid(c));
    /* A number that nobody else uses: the process of this session. */
    dbk_err *e = pg_query_one(c, a, "select pg_catalog.pg_advisory_lock($1)", p, &rows);
    if (!e)
        e = pg_query_one(c, a, "select pg_catalog.pg_advisory_unlock($1)", p, &rows);
    if (!e && !pg_get_bool(rows, 0, 0))
        e = refuse_pooler();
    return e;
}

static dbk_err *check_primary(pg_conn *c, arena *a)
{
    pg_rows *rows;
    dbk_err *e = pg_query_one(c, a, "select pg_catalog.pg_is_in_recovery()", NULL, &rows);
    if (e || !pg_get_bool(rows, 0, 0))
        return e;
    e = err_new(ERR_INPUT, "this server is a standby, which can only be read");
    e = err_with_hint(
        e, "name the primary, or several hosts in the URL together with target_session_attrs=read-write");
    return err_with_sqlstate(e, "25006");
}

dbk_err *pg_session_check(pg_conn *c)
{
    assert(!pg_in_transaction(c));
    arena *a = arena_new(0);
    int64_t process = 0;
    if (!a)
        return err_oom();
    dbk_err *e = check_primary(c, a);
    if (!e)
        e = process_of(c, a, &process);
    if (!e && process != pg_backend_pid(c))
        e = check_pooler(c, a);
    if (!e)
        e = check_notification(c);
    if (!e)
        e = check_lock(c, a);
    arena_free(a);
    return e;
}
