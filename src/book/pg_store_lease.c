/* Leases of bots. */
#include "book/book_sql.h"
#include "book/pg_store_int.h"
#include "core/uuid.h"

enum { L_TOKEN = ANSWER_COLUMNS, L_TIME };

/* token and time are left as they were where the book does not say. */
static dbk_err *ask(pg_store *s, const store_call *call, arena *a, lease_grant *grant, dbk_answer *out)
{
    pg_rows *rows = NULL;
    dbk_err *e = pg_store_call(s, a, call, &rows);
    if (!e)
        e = pg_store_answer(rows, 0, out);
    if (!e && !pg_get_is_null(rows, 0, L_TOKEN))
        grant->token = pg_get_int8(rows, 0, L_TOKEN);
    if (!e && !pg_get_is_null(rows, 0, L_TIME))
        grant->expires_us = pg_get_time(rows, 0, L_TIME);
    return e;
}

dbk_err *pg_store_lease_acquire(pg_store *s, const dbk_lease_request *request, lease_grant *grant,
                                dbk_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &request->account_id);
    pg_param_uuid(p, &request->bot_id);
    pg_param_uuid(p, &request->acquire_id);
    pg_param_text(p, request->holder);
    pg_param_int8(p, request->ttl_ms);
    pg_param_uuid(p, &request->deploy_id);
    pg_store_param_ctx(s, p);
    return ask(
        s, &(store_call){.name = "dbk_lease_acquire", .sql = book_lease_acquire, .params = p, .one = true}, a,
        grant, out);
}

/* Each is a renewal of its own, so that the time for which it is good counts from when it was sent. */
dbk_err *pg_store_lease_renew(pg_store *s, const dbk_lease_request *request, lease_grant *grant,
                              int64_t limit_ms, dbk_answer *out)
{
    dbk_uuid id;
    dbk_err *e = uuid_v7(clock_system(), &id);
    if (e)
        return e;
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &request->account_id);
    pg_param_uuid(p, &request->bot_id);
    pg_param_int8(p, grant->token);
    pg_param_uuid(p, &id);
    pg_param_int8(p, request->ttl_ms);
    pg_store_param_ctx(s, p);
    int64_t usual_us = s->retry_total_us;
    s->retry_total_us = limit_ms > 0 ? limit_ms * 1000 : 1;
    e = ask(s, &(store_call){.name = "dbk_lease_renew", .sql = book_lease_renew, .params = p, .one = true}, a,
            grant, out);
    s->retry_total_us = usual_us;
    return e;
}

dbk_err *pg_store_lease_release(pg_store *s, const dbk_lease_request *request, int64_t token, dbk_answer *out)
{
    lease_grant ignored = {.token = token};
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &request->account_id);
    pg_param_uuid(p, &request->bot_id);
    pg_param_int8(p, token);
    pg_param_uuid(p, &request->acquire_id);
    pg_store_param_ctx(s, p);
    return ask(
        s, &(store_call){.name = "dbk_lease_release", .sql = book_lease_release, .params = p, .one = true}, a,
        &ignored, out);
}
