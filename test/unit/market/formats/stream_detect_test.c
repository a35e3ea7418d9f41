#include "../files.h"

#include "market/formats/stream_detect.h"

#define NOW_US INT64_C(1893456000000000) /* 2030-01-01 */

typedef struct fixture {
    arena *a;
    const char *folder;
} fixture;

static int setup(void **state)
{
    fixture *f = mem_alloc(sizeof(*f));
    f->a = unit_arena();
    f->folder = unit_folder(f->a);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    unit_remove(f->folder);
    arena_free(f->a);
    mem_free(f);
    return 0;
}

static void headers_name_streams(void **state)
{
    fixture *f = *state;
    static const char *const cases[][2] = {
        {"open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,"
         "taker_buy_quote_volume,ignore",
         "klines"},
        {"id,price,qty,quote_qty,time,is_buyer_maker", "trades"},
        {"id,price,qty,base_qty,time,is_buyer_maker", "trades"},
        {"agg_trade_id,price,quantity,first_trade_id,last_trade_id,transact_time,is_buyer_maker",
         "agg_trades"},
        {"calc_time,funding_interval_hours,last_funding_rate", "funding_rates"},
        {"create_time,symbol,sum_open_interest,sum_open_interest_value,count_toptrader_long_short_ratio,"
         "sum_toptrader_long_short_ratio,count_long_short_ratio,sum_taker_long_short_vol_ratio",
         "metrics"},
        {"update_id,best_bid_price,best_bid_qty,best_ask_price,best_ask_qty,transaction_time,event_time",
         "book_tickers"},
        {"timestamp,percentage,depth,notional", "book_depth"},
        {"symbol,timestamp,metric,value", "metric_values"},
        {"observation_date,DGS10", "macro"},
        {"series,observed_at,value", "macro"},
        {"timestamp,value,value_classification", "fear_greed"},
        {"date,asset,supply,ssr", "stablecoin_supply"},
        {"underlying,timestamp,spot,net_gex,call_gex,put_gex,gamma_flip", "gamma_exposure"},
        {"underlying,timestamp,strike,net_gex,call_oi,put_oi", "gamma_exposure_strikes"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const dataset *d = NULL;
        unit_ok(stream_of_file(files_write_text(f->a, f->folder, "x", cases[i][0]), NOW_US, &d));
        assert_string_equal(d->stream, cases[i][1]);
    }
}

static void first_lines_show_streams(void **state)
{
    fixture *f = *state;
    static const char *const cases[][2] = {
        {"1638057600000,1,2,3,0.5,10\n", "klines"},
        {"junk\n1638057600000,1,2,3,0.5,10\n", "klines"},
        {"28457,0.1,5,0.5,1638057600123,True,True\n", "trades"},
        {"28457,0.1,5,0.5,1638057600123,true\n", "trades"},
        {"28457,0.1,5,27781,27782,1638057600123456,True,True\n", "agg_trades"},
        {"28457,0.1,5,27781,27782,1638057600123,false\n", "agg_trades"},
        {"1672531436,90.540000,1.10448420\n", "trades"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const dataset *d = NULL;
        unit_ok(stream_of_file(files_write_text(f->a, f->folder, "x", cases[i][0]), NOW_US, &d));
        assert_string_equal(d->stream, cases[i][1]);
    }
}

static void what_is_not_certain_is_asked(void **state)
{
    fixture *f = *state;
    static const char *const cases[][2] = {
        {"timestamp,open,high,low,close\n", "its header is of none"},
        {"date,value\n", "its header is of each of macro, fear_greed"},
        {"date,DGS10\n", "its header is of none"},
        {"symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu\n",
         "its header is of none"},
        {"1638057600000,x,2,3,0.5,10\n", "its first lines are of none"},
        {"2024-01-02,3.95\n", "its first lines are of none"},
        {"hello\n", "not a file of market data: line 1 has 1 columns"},
        {"", "the file is empty"},
        {"\n\n", "its first lines are of none"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const dataset *d = NULL;
        unit_refused(stream_of_file(files_write_text(f->a, f->folder, "x", cases[i][0]), NOW_US, &d),
                     ERR_INPUT, cases[i][1]);
    }
}

static void columns_name_streams(void **state)
{
    (void)state;
    const dataset *d = NULL;
    unit_ok(stream_of_columns("open_time,open,close,high,low,volume", &d));
    assert_string_equal(d->stream, "klines");
    unit_ok(stream_of_columns("trade_time,price,quantity,_", &d));
    assert_string_equal(d->stream, "trades");
    unit_refused(stream_of_columns("open_time,open,high,low,close", &d), ERR_INPUT, "each of mark_klines");
    unit_refused(stream_of_columns("observed_at,value", &d), ERR_INPUT, "each of macro, fear_greed");
    unit_refused(stream_of_columns("open_time,open", &d), ERR_USAGE, "does not say where high is");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(headers_name_streams),
        TEST(first_lines_show_streams),
        TEST(what_is_not_certain_is_asked),
        cmocka_unit_test(columns_name_streams),
    };
    return UNIT_RUN(tests);
}
