/* Fills into a book in one file: file_fills PATH HOW COUNT prints fills per second. The same tables, indexes
 * and settings of the file (WAL, synchronous=FULL) whatever HOW is:
 *
 *     book    dbk_fill_record, one after another
 *     batch   dbk_fills_record, 1,000 at once
 *     bare    as any program would write it by hand, a transaction of four statements for each fill: insert
 *             it, move its order, move its position, insert the event
 *     rows    1,000 bare rows of fills in one transaction, nothing else */
#define _POSIX_C_SOURCE 200809L
#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

#include "bench_fill.h"

#define BATCH 1000

static const dbk_uuid space = {{9}};
static dbk_uuid account, instrument, order;
static dbk_book *book;

static void stop(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(1);
}

static void must(dbk_err *e)
{
    if (e)
        stop(dbk_err_message(e));
}

static dbk_fill fill_of(long number)
{
    char name[40];
    dbk_fill f = bench_fill_terms();
    f.account_id = account;
    f.order_id = order;
    f.instrument_id = instrument;
    f.filled_us += number;
    snprintf(name, sizeof(name), "fill %ld", number);
    dbk_uuid_from_name(&space, name, &f.fill_id);
    return f;
}

/* An account, an order that never fills up and the position that its first fill opens. */
static void prepare(const char *path)
{
    char url[600];
    snprintf(url, sizeof(url), "sqlite:%s", path);
    dbk_open_options options = {.size = sizeof(options), .url = url, .program = "bench"};
    must(dbk_open(&options, &book));
    dbk_uuid_from_name(&space, "account", &account);
    dbk_uuid_from_name(&space, "instrument", &instrument);
    dbk_uuid_from_name(&space, "order", &order);
    dbk_account a = {.size = sizeof(a),
                     .account_id = account,
                     .name = "bench",
                     .venue = "bench",
                     .currency = "USDT",
                     .mode = "paper"};
    dbk_instrument i = {.instrument_id = instrument,
                        .venue = "bench",
                        .symbol = "BTCUSDT",
                        .kind = "spot",
                        .base = "BTC",
                        .quote = "USDT"};
    dbk_order o = {.size = sizeof(o),
                   .account_id = account,
                   .order_id = order,
                   .instrument_id = instrument,
                   .side = "buy",
                   .type = "limit",
                   .qty = "10000000000",
                   .price = "40000.5"};
    dbk_answer answer;
    dbk_order_answer order_answer;
    dbk_fill_answer fill_answer;
    dbk_fill first = fill_of(-1);
    must(dbk_account_open(book, &a, &answer));
    must(dbk_instrument_register(book, &i, &answer));
    must(dbk_order_submit(book, &o, &order_answer));
    must(dbk_fill_record(book, &first, &fill_answer));
}

static void record_singly(long count)
{
    for (long n = 0; n < count; n++) {
        dbk_fill f = fill_of(n);
        dbk_fill_answer answer;
        must(dbk_fill_record(book, &f, &answer));
        if (answer.answer.outcome != DBK_CREATED)
            stop("a fill was not recorded");
    }
}

static void record_in_batches(long count)
{
    static dbk_fill fills[BATCH];
    static dbk_fill_answer answers[BATCH];
    for (long n = 0; n < count; n += BATCH) {
        for (long k = 0; k < BATCH; k++)
            fills[k] = fill_of(n + k);
        must(dbk_fills_record(book, fills, BATCH, answers));
    }
}

/* ---- by hand ---- */

static sqlite3 *db;

static void exec(const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        stop(sqlite3_errmsg(db));
}

static sqlite3_stmt *prepared(const char *sql)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
        stop(sqlite3_errmsg(db));
    return s;
}

static void run(sqlite3_stmt *s)
{
    if (sqlite3_step(s) != SQLITE_DONE)
        stop(sqlite3_errmsg(db));
    sqlite3_reset(s);
}

static void bind_id(sqlite3_stmt *s, int at, const dbk_uuid *id)
{
    char text[DBK_UUID_TEXT_SIZE];
    dbk_uuid_format(id, text);
    sqlite3_bind_text(s, at, text, -1, SQLITE_TRANSIENT);
}

static const char insert_fill[] = "insert into fills (account_id, fill_id, order_id, instrument_id, "
                                  "position_key, side, qty, price, fee, fee_currency, liquidity, "
                                  "filled_at, recorded_at, flags, order_version, order_status, "
                                  "order_cum_qty, position_version, position_cycle, position_qty, "
                                  "position_avg_price, realized_gross, realized_net, position_realized) "
                                  "values (?1, ?2, ?3, ?4, '', 'buy', '0.01', '40000.5', '0.04', "
                                  "'USDT', 'taker', ?5, ?5, '', ?6, 'partially_filled', '0.02', ?6, 1, "
                                  "'0.02', '40000.5', '0', '-0.04', '-0.08')";

static void write_bare(long count, bool together)
{
    exec("pragma synchronous = full; pragma foreign_keys = on");
    sqlite3_stmt *fill = prepared(insert_fill);
    sqlite3_stmt *moved = prepared("update orders set cum_qty = ?3, cum_value = ?4, version = ?5 where "
                                   "account_id = ?1 and order_id = ?2");
    sqlite3_stmt *held = prepared("update positions set open_cost = ?2, version = ?3 where account_id = ?1");
    sqlite3_stmt *told = prepared(
        "insert into domain_events (event_id, event_type, account_id, aggregate_type, aggregate_id, "
        "aggregate_version, occurred_at, "
        "recorded_at, payload) values (?1, 'trading.fill_recorded', ?2, 'order', ?3, ?4, ?5, ?5, "
        "'{\"qty\":\"0.01\",\"price\":\"40000.5\",\"fee\":\"0.04\",\"order_status\":\"partially_filled\"}')");
    for (long n = 0; n < count; n++) {
        dbk_fill f = fill_of(n);
        if (!together || n % BATCH == 0)
            exec("begin immediate");
        bind_id(fill, 1, &account);
        bind_id(fill, 2, &f.fill_id);
        bind_id(fill, 3, &order);
        bind_id(fill, 4, &instrument);
        sqlite3_bind_int64(fill, 5, f.filled_us);
        sqlite3_bind_int64(fill, 6, n + 2);
        run(fill);
        if (!together) {
            bind_id(moved, 1, &account);
            bind_id(moved, 2, &order);
            sqlite3_bind_text(moved, 3, "0.02", -1, SQLITE_STATIC);
            sqlite3_bind_text(moved, 4, "800.01", -1, SQLITE_STATIC);
            sqlite3_bind_int64(moved, 5, n + 3);
            run(moved);
            bind_id(held, 1, &account);
            sqlite3_bind_text(held, 2, "800.01", -1, SQLITE_STATIC);
            sqlite3_bind_int64(held, 3, n + 2);
            run(held);
            bind_id(told, 1, &f.fill_id);
            bind_id(told, 2, &account);
            bind_id(told, 3, &order);
            sqlite3_bind_int64(told, 4, n + 3);
            sqlite3_bind_int64(told, 5, f.filled_us);
            run(told);
        }
        if (!together || n % BATCH == BATCH - 1)
            exec("commit");
    }
    sqlite3_finalize(fill);
    sqlite3_finalize(moved);
    sqlite3_finalize(held);
    sqlite3_finalize(told);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        stop("usage: file_fills PATH book|batch|bare|rows COUNT");
    long count = atol(argv[3]);
    prepare(argv[1]);
    bool by_hand = strcmp(argv[2], "bare") == 0 || strcmp(argv[2], "rows") == 0;
    if (by_hand) {
        dbk_close(book);
        if (sqlite3_open(argv[1], &db) != SQLITE_OK)
            stop("cannot open the file");
    }
    double started = bench_now_s();
    if (by_hand)
        write_bare(count, strcmp(argv[2], "rows") == 0);
    else if (strcmp(argv[2], "batch") == 0)
        record_in_batches(count);
    else
        record_singly(count);
    printf("%.1f\n", (double)count / (bench_now_s() - started));
    if (by_hand)
        sqlite3_close(db);
    else
        dbk_close(book);
    return 0;
}
