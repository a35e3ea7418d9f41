/* Orders: submitting, importing, and what becomes of them. */
#include "book/book_sql.h"
#include "book/pg_store_int.h"
#include "book/request.h"

enum { O_STATUS = ANSWER_COLUMNS, O_VERSION };

static dbk_err *read_order(const pg_rows *rows, void *out)
{
    dbk_answer answer;
    dbk_err *e = pg_store_answer(rows, 0, &answer);
    if (e)
        return e;
    *(dbk_order_answer *)out = (dbk_order_answer){
        .answer = answer,
        .status = pg_get_text(rows, 0, O_STATUS),
        .version = pg_get_is_null(rows, 0, O_VERSION) ? 0 : pg_get_int8(rows, 0, O_VERSION),
    };
    return NULL;
}

static dbk_err *submit_params(arena *a, const void *request, pg_params *p)
{
    const dbk_order *order = request;
    (void)a;
    pg_param_uuid(p, &order->account_id);
    pg_param_uuid(p, &order->order_id);
    pg_param_uuid(p, &order->instrument_id);
    pg_param_text(p, order->side);
    pg_param_text(p, order->type);
    pg_param_text(p, order->qty);
    pg_param_text(p, order->price);
    pg_param_text(p, order->stop_price);
    pg_param_text(p, order->time_in_force ? order->time_in_force : "gtc");
    pg_param_text(p, order->position_key ? order->position_key : "");
    pg_param_uuid(p, order->run_id);
    pg_param_text(p, order->idempotency_key);
    pg_store_param_time(p, order->submitted_us);
    pg_param_text(p, order->reference_price);
    return NULL;
}

const store_write store_order_submit = {
    .sql = book_order_submit,
    .keep = KEEP_ORDER_ANSWER,
    .params = submit_params,
    .answer = read_order,
};

static dbk_err *import_params(arena *a, const void *request, pg_params *p)
{
    const dbk_external_order *order = request;
    (void)a;
    pg_param_uuid(p, &order->account_id);
    pg_param_uuid(p, &order->order_id);
    pg_param_uuid(p, &order->instrument_id);
    pg_param_text(p, order->side);
    pg_param_text(p, order->type);
    pg_param_text(p, order->qty);
    pg_param_text(p, order->price);
    pg_param_text(p, order->stop_price);
    pg_param_text(p, order->time_in_force);
    pg_param_text(p, order->exchange_order_id);
    pg_param_text(p, order->position_key ? order->position_key : "");
    pg_store_param_time(p, order->submitted_us);
    return NULL;
}

const store_write store_order_import = {
    .sql = book_order_import,
    .keep = KEEP_ORDER_ANSWER,
    .params = import_params,
    .answer = read_order,
};

static dbk_err *record_params(arena *a, const void *request, pg_params *p)
{
    dbk_order_event event;
    (void)a;
    if (!request_order_event(request, &event))
        return err_new(ERR_INTERNAL, "an order event that was not checked");
    pg_param_uuid(p, &event.account_id);
    pg_param_uuid(p, &event.order_id);
    pg_param_uuid(p, &event.event_id);
    pg_param_text(p, request_order_event_name(event.kind));
    pg_param_text(p, event.exchange_order_id);
    pg_param_text(p, event.reason);
    pg_store_param_time(p, event.occurred_us);
    pg_param_text(p, event.qty);
    pg_param_text(p, event.price);
    pg_param_text(p, event.stop_price);
    return NULL;
}

const store_write store_order_record = {
    .sql = book_order_record,
    .keep = KEEP_ORDER_ANSWER,
    .params = record_params,
    .answer = read_order,
};
