/* Bots and what they are commanded to do. */
#include "book/book_sql.h"
#include "book/pg_store_int.h"

enum {
    B_ACCOUNT_ID,
    B_ID,
    B_NAME,
    B_DESIRED_STATE,
    B_IMAGE_TAG,
    B_STRATEGY_PARAMS,
    B_VERSION,
    B_HOLDER,
    B_HELD,
    B_EXPIRES_AT
};

static dbk_bot read_bot(const pg_rows *rows, size_t row)
{
    return (dbk_bot){
        .account_id = pg_get_uuid(rows, row, B_ACCOUNT_ID),
        .bot_id = pg_get_uuid(rows, row, B_ID),
        .name = pg_get_text(rows, row, B_NAME),
        .desired_state = pg_get_text(rows, row, B_DESIRED_STATE),
        .image_tag = pg_get_text(rows, row, B_IMAGE_TAG),
        .strategy_params_json = pg_get_text(rows, row, B_STRATEGY_PARAMS),
        .version = pg_get_int8(rows, row, B_VERSION),
        .holder = pg_get_text(rows, row, B_HOLDER),
        .held = pg_get_bool(rows, row, B_HELD),
        .lease_expires_us =
            pg_get_is_null(rows, row, B_EXPIRES_AT) ? 0 : pg_get_time(rows, row, B_EXPIRES_AT),
    };
}

dbk_err *pg_store_bots(pg_store *s, const dbk_uuid *account_id, bool (*fn)(void *ctx, const dbk_bot *bot),
                       void *ctx)
{
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, account_id);
    dbk_err *e = pg_store_call(s, a, &(store_call){.name = "dbk_bots", .sql = book_bots, .params = p}, &rows);
    for (size_t i = 0; !e && i < pg_row_count(rows); i++) {
        dbk_bot bot = read_bot(rows, i);
        if (!fn(ctx, &bot))
            break;
    }
    arena_free(a);
    return e;
}

dbk_err *pg_store_command_send(pg_store *s, const dbk_command_request *request, dbk_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &request->account_id);
    pg_param_uuid(p, &request->command_id);
    pg_param_uuid(p, &request->bot_id);
    pg_param_text(p, request->kind);
    pg_param_text(p, request->arguments_json);
    pg_param_int8(p, request->ttl_ms);
    pg_param_text(p, request->reason);
    pg_param_text(p, request->actor);
    pg_store_param_ctx(s, p);
    return pg_store_call_answer(
        s, &(store_call){.name = "dbk_command_send", .sql = book_command_send, .params = p, .one = true}, a,
        out);
}

enum {
    C_ID,
    C_BOT_ID,
    C_KIND,
    C_ARGUMENTS,
    C_REASON,
    C_ACTOR,
    C_STATUS,
    C_DETAIL,
    C_ISSUED_AT,
    C_EXPIRES_AT
};

static dbk_command read_command(const pg_rows *rows, size_t row)
{
    return (dbk_command){
        .command_id = pg_get_uuid(rows, row, C_ID),
        .bot_id = pg_get_uuid(rows, row, C_BOT_ID),
        .kind = pg_get_text(rows, row, C_KIND),
        .arguments_json = pg_get_text(rows, row, C_ARGUMENTS),
        .reason = pg_get_text(rows, row, C_REASON),
        .actor = pg_get_text(rows, row, C_ACTOR),
        .status = pg_get_text(rows, row, C_STATUS),
        .detail = pg_get_text(rows, row, C_DETAIL),
        .issued_us = pg_get_time(rows, row, C_ISSUED_AT),
        .expires_us = pg_get_time(rows, row, C_EXPIRES_AT),
    };
}

dbk_err *pg_store_commands(pg_store *s, const dbk_uuid *account_id, const dbk_command_query *query,
                           bool (*fn)(void *ctx, const dbk_command *command), void *ctx)
{
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, account_id);
    pg_param_uuid(p, query->bot_id);
    pg_param_bool(p, query->all);
    pg_param_uuid(p, query->command_id);
    pg_param_int4(p, query->limit);
    dbk_err *e =
        pg_store_call(s, a, &(store_call){.name = "dbk_commands", .sql = book_commands, .params = p}, &rows);
    for (size_t i = 0; !e && i < pg_row_count(rows); i++) {
        dbk_command command = read_command(rows, i);
        if (!fn(ctx, &command))
            break;
    }
    arena_free(a);
    return e;
}

dbk_err *pg_store_command_acknowledge(pg_store *s, const dbk_command_report *report, const char *step,
                                      dbk_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &report->account_id);
    pg_param_uuid(p, &report->command_id);
    pg_param_text(p, step);
    pg_param_text(p, report->by);
    pg_param_text(p, report->detail);
    pg_store_param_ctx(s, p);
    return pg_store_call_answer(
        s,
        &(store_call){
            .name = "dbk_command_acknowledge", .sql = book_command_acknowledge, .params = p, .one = true},
        a, out);
}
