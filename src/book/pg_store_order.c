/* Orders and fills. */
#include "book/book_sql.h"
#include "book/pg_store.h"
#include "book/pg_store_int.h"
#include "core/uuid.h"

enum { O_STATUS = ANSWER_COLUMNS, O_VERSION };

static dbk_err *call_order(pg_store *s, const store_call *call, arena *a, dbk_order_answer *out)
{
    pg_rows *rows = NULL;
    dbk_answer answer;
    dbk_err *e = pg_store_call(s, a, call, &rows);
    if (!e)
        e = pg_store_answer(rows, 0, &answer);
    if (e)
        return e;
    *out = (dbk_order_answer){
        .answer = answer,
        .status = pg_get_text(rows, 0, O_STATUS),
        .version = pg_get_is_null(rows, 0, O_VERSION) ? 0 : pg_get_int8(rows, 0, O_VERSION),
    };
    return NULL;
}

dbk_err *pg_store_order_submit(pg_store *s, const dbk_order *order, dbk_order_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_ORDER_ANSWER);
    pg_params *p = pg_params_new(a);
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
    pg_store_param_ctx(s, p);
    return call_order(
        s, &(store_call){.name = "dbk_order_submit", .sql = book_order_submit, .params = p, .one = true}, a,
        out);
}

dbk_err *pg_store_order_record(pg_store *s, const dbk_order_event *event, const char *kind,
                               dbk_order_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_ORDER_ANSWER);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &event->account_id);
    pg_param_uuid(p, &event->order_id);
    pg_param_uuid(p, &event->event_id);
    pg_param_text(p, kind);
    pg_param_text(p, event->exchange_order_id);
    pg_param_text(p, event->reason);
    pg_store_param_time(p, event->occurred_us);
    pg_param_text(p, event->qty);
    pg_param_text(p, event->price);
    pg_param_text(p, event->stop_price);
    pg_store_param_ctx(s, p);
    return call_order(
        s, &(store_call){.name = "dbk_order_record", .sql = book_order_record, .params = p, .one = true}, a,
        out);
}

enum {
    F_ORDER_STATUS = ANSWER_COLUMNS,
    F_ORDER_CUM_QTY,
    F_POSITION_ID,
    F_POSITION_QTY,
    F_POSITION_AVG_PRICE,
    F_REALIZED_PNL,
    F_FLAGS
};

static dbk_err *read_fill(const pg_rows *rows, size_t row, dbk_fill_answer *out)
{
    dbk_answer answer;
    dbk_err *e = pg_store_answer(rows, row, &answer);
    if (e)
        return e;
    const char *flags = pg_get_text(rows, row, F_FLAGS);
    *out = (dbk_fill_answer){
        .answer = answer,
        .order_status = pg_get_text(rows, row, F_ORDER_STATUS),
        .order_cum_qty = pg_get_text(rows, row, F_ORDER_CUM_QTY),
        .position_qty = pg_get_text(rows, row, F_POSITION_QTY),
        .position_avg_price = pg_get_text(rows, row, F_POSITION_AVG_PRICE),
        .realized_pnl = pg_get_text(rows, row, F_REALIZED_PNL),
        .flags = flags ? flags : "",
    };
    if (!pg_get_is_null(rows, row, F_POSITION_ID))
        out->position_id = pg_get_uuid(rows, row, F_POSITION_ID);
    return NULL;
}

dbk_err *pg_store_fill_record(pg_store *s, const dbk_fill *fill, dbk_fill_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_FILL_ANSWER);
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &fill->account_id);
    pg_param_uuid(p, &fill->fill_id);
    pg_param_uuid(p, &fill->order_id);
    pg_param_uuid(p, &fill->instrument_id);
    pg_param_text(p, fill->side);
    pg_param_text(p, fill->qty);
    pg_param_text(p, fill->price);
    pg_param_text(p, fill->fee ? fill->fee : "0");
    pg_param_text(p, fill->fee_currency);
    pg_param_text(p, fill->liquidity);
    pg_param_text(p, fill->venue_trade_id);
    pg_param_text(p, fill->trade_discriminator ? fill->trade_discriminator : "");
    pg_param_text(p, fill->position_key ? fill->position_key : "");
    pg_param_time(p, fill->filled_us);
    pg_param_text(p, fill->fee_rate);
    pg_store_param_ctx(s, p);
    dbk_err *e = pg_store_call(
        s, a, &(store_call){.name = "dbk_fill_record", .sql = book_fill_record, .params = p, .one = true},
        &rows);
    return e ? e : read_fill(rows, 0, out);
}

/* One column of the batch as an array parameter. get may use `scratch`, of UUID_TEXT_SIZE or CLOCK_ISO_SIZE
 * bytes. */
typedef const char *(*fill_column)(const dbk_fill *fill, char *scratch);

static const char *column_fill_id(const dbk_fill *f, char *scratch)
{
    uuid_format(&f->fill_id, scratch);
    return scratch;
}

static const char *column_order_id(const dbk_fill *f, char *scratch)
{
    uuid_format(&f->order_id, scratch);
    return scratch;
}

static const char *column_instrument_id(const dbk_fill *f, char *scratch)
{
    uuid_format(&f->instrument_id, scratch);
    return scratch;
}

static const char *column_side(const dbk_fill *f, char *scratch)
{
    (void)scratch;
    return f->side;
}

static const char *column_qty(const dbk_fill *f, char *scratch)
{
    (void)scratch;
    return f->qty;
}

static const char *column_price(const dbk_fill *f, char *scratch)
{
    (void)scratch;
    return f->price;
}

static const char *column_fee(const dbk_fill *f, char *scratch)
{
    (void)scratch;
    return f->fee ? f->fee : "0";
}

static const char *column_fee_currency(const dbk_fill *f, char *scratch)
{
    (void)scratch;
    return f->fee_currency;
}

static const char *column_liquidity(const dbk_fill *f, char *scratch)
{
    (void)scratch;
    return f->liquidity;
}

static const char *column_venue_trade_id(const dbk_fill *f, char *scratch)
{
    (void)scratch;
    return f->venue_trade_id;
}

static const char *column_discriminator(const dbk_fill *f, char *scratch)
{
    (void)scratch;
    return f->trade_discriminator ? f->trade_discriminator : "";
}

static const char *column_position_key(const dbk_fill *f, char *scratch)
{
    (void)scratch;
    return f->position_key ? f->position_key : "";
}

static const char *column_filled_at(const dbk_fill *f, char *scratch)
{
    clock_iso(f->filled_us, scratch);
    return scratch;
}

static const char *column_fee_rate(const dbk_fill *f, char *scratch)
{
    (void)scratch;
    return f->fee_rate;
}

/* In the order of the function's parameters. */
static const fill_column fill_columns[] = {
    column_fill_id,       column_order_id,     column_instrument_id, column_side,      column_qty,
    column_price,         column_fee,          column_fee_currency,  column_liquidity, column_venue_trade_id,
    column_discriminator, column_position_key, column_filled_at,     column_fee_rate,
};

#define SCRATCH_SIZE (CLOCK_ISO_SIZE > UUID_TEXT_SIZE ? CLOCK_ISO_SIZE : UUID_TEXT_SIZE)

static dbk_err *fill_params(arena *a, const dbk_fill *const *fills, size_t count, pg_params *p)
{
    const char **items = arena_alloc(a, count * sizeof(*items));
    char *scratch = arena_alloc(a, count * SCRATCH_SIZE);
    if (!items || !scratch)
        return err_oom();
    for (size_t column = 0; column < sizeof(fill_columns) / sizeof(fill_columns[0]); column++) {
        for (size_t i = 0; i < count; i++)
            items[i] = fill_columns[column](fills[i], scratch + i * SCRATCH_SIZE);
        pg_param_text_array(p, items, count);
    }
    return NULL;
}

dbk_err *pg_store_fills_record(pg_store *s, const dbk_fill *const *fills, size_t count, dbk_fill_answer *out)
{
    arena *a = pg_store_keep(s, KEEP_FILL_ANSWER);
    pg_rows *rows = NULL;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &fills[0]->account_id);
    dbk_err *e = fill_params(a, fills, count, p);
    if (e)
        return e;
    pg_store_param_ctx(s, p);
    e = pg_store_call(s, a, &(store_call){.name = "dbk_fills_record", .sql = book_fills_record, .params = p},
                      &rows);
    if (e)
        return e;
    if (pg_row_count(rows) != count)
        return err_new(ERR_INTERNAL, "dbk_fills_record: %zu fills, %zu answers", count, pg_row_count(rows));
    dbk_fill_answer *answers = arena_alloc(a, count * sizeof(*answers));
    if (!answers)
        return err_oom();
    for (size_t i = 0; !e && i < count; i++)
        e = read_fill(rows, i, &answers[i]);
    if (e)
        return e;
    for (size_t i = 0; i < count; i++)
        out[i] = answers[i];
    return NULL;
}
