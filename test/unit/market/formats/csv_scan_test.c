#include "../files.h"

#include <signal.h>

#include "core/buf.h"
#include "market/formats/csv_scan.h"
#include "market/formats/source_time.h"

#define NOW_US INT64_C(1893456000000000) /* 2030-01-01 */
#define FIRST_MS INT64_C(1638057600000)  /* 2021-11-28 */

typedef struct fixture {
    arena *a;
    const char *folder;
    const dataset *d;
    layout layout;
    csv_scan_options o;
    csv_scan s;
} fixture;

static int setup(void **state)
{
    fixture *f = mem_alloc(sizeof(*f));
    f->a = unit_arena();
    f->folder = unit_folder(f->a);
    f->d = dataset_of_stream("klines");
    f->o = (csv_scan_options){
        .dataset = f->d, .rules = {.interval_s = 60, .latest_us = NOW_US}, .rejects_max = 1000};
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

static void scan_text(fixture *f, const char *text)
{
    f->o.path = files_write_text(f->a, f->folder, "rows.csv", text);
    unit_ok(csv_scan_file(f->a, &f->o, &f->s));
}

static void use_columns(fixture *f, const char *columns)
{
    unit_ok(layout_parse(f->d, columns, &f->layout));
    f->o.layout = &f->layout;
}

static void assert_loads(fixture *f, const char *layout, int64_t candles, int64_t rejects)
{
    if (f->s.refusal)
        fail_msg("refused: %s", f->s.refusal);
    assert_string_equal(f->s.format.layout.name, layout);
    assert_int_equal(f->s.summary.good, candles);
    assert_int_equal(f->s.summary.rejects, rejects);
    assert_int_equal(f->s.summary.rows, candles + rejects);
}

static void assert_refused(fixture *f, const char *part)
{
    if (!f->s.refusal)
        fail_msg("not refused, expected \"%s\"", part);
    if (!strstr(f->s.refusal, part))
        fail_msg("refused with \"%s\", expected \"%s\"", f->s.refusal, part);
}

static void binance_dumps_are_recognised(void **state)
{
    fixture *f = *state;
    scan_text(f, "1638057600000,0.00002820,0.00002821,0.00002817,0.00002818,85342.7,1638057659999,2.40584425,"
                 "96,36241.7,1.01,0\n"
                 "1638057660000,0.00002819,0.00002819,0.00002816,0.00002817,6036.7,1638057719999,0.17008268,"
                 "34,2930.3,0.08,0\n");
    assert_loads(f, "Binance dump", 2, 0);
    assert_true(layout_is_binance(f->d, &f->s.format.layout));
    assert_true(f->s.summary.ordered);
    assert_int_equal(f->s.summary.first_us, FIRST_MS * 1000);
    assert_int_equal(f->s.summary.last_us, (FIRST_MS + 60000) * 1000);
    assert_int_equal(f->s.summary.time_units, SOURCE_TIME_MS);
}

static void the_data_decide_between_layouts(void **state)
{
    fixture *f = *state;
    scan_text(f, "1638057600000,1,2,3,0.5,10\n1638057660000,2,1,3,0.5,10\n");
    assert_loads(f, "Bitfinex", 2, 0);
    scan_text(f, "1638057600000,1,3,0.5,2,10\n1638057660000,2,3,0.5,1,10\n");
    assert_loads(f, "open, high, low, close", 2, 0);
    scan_text(f, "1638057600000,0.5,3,1,2,10\n1638057660000,0.5,3,2,1,10\n");
    assert_loads(f, "Coinbase", 2, 0);
    scan_text(f, "1638057600000,35156.4,3701.2,3797.1,3642,3797.1\n1638057660000,26948.4,3857.5,3766.78,3730,"
                 "3766.78\n");
    assert_refused(f, "no known layout fits every line");
    scan_text(f, "1638057600000,35156.4,3701.2,3797.1,3642,3797.1\n1638057660000,26948.4,3857.5,3966.78,3730,"
                 "3766.78\n");
    assert_loads(f, "volume first", 2, 0);
}

/* A line of one price fits any order of the prices; only other lines decide. */
static void ambiguity_is_a_question(void **state)
{
    fixture *f = *state;
    scan_text(f, "1638057600000,1,1,1,1,1\n1638057660000,2,2,2,2,2\n");
    assert_refused(f, "4 layouts fit every line");
    assert_refused(f, "--columns open_time,open,close,high,low,volume");
    use_columns(f, "open_time,open,close,high,low,volume");
    scan_text(f, "1638057600000,1,1,1,1,1\n1638057660000,2,2,2,2,2\n");
    assert_loads(f, "as given", 2, 0);
    f->o.layout = NULL;
    scan_text(f, "1638057600000,1,3,0.5,2,10,7\n1638057660000,2,3,0.5,1,10,7\n");
    assert_refused(f, "2 layouts fit every line");
    scan_text(f, "1638057600000,1,3,0.5,2,10,7\n1638057660000,2,3,0.5,1,10,7.5\n");
    assert_loads(f, "Bybit", 2, 0);
}

/* Every line counts, the last one as much as the first, and their order does not. */
static void what_breaks_each_layout_is_named(void **state)
{
    fixture *f = *state;
    scan_text(f, "1638057600000,1,2,3,0.5,10\n1638057660000,1,3,0.5,2,10\n");
    assert_refused(f, "line 1 is not open, high, low, close (high is below open, close or low)");
    assert_refused(f, "line 2 is not Bitfinex (high is below open, close or low)");
    scan_text(f, "1638057600000,1,3,0.5,2,10\n1638057660000,1,2,3,0.5,10\n");
    assert_refused(f, "line 2 is not open, high, low, close");
}

/* Corrupt under the right layout, good under a wrong one that is out already: it still speaks against the
 * right one. */
static void order_of_lines_does_not_matter(void **state)
{
    fixture *f = *state;
    static const char good[] = "1638057600000,1,2,3,0.5,10\n1638057660000,2,1,3,0.5,10\n";
    static const char corrupt[] = "1638057720000,1,3,0.5,2,10\n";
    scan_text(f, arena_printf(f->a, "%s%s", good, corrupt));
    assert_refused(f, "no known layout");
    scan_text(f, arena_printf(f->a, "%s%s", corrupt, good));
    assert_refused(f, "no known layout");
}

static void lines_that_fit_nothing_are_rejects(void **state)
{
    fixture *f = *state;
    scan_text(f, "1638057600000,1,2,3,0.5,10\n"
                 "garbage\n"
                 "1638057660000,2,1,3,0.5,x\n"
                 "1638057660000,2,1,3,0.5\n"
                 "0,2,1,3,0.5,10\n"
                 "1638057660001,2,1,3,0.5,10\n"
                 "9999999999999,2,1,3,0.5,10\n"
                 "\n   \n"
                 "1638057660000,2,1,3,0.5,10\n");
    assert_loads(f, "Bitfinex", 2, 6);
    f->o.rejects_max = 6;
    scan_text(f, "1638057600000,1,2,3,0.5,10\na\nb\nc\nd\ne\nf\ng\n");
    assert_refused(f, "more than 6 lines are not candles; the first is line 2: 1 columns instead of 6");
}

/* Numbers in the right number, and no candle in any order: with several orders to choose from that is a
 * question, with one it is a reject. */
static void good_numbers_that_are_no_candle_decide(void **state)
{
    fixture *f = *state;
    static const char six[] =
        "1638057600000,1,2,3,0.5,10\n1638057660000,9,9,3,0.5,10\n1638057720000,1,2,3,0.5,10\n";
    scan_text(f, six);
    assert_refused(f, "line 2 is not Bitfinex (high is below open, close or low)");
    use_columns(f, "open_time,open,close,high,low,volume");
    scan_text(f, six);
    assert_loads(f, "as given", 2, 1);
    f->o.layout = NULL;
    scan_text(f, "1638057600000,1,3,0.5,2,10,1638057659999,2.4,96,3,1,0\n1638057660000,9,3,0.5,9,10,"
                 "1638057719999,2.4,96,3,1,0\n");
    assert_loads(f, "Binance dump", 1, 1);
}

/* The first line decides no more than the others do. */
static void a_damaged_first_line_is_a_reject(void **state)
{
    fixture *f = *state;
    static const char rest[] = "1638057600000,1,2,3,0.5,10\n1638057660000,2,1,3,0.5,10\n";
    static const char *const firsts[] = {"garbage\n", "1638057600000,1,2\n", "1,2,3,4,5,6,7,8,9\n",
                                         "x,1,2,3,4,5\n"};
    for (size_t i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++) {
        scan_text(f, arena_printf(f->a, "%s%s", firsts[i], rest));
        assert_loads(f, "Bitfinex", 2, 1);
    }
    scan_text(f, arena_printf(f->a, "x\ntimestamp,open,high,low,close,volume\n%s", rest));
    assert_loads(f, "Bitfinex", 2, 2);
    f->o.rejects_max = 1;
    scan_text(f, arena_printf(f->a, "x\ny\n%s", rest));
    assert_refused(f, "not a file of candles: line 1 has 1 columns");
}

static void other_files_are_not_candles(void **state)
{
    fixture *f = *state;
    scan_text(f, "");
    assert_refused(f, "empty");
    scan_text(f, "\n \n\n");
    assert_refused(f, "holds no candles");
    scan_text(f, "timestamp,open,high,low,close,volume\n");
    assert_refused(f, "header and no candles");
    scan_text(f, "hello\n");
    assert_refused(f, "not a file of candles: line 1 has 1 columns");
    scan_text(f, "1605499846,15993.5,0.026472,ANY\n");
    assert_refused(f, "not a file of candles: line 1 has 4 columns");
    scan_text(f, "symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu\n");
    assert_refused(f, "header is not understood: column 3, \"first_update_id\"");
    scan_text(f, "1,2,3,4,5,6,7,8\n");
    assert_refused(f, "no known layout of candles has 8 columns");
    scan_text(f, "1,2,3,4,5,6\n1,2,3,4,5,6\n");
    assert_refused(
        f, "not a file of candles: none of its first 2 lines is one; line 1: open_time is not a time");
    scan_text(f, "1,2|3,4|5,6|7,8|9,10|11\n");
    assert_refused(f, "two delimiters are equally frequent");
    f->o.path = files_write(f->a, f->folder, "binary",
                            "\x7f"
                            "ELF\0\0\0,,,,,,,\n",
                            16);
    unit_ok(csv_scan_file(f->a, &f->o, &f->s));
    assert_refused(f, "not a text file");
}

static void delimiters_headers_and_times_vary(void **state)
{
    fixture *f = *state;
    scan_text(f, "1638057600000|1|2|3|0.5|10\n1638057660000|2|1|3|0.5|10");
    assert_loads(f, "Bitfinex", 2, 0);
    assert_int_equal(f->s.format.delimiter, '|');
    scan_text(f, "\xef\xbb\xbf\"timestamp\";\"open\";\"high\";\"low\";\"close\";\"volume\"\r\n"
                 "\"2021-11-28 00:00:00\";1;3;0.5;2;10\r\n");
    assert_loads(f, "as the header says", 1, 0);
    assert_true(f->s.format.header);
    assert_int_equal(f->s.summary.first_us, FIRST_MS * 1000);
    scan_text(f, "1735689540000\t1\t2\t3\t0.5\t1e-8\n1735689600000000\t2\t1\t3\t0.5\t8E-8\n");
    assert_loads(f, "Bitfinex", 2, 0);
    assert_int_equal(f->s.summary.time_units, SOURCE_TIME_MS | SOURCE_TIME_US);
    assert_int_equal(f->s.summary.last_us - f->s.summary.first_us, 60000000);
    scan_text(f, " 1638057600000 , 1 , 3 , 0.5 , 2 , 10 , , 5 , , , , 0 \n");
    assert_loads(f, "Binance dump", 1, 0);
}

/* As RFC 4180 has it, but for a line break within quotes: a line is a row. */
static void text_between_quotes_may_hold_anything(void **state)
{
    fixture *f = *state;
    f->o.dataset = dataset_of_stream("fear_greed");
    f->o.rules.interval_s = 0;
    scan_text(f, "\xef\xbb\xbf\"timestamp\",\"value\",\"classification\"\r\n"
                 "\"2021-11-28\",\"10\",\"fear, extreme\"\r\n"
                 "2021-11-29,11,\"so \"\"called\"\" greed\"\r\n"
                 "2021-11-30, \"12\" ,\"\"\r\n"
                 "2021-12-01,13,\"\"\"\"\r\n"
                 "2021-12-02,14,3\" of fear\r\n");
    assert_loads(f, "as the header says", 5, 0);
    static const char *const texts[] = {"fear, extreme", "so \"called\" greed", NULL, "\"", "3\" of fear"};
    row_reader *r;
    row_item item;
    unit_ok(csv_reader_open(f->o.path, f->o.dataset, &f->s.format, &f->s.rules, &r));
    for (size_t i = 0; i < 5; i++) {
        unit_ok(row_reader_next(r, &item));
        assert_int_equal(item.event, ROW_READ);
        assert_true(item.row.values[1].float8 == (double)(10 + i));
        assert_int_equal(dataset_has(&item.row, 2), texts[i] != NULL);
        if (texts[i])
            assert_int_equal(item.row.values[2].text.length, strlen(texts[i]));
        if (texts[i])
            assert_memory_equal(item.row.values[2].text.start, texts[i], strlen(texts[i]));
    }
    row_reader_close(r);
    /* More delimiters between quotes than outside say nothing; a quote that is never closed is a character.
     */
    scan_text(f, "timestamp;value;classification\n2021-11-28;10;\"a,b,c,d,e\"\n2021-11-29;11;\"a\n");
    assert_loads(f, "as the header says", 2, 0);
    assert_int_equal(f->s.format.delimiter, ';');
    scan_text(
        f, arena_printf(f->a,
                        "timestamp,value,classification\n2021-11-28,10,\"%0201d\"\"\"\n2021-11-29,1,a\n", 1));
    assert_loads(f, "as the header says", 1, 1);
}

/* Files of mark and index candles are named and shaped like plain ones. */
static void candles_that_all_lack_a_volume_are_asked_about(void **state)
{
    fixture *f = *state;
    static const char one[] = "1638057600000,1,3,0.5,2,0,1638057659999,0,60,0,0,0\n";
    static const char other[] = "1638057660000,1,3,0.5,2,7,1638057719999,9,60,1,1,0\n";
    scan_text(f, one);
    assert_refused(f, "are these candles of a mark, index or premium price?");
    scan_text(f, arena_printf(f->a, "%s%s", one, other));
    assert_loads(f, "Binance dump", 2, 0);
    f->o.stream_is_said = true;
    scan_text(f, one);
    assert_loads(f, "Binance dump", 1, 0);
    f->o.dataset = dataset_of_stream("mark_klines");
    scan_text(f, one);
    assert_loads(f, "Binance dump", 1, 0);
}

static void order_is_noticed(void **state)
{
    fixture *f = *state;
    scan_text(f, "1638057660000,1,2,3,0.5,10\n1638057600000,2,1,3,0.5,10\n");
    assert_loads(f, "Bitfinex", 2, 0);
    assert_false(f->s.summary.ordered);
    assert_int_equal(f->s.summary.first_us, FIRST_MS * 1000);
    assert_int_equal(f->s.summary.last_us, (FIRST_MS + 60000) * 1000);
    scan_text(f, "1638057600000,1,2,3,0.5,10\n1638057600000,2,1,3,0.5,10\n");
    assert_false(f->s.summary.ordered);
}

static void numbers_order_what_happened_at_once(void **state)
{
    fixture *f = *state;
    f->o.dataset = dataset_of_stream("trades");
    f->o.rules.interval_s = 0;
    scan_text(f, "trade_id,trade_time,price,quantity\n1,1638057600000,1,1\n2,1638057600000,1,1\n3,"
                 "1638057600001,1,1\n");
    assert_true(f->s.summary.ordered);
    scan_text(f, "trade_id,trade_time,price,quantity\n2,1638057600000,1,1\n1,1638057600000,1,1\n");
    assert_false(f->s.summary.ordered);
    scan_text(f, "trade_id,trade_time,price,quantity\n1,1638057600000,1,1\n1,1638057600001,1,1\n");
    assert_false(f->s.summary.ordered);
}

static void candles_of_another_interval_are_refused(void **state)
{
    fixture *f = *state;
    buf b;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 120; i++)
        buf_printf(&b, "%lld,1,2,3,0.5,10\n", (long long)(FIRST_MS + (i + i / 50) * INT64_C(3600000)));
    scan_text(f, b.data);
    assert_refused(f, "not 1m candles: all of them are whole multiples of 1h apart");
    buf_printf(&b, "%lld,2,1,3,0.5,10\n", (long long)(FIRST_MS + 60000));
    scan_text(f, b.data);
    assert_loads(f, "Bitfinex", 121, 0);
    buf_term(&b);
}

/* Nothing behind the head can change a layout that is the only one. */
static void a_head_is_enough_for_one_layout(void **state)
{
    fixture *f = *state;
    static const char six[] = "1638057600000,1,2,3,0.5,10\n1638057660000,2,1,3,0.5,10\n"
                              "1638057720000,1,3,0.5,2,10\n";
    f->o.head_lines = 2;
    scan_text(f, six);
    assert_refused(f, "no known layout fits every line");
    use_columns(f, "open_time,open,close,high,low,volume");
    scan_text(f, six);
    assert_loads(f, "as given", 2, 0);
    assert_false(f->s.whole);
    f->o.head_lines = 0;
    scan_text(f, six);
    assert_loads(f, "as given", 2, 1);
    assert_true(f->s.whole);
}

static void interruption_is_an_error(void **state)
{
    fixture *f = *state;
    atomic_int stop = SIGTERM;
    f->o.interrupt = &stop;
    f->o.path = files_write_text(f->a, f->folder, "a.csv", "1638057600000,1,2,3,0.5,10\n");
    unit_refused(csv_scan_file(f->a, &f->o, &f->s), ERR_TERMINATED, "terminated");
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Reads a scanned file a second time and counts: both readings must agree about every line. */
static void assert_second_reading_agrees(fixture *f)
{
    row_reader *r;
    row_item item;
    int64_t good = 0, rejects = 0;
    unit_ok(csv_reader_open(f->o.path, f->o.dataset, &f->s.format, &f->s.rules, &r));
    for (;;) {
        unit_ok(row_reader_next(r, &item));
        if (item.event == ROW_END)
            break;
        if (item.event == ROW_READ) {
            good++;
            assert_true(dataset_has(&item.row, f->o.dataset->time_column));
        } else {
            char text[DATASET_FAULT_TEXT_SIZE];
            dataset_fault_format(&item.fault, text);
            assert_true(strlen(text) > 5);
            rejects++;
        }
    }
    row_reader_close(r);
    assert_int_equal(good, f->s.summary.good);
    assert_int_equal(rejects, f->s.summary.rejects);
}

static int64_t count_rows(const char *bytes, size_t length, bool header)
{
    int64_t rows = 0;
    bool blank = true;
    for (size_t i = 0; i <= length; i++) {
        if (i == length || bytes[i] == '\n') {
            rows += !blank;
            blank = true;
        } else if (bytes[i] != ' ' && bytes[i] != '\t' &&
                   !(bytes[i] == '\r' && (i + 1 == length || bytes[i + 1] == '\n'))) {
            blank = false;
        }
    }
    return rows - header;
}

/* Bytes of a good file are changed, removed, repeated at random: nothing crashes, and no line goes
 * unaccounted. */
static void random_damage_is_accounted_for(void **state)
{
    fixture *f = *state;
    static const char alphabet[] = "0123456789.,,,,;|\t\n\n\r -+eE\"xTZ:\\\xff\xef\xbb\xbf";
    uint64_t seed = 20211128;
    char bytes[8192];
    int loaded = 0;
    arena *scratch = unit_arena();
    for (int round = 0; round < 1500; round++) {
        size_t length = 0;
        bool bitfinex = next_random(&seed) % 2;
        for (int i = 0; i < 20; i++) {
            long long ms = (long long)(FIRST_MS + i * INT64_C(60000));
            length +=
                (size_t)(bitfinex ? snprintf(bytes + length, 200, "%lld,%d,%d,%d,%d,%d.5e-1\n", ms, 5 + i % 3,
                                             6, 9, 2, i)
                                  : snprintf(bytes + length, 200, "%lld,%d,%d,%d,%d,%d,%lld,1,%d,0.1,0.1,0\n",
                                             ms, 5, 9, 2, 6, i, ms + 59999, i));
        }
        int damages = (int)(next_random(&seed) % 12);
        for (int d = 0; d < damages; d++) {
            size_t at = next_random(&seed) % length;
            uint64_t kind = next_random(&seed) % 3;
            if (kind == 0) {
                bytes[at] = alphabet[next_random(&seed) % (sizeof(alphabet) - 1)];
            } else if (kind == 1 && length > 200) {
                size_t cut = 1 + next_random(&seed) % 50;
                cut = cut < length - at ? cut : length - at;
                memmove(bytes + at, bytes + at + cut, length - at - cut);
                length -= cut;
            } else if (length < 6000) {
                size_t copy = 1 + next_random(&seed) % 90;
                copy = copy < length - at ? copy : length - at;
                memmove(bytes + at + copy, bytes + at, length - at);
                length += copy;
            }
        }
        f->o.path = files_write(scratch, f->folder, "damaged.csv", bytes, length);
        unit_ok(csv_scan_file(scratch, &f->o, &f->s));
        if (f->s.refusal) {
            assert_true(strlen(f->s.refusal) > 5);
        } else {
            loaded++;
            assert_int_equal(f->s.summary.rows, f->s.summary.good + f->s.summary.rejects);
            if (memcmp(bytes, "\xef\xbb\xbf", 3) != 0)
                assert_int_equal(f->s.summary.rows, count_rows(bytes, length, f->s.format.header));
            assert_second_reading_agrees(f);
        }
        arena_reset(scratch);
    }
    arena_free(scratch);
    assert_true(loaded > 300);
}

static void recorded_files_are_recognised(void **state)
{
    fixture *f = *state;
    static const struct {
        const char *name, *layout;
        int64_t candles;
    } cases[] = {
        {"bitfinex_1m/LTCUSD_1m_2013.csv.gz", "Bitfinex", 18645},
        {"bitfinex_1m/ETHUSD_1m_2016.csv.gz", "Bitfinex", 85818},
        {"nautilus/ADABTC-1m-2021-11-28.zip", "Binance dump", 1440},
        {"nautilus/ADABTC-1m-2021-11-28.csv", "Binance dump", 11},
        {"nautilus/ADABTC_pipe_separated-1m-2021-11-27.csv", "Binance dump", 10},
        {"nautilus/btc-perp-20211231-20220201_1m.csv.gz", "as the header says", 45031},
        {"nautilus/6EH4.XCME_1min_bars_20240101_20240131.csv.gz", "as the header says", 29996},
    };
    if (!files_recorded(f->a, ""))
        skip();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        f->o.path = files_recorded(f->a, cases[i].name);
        unit_ok(csv_scan_file(f->a, &f->o, &f->s));
        assert_loads(f, cases[i].layout, cases[i].candles, 0);
        assert_second_reading_agrees(f);
    }
    static const char *const refused[] = {
        "nautilus/ADABTC-1m-2021-11-27.zip",
        "nautilus/binance_btcusdt-depth-snap.csv",
        "nautilus/tardis_bitmex_trades_XBTUSD.csv",
        "nautilus/fxcm_gbpusd-m1-ask-2012.csv.gz",
        "nautilus/bybit_xrpusdt-ob500.data.zip",
        "gocryptotrader/binance_BTCUSDT_24h-trades_2020_11_16.csv",
        "freqtrade/kraken_trades_csv_BCHEUR.csv",
        "freqtrade/orderflow_public_trades_list.csv",
        "binance_public_data/2022-10-04_aggregate_trade_updates.csv",
        "cryptofeed/BINANCE.ws.1.0.gz",
        "nautilus/binance_btcusdt-trades.parquet",
    };
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        f->o.path = files_recorded(f->a, refused[i]);
        unit_ok(csv_scan_file(f->a, &f->o, &f->s));
        if (!f->s.refusal)
            fail_msg("%s is taken for candles", refused[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(binance_dumps_are_recognised),
        TEST(the_data_decide_between_layouts),
        TEST(ambiguity_is_a_question),
        TEST(what_breaks_each_layout_is_named),
        TEST(order_of_lines_does_not_matter),
        TEST(lines_that_fit_nothing_are_rejects),
        TEST(a_damaged_first_line_is_a_reject),
        TEST(good_numbers_that_are_no_candle_decide),
        TEST(other_files_are_not_candles),
        TEST(delimiters_headers_and_times_vary),
        TEST(text_between_quotes_may_hold_anything),
        TEST(candles_that_all_lack_a_volume_are_asked_about),
        TEST(order_is_noticed),
        TEST(numbers_order_what_happened_at_once),
        TEST(candles_of_another_interval_are_refused),
        TEST(a_head_is_enough_for_one_layout),
        TEST(interruption_is_an_error),
        TEST(random_damage_is_accounted_for),
        TEST(recorded_files_are_recognised),
    };
    return UNIT_RUN(tests);
}
