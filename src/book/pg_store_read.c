/* Reading orders and positions. Each in an arena of its own, since fn may make any other call on the same
 * book. */
#include "book/book_sql.h"
#include "book/pg_store_int.h"

enum {
    O_ID,
    O_INSTRUMENT_ID,
    O_RUN_ID,
    O_VENUE,
    O_SYMBOL,
    O_KEY,
    O_ORIGIN,
    O_SIDE,
    O_TYPE,
    O_TIME_IN_FORCE,
    O_QTY,
    O_PRICE,
    O_STOP_PRICE,
    O_REQUESTED_QTY,
    O_REQUESTED_PRICE,
    O_REQUESTED_STOP_PRICE,
    O_STATUS,
    O_IS_OPEN,
    O_OUTCOME_UNKNOWN,
    O_CUM_QTY,
    O_LEAVES_QTY,
    O_OVERFILL_QTY,
    O_AVG_FILL_PRICE,
    O_EXCHANGE_ORDER_ID,
    O_IDEMPOTENCY_KEY,
    O_REFUSAL_CODE,
    O_REFUSAL_DETAIL,
    O_VERSION,
    O_SUBMITTED_AT,
    O_UPDATED_AT
};

/* run_id is where the run of the order is kept, if it has one. */
static dbk_order_state read_order(const pg_rows *rows, size_t row, dbk_uuid *run_id)
{
    dbk_order_state order = {
        .order_id = pg_get_uuid(rows, row, O_ID),
        .instrument_id = pg_get_uuid(rows, row, O_INSTRUMENT_ID),
        .venue = pg_get_text(rows, row, O_VENUE),
        .symbol = pg_get_text(rows, row, O_SYMBOL),
        .position_key = pg_get_text(rows, row, O_KEY),
        .origin = pg_get_text(rows, row, O_ORIGIN),
        .side = pg_get_text(rows, row, O_SIDE),
        .type = pg_get_text(rows, row, O_TYPE),
        .time_in_force = pg_get_text(rows, row, O_TIME_IN_FORCE),
        .qty = pg_get_text(rows, row, O_QTY),
        .price = pg_get_text(rows, row, O_PRICE),
        .stop_price = pg_get_text(rows, row, O_STOP_PRICE),
        .requested_qty = pg_get_text(rows, row, O_REQUESTED_QTY),
        .requested_price = pg_get_text(rows, row, O_REQUESTED_PRICE),
        .requested_stop_price = pg_get_text(rows, row, O_REQUESTED_STOP_PRICE),
        .status = pg_get_text(rows, row, O_STATUS),
        .is_open = pg_get_bool(rows, row, O_IS_OPEN),
        .outcome_unknown = pg_get_bool(rows, row, O_OUTCOME_UNKNOWN),
        .cum_qty = pg_get_text(rows, row, O_CUM_QTY),
        .leaves_qty = pg_get_text(rows, row, O_LEAVES_QTY),
        .overfill_qty = pg_get_text(rows, row, O_OVERFILL_QTY),
        .avg_fill_price = pg_get_text(rows, row, O_AVG_FILL_PRICE),
        .exchange_order_id = pg_get_text(rows, row, O_EXCHANGE_ORDER_ID),
        .idempotency_key = pg_get_text(rows, row, O_IDEMPOTENCY_KEY),
        .refusal_code = pg_get_text(rows, row, O_REFUSAL_CODE),
        .refusal_detail = pg_get_text(rows, row, O_REFUSAL_DETAIL),
        .version = pg_get_int8(rows, row, O_VERSION),
        .submitted_us =
            pg_get_is_null(rows, row, O_SUBMITTED_AT) ? 0 : pg_get_time(rows, row, O_SUBMITTED_AT),
        .updated_us = pg_get_time(rows, row, O_UPDATED_AT),
    };
    if (!pg_get_is_null(rows, row, O_RUN_ID)) {
        *run_id = pg_get_uuid(rows, row, O_RUN_ID);
        order.run_id = run_id;
    }
    return order;
}

dbk_err *pg_store_orders(pg_store *s, const dbk_uuid *account_id, const dbk_order_query *query,
                         bool (*fn)(void *ctx, const dbk_order_state *order), void *ctx)
{
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, account_id);
    pg_param_bool(p, query->open_only);
    pg_param_int4(p, query->limit);
    pg_param_uuid(p, query->order_id);
    pg_param_text(p, query->exchange_order_id);
    pg_param_text(p, query->idempotency_key);
    dbk_err *e =
        pg_store_call(s, a, &(store_call){.name = "dbk_orders", .sql = book_orders, .params = p}, &rows);
    for (size_t i = 0; !e && i < pg_row_count(rows); i++) {
        dbk_uuid run_id;
        dbk_order_state order = read_order(rows, i, &run_id);
        if (!fn(ctx, &order))
            break;
    }
    arena_free(a);
    return e;
}

enum {
    P_ID,
    P_INSTRUMENT_ID,
    P_VENUE,
    P_SYMBOL,
    P_KEY,
    P_QTY,
    P_AVG_PRICE,
    P_REALIZED_PNL,
    P_FEES,
    P_OPENED_AT
};

dbk_err *pg_store_positions(pg_store *s, const dbk_uuid *account_id, bool open_only,
                            bool (*fn)(void *ctx, const dbk_position *position), void *ctx)
{
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, account_id);
    pg_param_bool(p, open_only);
    dbk_err *e = pg_store_call(
        s, a, &(store_call){.name = "dbk_positions", .sql = book_positions, .params = p}, &rows);
    for (size_t i = 0; !e && i < pg_row_count(rows); i++) {
        dbk_position position = {
            .position_id = pg_get_uuid(rows, i, P_ID),
            .instrument_id = pg_get_uuid(rows, i, P_INSTRUMENT_ID),
            .venue = pg_get_text(rows, i, P_VENUE),
            .symbol = pg_get_text(rows, i, P_SYMBOL),
            .position_key = pg_get_text(rows, i, P_KEY),
            .qty = pg_get_text(rows, i, P_QTY),
            .avg_price = pg_get_text(rows, i, P_AVG_PRICE),
            .realized_pnl = pg_get_text(rows, i, P_REALIZED_PNL),
            .fees = pg_get_text(rows, i, P_FEES),
            .opened_us = pg_get_is_null(rows, i, P_OPENED_AT) ? 0 : pg_get_time(rows, i, P_OPENED_AT),
        };
        if (!fn(ctx, &position))
            break;
    }
    arena_free(a);
    return e;
}
