#include "../files.h"

#include "core/buf.h"
#include "market/formats/line_reader.h"

typedef struct fixture {
    arena *a;
    const char *folder;
    source *source;
    line_reader *reader;
} fixture;

static int setup(void **state)
{
    fixture *f = mem_alloc(sizeof(*f));
    f->a = unit_arena();
    f->folder = unit_folder(f->a);
    *state = f;
    return 0;
}

static void close_reader(fixture *f)
{
    line_reader_free(f->reader);
    source_close(f->source);
    f->reader = NULL;
    f->source = NULL;
}

static int teardown(void **state)
{
    fixture *f = *state;
    close_reader(f);
    unit_remove(f->folder);
    arena_free(f->a);
    mem_free(f);
    return 0;
}

static void open_reader(fixture *f, const char *text, size_t length)
{
    close_reader(f);
    unit_ok(source_open(files_write(f->a, f->folder, "lines", text, length), &f->source));
    unit_ok(line_reader_new(f->source, &f->reader));
}

static void assert_line(fixture *f, int64_t number, int64_t offset, const char *text)
{
    line l;
    bool more;
    unit_ok(line_reader_next(f->reader, &l, &more));
    assert_true(more);
    assert_int_equal(l.number, number);
    assert_int_equal(l.byte_offset, offset);
    assert_int_equal(l.length, strlen(text));
    assert_memory_equal(l.text, text, l.length);
    assert_false(l.too_long);
}

static void assert_end(fixture *f)
{
    line l;
    bool more;
    for (int i = 0; i < 2; i++) {
        unit_ok(line_reader_next(f->reader, &l, &more));
        assert_false(more);
    }
}

static void lines_have_numbers_and_places(void **state)
{
    fixture *f = *state;
    static const char text[] = "one\r\n\ntwo\nthree\r";
    open_reader(f, text, sizeof(text) - 1);
    assert_line(f, 1, 0, "one");
    assert_line(f, 2, 5, "");
    assert_line(f, 3, 6, "two");
    assert_line(f, 4, 10, "three");
    assert_end(f);
}

static void a_byte_order_mark_is_no_text(void **state)
{
    fixture *f = *state;
    open_reader(f,
                "\xef\xbb\xbf"
                "a\n\xef\xbb\xbf"
                "b\n",
                10);
    assert_line(f, 1, 3, "a");
    assert_line(f, 2, 5,
                "\xef\xbb\xbf"
                "b");
    assert_end(f);
    open_reader(f, "\xef\xbb", 2);
    assert_line(f, 1, 0, "\xef\xbb");
    assert_end(f);
    open_reader(f, "\xef\xbb\xbf", 3);
    assert_end(f);
}

static void long_lines_come_in_part(void **state)
{
    fixture *f = *state;
    buf b;
    buf_init(&b, (size_t)16 << 20);
    buf_append_str(&b, "before\n");
    for (int i = 0; i < 1500000; i++)
        buf_append_char(&b, (char)('a' + i % 26));
    buf_append_str(&b, "\nafter\n");
    size_t exact = b.length;
    for (size_t i = 0; i < LINE_LENGTH_MAX; i++)
        buf_append_char(&b, 'x');
    buf_append_str(&b, "\nend");
    open_reader(f, b.data, b.length);
    assert_line(f, 1, 0, "before");
    line l;
    bool more;
    unit_ok(line_reader_next(f->reader, &l, &more));
    assert_true(more && l.too_long);
    assert_int_equal(l.number, 2);
    assert_int_equal(l.byte_offset, 7);
    assert_true(l.length > 100 && l.length < LINE_LENGTH_MAX);
    assert_memory_equal(l.text, "abcdefghij", 10);
    assert_line(f, 3, 7 + 1500001, "after");
    unit_ok(line_reader_next(f->reader, &l, &more));
    assert_true(more && !l.too_long);
    assert_int_equal(l.length, LINE_LENGTH_MAX);
    assert_int_equal(l.byte_offset, exact);
    assert_line(f, 5, (int64_t)(exact + LINE_LENGTH_MAX + 1), "end");
    assert_end(f);
    buf_term(&b);
}

static void a_file_without_any_line_end_is_one_line(void **state)
{
    fixture *f = *state;
    size_t length = (size_t)3 << 20;
    char *bytes = mem_alloc(length);
    memset(bytes, 'z', length);
    open_reader(f, bytes, length);
    line l;
    bool more;
    unit_ok(line_reader_next(f->reader, &l, &more));
    assert_true(more && l.too_long);
    assert_end(f);
    mem_free(bytes);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void rows_of_json_are_lines(void **state)
{
    fixture *f = *state;
    const char *text = "[][\n [1, \"2.5\", null, \"a\"],\n [3,null] ][]\n[[\n4\n,5]]";
    open_reader(f, text, strlen(text));
    assert_line(f, 1, 5, "1,2.5,,a");
    assert_line(f, 2, 29, "3,");
    assert_line(f, 3, 43, "4,5");
    assert_end(f);
    open_reader(f, "\xef\xbb\xbf[[1]]", 8);
    assert_line(f, 1, 4, "1");
    assert_end(f);
}

static void what_is_not_rows_of_json_stays_lines(void **state)
{
    fixture *f = *state;
    static const char *const texts[] = {"[1,2]", "[{\"a\":1}]", "[]", "{\"a\":[[1]]}", "[section]"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        open_reader(f, texts[i], strlen(texts[i]));
        assert_line(f, 1, 0, texts[i]);
        assert_end(f);
    }
}

static void damaged_rows_of_json_are_refused(void **state)
{
    fixture *f = *state;
    bool more;
    line l;
    open_reader(f, "[[1,2],[3", 9);
    assert_line(f, 1, 1, "1,2");
    unit_refused(line_reader_next(f->reader, &l, &more), ERR_INPUT, "the JSON ends in the middle");
}

static int64_t recorded_rows(fixture *f, const char *name)
{
    int64_t count = 0;
    bool more = true;
    line l;
    close_reader(f);
    unit_ok(source_open(arena_printf(f->a, "%s/bitfinex_1m/rest_pages/%s", getenv("DAYBOOK_TEST_DATA"), name),
                        &f->source));
    unit_ok(line_reader_new(f->source, &f->reader));
    for (; more; count += more)
        unit_ok(line_reader_next(f->reader, &l, &more));
    return count;
}

/* Answers as they were received, 205 of the second's 360 without a row. */
static void recorded_pages_are_read(void **state)
{
    const char *folder = getenv("DAYBOOK_TEST_DATA");
    if (!folder || !*folder) {
        print_message("DAYBOOK_TEST_DATA does not say where recorded data is\n");
        skip();
    }
    assert_int_equal(recorded_rows(*state, "BTCUSD_2017-12_raw_json_pages.tar.gz"), 44593);
    assert_int_equal(recorded_rows(*state, "LTCUSD_2013-06_raw_json_pages.tar.gz"), 435);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lines_have_numbers_and_places),    TEST(a_byte_order_mark_is_no_text),
        TEST(long_lines_come_in_part),          TEST(a_file_without_any_line_end_is_one_line),
        TEST(rows_of_json_are_lines),           TEST(what_is_not_rows_of_json_stays_lines),
        TEST(damaged_rows_of_json_are_refused), TEST(recorded_pages_are_read),
    };
    return UNIT_RUN(tests);
}
