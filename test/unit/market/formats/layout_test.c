#include "../../unit.h"

#include "market/formats/layout.h"

static const dataset *klines(void)
{
    return dataset_of_stream("klines");
}

static void assert_columns(const layout *l, const char *expected)
{
    buf text;
    buf_init(&text, 1000);
    layout_format(klines(), l, &text);
    assert_string_equal(text.data, expected);
    buf_term(&text);
}

static void columns_are_read_and_written(void **state)
{
    (void)state;
    layout l;
    unit_ok(layout_parse(klines(), "open_time,open,close,high,low,volume", &l));
    assert_int_equal(l.field_count, 6);
    assert_string_equal(klines()->columns[l.fields[2].column].name, "close");
    assert_columns(&l, "open_time,open,close,high,low,volume");
    unit_ok(layout_parse(klines(), "_,volume,low,high,open,close,open_time,ignore,trade_count", &l));
    assert_columns(&l, "ignore,volume,low,high,open,close,open_time,ignore,trade_count");
}

static void wrong_columns_are_refused(void **state)
{
    (void)state;
    layout l;
    unit_refused(layout_parse(klines(), "", &l), ERR_USAGE, "not the name of a column");
    unit_refused(layout_parse(klines(), "open_time,open,high,low,close", &l), ERR_USAGE,
                 "does not say where volume is");
    unit_refused(layout_parse(klines(), "open_time,open,high,low,close,volume,open", &l), ERR_USAGE,
                 "twice in --columns: \"open\"");
    unit_refused(layout_parse(klines(), "open_time,open,high,low,close,vol", &l), ERR_USAGE, "\"vol\"");
    unit_refused(layout_parse(klines(), "open_time, open,high,low,close,volume", &l), ERR_USAGE, "\" open\"");
    unit_refused(layout_parse(klines(), "open_time,open,high,low,close,volume,", &l), ERR_USAGE,
                 "not the name");
    char many[2 * LAYOUT_FIELDS_MAX + 2] = "_";
    for (int i = 0; i < LAYOUT_FIELDS_MAX; i++)
        strcat(many, ",_");
    unit_refused(layout_parse(klines(), many, &l), ERR_USAGE, "one column too many");
}

static dbk_err *header(const char *text, layout *l)
{
    layout_text fields[LAYOUT_FIELDS_MAX];
    size_t count = 0;
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, ",");
        fields[count++] = (layout_text){at, length};
        at += length;
        if (*at == '\0')
            return layout_from_header(klines(), fields, count, false, l);
    }
}

static void headers_are_understood(void **state)
{
    (void)state;
    layout l;
    unit_ok(header("timestamp,open,high,low,close,volume", &l));
    assert_columns(&l, "open_time,open,high,low,close,volume");
    unit_ok(
        header("Open Time,Open,High,Low,Close,Volume,Close Time,Quote asset volume,Number of trades", &l));
    assert_columns(&l, "open_time,open,high,low,close,volume,close_time,quote_volume,trade_count");
    unit_ok(header("open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,"
                   "taker_buy_quote_volume,ignore",
                   &l));
    assert_true(layout_is_binance(klines(), &l));
    unit_ok(header("ts,c,o,h,l,v", &l));
    assert_columns(&l, "open_time,close,open,high,low,volume");
    unit_ok(header("timestamp,symbol,open,high,low,close,volume", &l));
    assert_columns(&l, "open_time,symbol,open,high,low,close,volume");
    unit_ok(header(",timestamp,open,high,low,close,volume", &l));
    assert_columns(&l, "ignore,open_time,open,high,low,close,volume");
}

static void other_headers_are_asked_about(void **state)
{
    (void)state;
    layout l;
    unit_refused(header("timestamp,open,high,low,close", &l), ERR_INPUT, "names no volume column");
    unit_refused(header("unix,date,open,high,low,close,volume", &l), ERR_INPUT,
                 "column 2, \"date\": this column is there twice");
    unit_refused(header("timestamp,broker,open,high,low,close,volume", &l), ERR_INPUT,
                 "column 2, \"broker\"");
    unit_refused(header("timestamp,,open,high,low,close,volume", &l), ERR_INPUT, "column 2, \"\"");
}

static void known_layouts_are_told_by_their_width(void **state)
{
    (void)state;
    layout known[LAYOUTS_MAX];
    assert_int_equal(layouts_known(klines(), 5, known), 0);
    assert_int_equal(layouts_known(klines(), 6, known), 4);
    assert_int_equal(layouts_known(klines(), 7, known), 2);
    assert_int_equal(layouts_known(klines(), 12, known), 1);
    assert_true(layout_is_binance(klines(), &known[0]));
    layout given;
    unit_ok(layout_parse(klines(), "open_time,open,high,low,close,volume", &given));
    assert_false(layout_is_binance(klines(), &given));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_read_and_written),
        cmocka_unit_test(wrong_columns_are_refused),
        cmocka_unit_test(headers_are_understood),
        cmocka_unit_test(other_headers_are_asked_about),
        cmocka_unit_test(known_layouts_are_told_by_their_width),
    };
    return UNIT_RUN(tests);
}
