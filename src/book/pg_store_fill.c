/* Fills, singly and in batches; busts and corrections. */
#include "book/book_sql.h"
#include "book/pg_store_int.h"
#include "core/uuid.h"

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

static dbk_err *read_one_fill(const pg_rows *rows, void *out)
{
    return read_fill(rows, 0, out);
}

static dbk_err *record_params(arena *a, const void *request, pg_params *p)
{
    const dbk_fill *fill = request;
    (void)a;
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
    return NULL;
}

const store_write store_fill_record = {
    .sql = book_fill_record,
    .keep = KEEP_FILL_ANSWER,
    .params = record_params,
    .answer = read_one_fill,
};

/* ---- busts and corrections ---- */

enum {
    V_WAITING = ANSWER_COLUMNS,
    V_ORDER_STATUS,
    V_ORDER_CUM_QTY,
    V_POSITION_ID,
    V_POSITION_QTY,
    V_POSITION_AVG_PRICE,
    V_REALIZED_PNL
};

static dbk_err *read_fill_event(const pg_rows *rows, void *out)
{
    dbk_answer answer;
    dbk_err *e = pg_store_answer(rows, 0, &answer);
    if (e)
        return e;
    dbk_fill_event_answer *event = out;
    *event = (dbk_fill_event_answer){
        .answer = answer,
        .waiting = !pg_get_is_null(rows, 0, V_WAITING) && pg_get_bool(rows, 0, V_WAITING),
        .order_status = pg_get_text(rows, 0, V_ORDER_STATUS),
        .order_cum_qty = pg_get_text(rows, 0, V_ORDER_CUM_QTY),
        .position_qty = pg_get_text(rows, 0, V_POSITION_QTY),
        .position_avg_price = pg_get_text(rows, 0, V_POSITION_AVG_PRICE),
        .realized_pnl = pg_get_text(rows, 0, V_REALIZED_PNL),
    };
    if (!pg_get_is_null(rows, 0, V_POSITION_ID))
        event->position_id = pg_get_uuid(rows, 0, V_POSITION_ID);
    return NULL;
}

static dbk_err *bust_params(arena *a, const void *request, pg_params *p)
{
    const dbk_bust *bust = request;
    (void)a;
    pg_param_uuid(p, &bust->account_id);
    pg_param_uuid(p, &bust->event_id);
    pg_param_uuid(p, &bust->fill_id);
    pg_param_text(p, bust->leaves_qty);
    pg_param_text(p, bust->reason);
    pg_store_param_time(p, bust->occurred_us);
    return NULL;
}

const store_write store_fill_bust = {
    .sql = book_fill_bust,
    .keep = KEEP_FILL_EVENT_ANSWER,
    .params = bust_params,
    .answer = read_fill_event,
};

static dbk_err *correct_params(arena *a, const void *request, pg_params *p)
{
    const dbk_correction *correction = request;
    (void)a;
    pg_param_uuid(p, &correction->account_id);
    pg_param_uuid(p, &correction->event_id);
    pg_param_uuid(p, &correction->fill_id);
    pg_param_text(p, correction->qty);
    pg_param_text(p, correction->price);
    pg_param_text(p, correction->fee);
    pg_param_text(p, correction->fee_currency);
    pg_param_text(p, correction->fee_rate);
    pg_param_text(p, correction->reason);
    pg_store_param_time(p, correction->occurred_us);
    return NULL;
}

const store_write store_fill_correct = {
    .sql = book_fill_correct,
    .keep = KEEP_FILL_EVENT_ANSWER,
    .params = correct_params,
    .answer = read_fill_event,
};

/* ---- batches ---- */

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
