#include "../files.h"

#include "market/formats/depth_file.h"

#define NOW_US INT64_C(1893456000000000) /* 2030-01-01 */
#define HEADER "symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu\n"

enum { CHANGE_FIRST = 1, CHANGE_LAST, CHANGE_PREVIOUS, CHANGE_TRANSACTION, CHANGE_BIDS = 6, CHANGE_ASKS };
enum { BOOK_UPDATE = 1, BOOK_BIDS = 3, BOOK_ASKS };

typedef struct fixture {
    arena *a;
    const char *folder;
    depth_file_options o;
    depth_file s;
} fixture;

static int setup(void **state)
{
    fixture *f = mem_alloc(sizeof(*f));
    f->a = unit_arena();
    f->folder = unit_folder(f->a);
    f->o = (depth_file_options){.rules = {.latest_us = NOW_US}};
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
    bool is = false;
    f->o.path = files_write_text(f->a, f->folder, "depth.csv", text);
    unit_ok(depth_file_is(f->o.path, &is));
    assert_true(is);
    unit_ok(depth_file_scan(f->a, &f->o, &f->s));
}

static row_reader *open_series(fixture *f, size_t index, const char *stream)
{
    row_reader *r;
    if (f->s.refusal)
        fail_msg("refused: %s", f->s.refusal);
    assert_true(index < f->s.series_count);
    assert_string_equal(f->s.series[index].dataset->stream, stream);
    unit_ok(depth_file_open(&f->o, &f->s, index, &r));
    return r;
}

static row_item assert_next(row_reader *r, row_event event, int64_t line)
{
    row_item item;
    unit_ok(row_reader_next(r, &item));
    assert_int_equal(item.event, event);
    if (event != ROW_END)
        assert_int_equal(item.line, line);
    return item;
}

static void assert_reject(row_reader *r, int64_t line, const char *why, const char *raw)
{
    char text[DATASET_FAULT_TEXT_SIZE];
    row_item item = assert_next(r, ROW_REJECTED, line);
    dataset_fault_format(&item.fault, text);
    if (!strstr(text, why))
        fail_msg("rejected since \"%s\", expected \"%s\"", text, why);
    assert_true(item.raw_length >= strlen(raw));
    assert_memory_equal(item.raw, raw, strlen(raw));
}

static void assert_levels(const row_item *item, int column, const double *levels, size_t count)
{
    assert_true(dataset_has(&item->row, column));
    assert_int_equal(item->row.values[column].levels.count, count);
    for (size_t i = 0; i < count; i++)
        assert_true(item->row.values[column].levels.values[i] == levels[i]);
}

static void assert_end(row_reader *r)
{
    assert_next(r, ROW_END, 0);
    row_reader_close(r);
}

static void lines_of_one_update_are_one_change(void **state)
{
    fixture *f = *state;
    scan_text(f, HEADER "BTCUSDT,1667347199939,11,19,a,set,102,0.5,10\n"
                        "BTCUSDT,1667347199939,11,19,a,set,101,0,10\n"
                        "BTCUSDT,1667347199939,11,19,b,set,99,2,10\n"
                        "BTCUSDT,1667347199939,11,19,a,set,102,0.500,10\n"
                        "BTCUSDT,1667347199940,20,25,b,set,98,1,19\n");
    assert_string_equal(f->s.symbol, "BTCUSDT");
    assert_int_equal(f->s.series_count, 1);
    assert_int_equal(f->s.series[0].summary.good, 2);
    assert_true(f->s.series[0].summary.ordered);
    row_reader *r = open_series(f, 0, "book_changes");
    row_item item = assert_next(r, ROW_READ, 2);
    assert_int_equal(item.row.values[0].time_us, INT64_C(1667347199939000));
    assert_int_equal(item.row.values[CHANGE_TRANSACTION].time_us, INT64_C(1667347199939000));
    assert_int_equal(item.row.values[CHANGE_FIRST].int8, 11);
    assert_int_equal(item.row.values[CHANGE_LAST].int8, 19);
    assert_int_equal(item.row.values[CHANGE_PREVIOUS].int8, 10);
    assert_levels(&item, CHANGE_ASKS, (double[]){102, 0.5, 101, 0}, 4);
    assert_levels(&item, CHANGE_BIDS, (double[]){99, 2}, 2);
    item = assert_next(r, ROW_READ, 6);
    assert_int_equal(item.byte_offset, (int64_t)(strlen(HEADER) + 45 + 43 + 42 + 47));
    assert_levels(&item, CHANGE_ASKS, NULL, 0);
    assert_levels(&item, CHANGE_BIDS, (double[]){98, 1}, 2);
    assert_end(r);
}

static void a_snapshot_lies_best_first(void **state)
{
    fixture *f = *state;
    scan_text(f, HEADER "BTCUSD_PERP,1667346579146,7,7,b,snap,99,1,-1\n"
                        "BTCUSD_PERP,1667346579146,7,7,b,snap,100,2,-1\n"
                        "BTCUSD_PERP,1667346579146,7,7,a,snap,103,4,-1\n"
                        "BTCUSD_PERP,1667346579146,7,7,a,snap,101,3,-1\n");
    row_reader *r = open_series(f, 0, "order_book");
    row_item item = assert_next(r, ROW_READ, 2);
    assert_int_equal(item.row.values[BOOK_UPDATE].int8, 7);
    assert_levels(&item, BOOK_BIDS, (double[]){100, 2, 99, 1}, 4);
    assert_levels(&item, BOOK_ASKS, (double[]){101, 3, 103, 4}, 4);
    assert_end(r);
}

static void both_kinds_of_an_archive_are_two_series(void **state)
{
    fixture *f = *state;
    scan_text(f, "symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty\n"
                 "BTCUSDT,1667346579146,7,7,b,snap,99,1\n"
                 "\n" HEADER "BTCUSDT,1667347199939,11,19,a,set,102,0.5,7\n");
    assert_int_equal(f->s.series_count, 2);
    row_reader *r = open_series(f, 0, "order_book");
    assert_next(r, ROW_READ, 2);
    assert_end(r);
    r = open_series(f, 1, "book_changes");
    row_item item = assert_next(r, ROW_READ, 5);
    assert_int_equal(item.row.values[CHANGE_PREVIOUS].int8, 7);
    assert_end(r);
    f->o.only = dataset_of_stream("book_changes");
    unit_ok(depth_file_scan(f->a, &f->o, &f->s));
    assert_int_equal(f->s.series_count, 1);
    assert_end((assert_next(r = open_series(f, 0, "book_changes"), ROW_READ, 5), r));
}

/* The number of the transaction stands before the ids, and nothing says which update came before. */
static void files_without_a_header_are_told_by_their_form(void **state)
{
    static const char *const texts[] = {
        "BTCUSDT,1593561600003,7,11,19,b,set,9133.00,2.088\n",
        "BTCUSDT,1593561600003,11,19,b,set,9133.00,2.088\n",
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        scan_text(f, texts[i]);
        row_reader *r = open_series(f, 0, "book_changes");
        row_item item = assert_next(r, ROW_READ, 1);
        assert_int_equal(item.row.values[CHANGE_FIRST].int8, 11);
        assert_int_equal(item.row.values[CHANGE_LAST].int8, 19);
        assert_false(dataset_has(&item.row, CHANGE_PREVIOUS));
        assert_levels(&item, CHANGE_BIDS, (double[]){9133, 2.088}, 2);
        assert_end(r);
    }
    scan_text(f, "BTCUSDT,1593561600003,5,11,19,b,set,9133.00,2.088,10\n");
    row_reader *r = open_series(f, 0, "book_changes");
    assert_int_equal(assert_next(r, ROW_READ, 1).row.values[CHANGE_PREVIOUS].int8, 10);
    assert_end(r);
}

static void a_line_that_cannot_be_read_costs_its_neighbours(void **state)
{
    fixture *f = *state;
    scan_text(f, HEADER "BTCUSDT,1667347199939,11,11,a,set,102,1,10\n"
                        "BTCUSDT,1667347199939,12,12,a,set,102,2,11\n"
                        "BTCUSDT,1667347199939,12,12,a,set,103\n"
                        "BTCUSDT,1667347199939,12,12,a,set,104,2,11\n"
                        "BTCUSDT,1667347199939,13,13,a,set,102,3,12\n");
    assert_int_equal(f->s.series[0].summary.good, 2);
    assert_int_equal(f->s.series[0].summary.rejects, 3);
    row_reader *r = open_series(f, 0, "book_changes");
    assert_next(r, ROW_READ, 2);
    assert_reject(r, 3, "a line beside it cannot be read", "BTCUSDT,1667347199939,12,12,a,set,102,2,11");
    assert_reject(r, 4, "7 columns instead of 9", "BTCUSDT,1667347199939,12,12,a,set,103");
    assert_reject(r, 5, "a line beside it cannot be read", "BTCUSDT,1667347199939,12,12,a,set,104,2,11");
    assert_next(r, ROW_READ, 6);
    assert_end(r);
}

static void an_update_with_a_faulty_line_is_rejected_whole(void **state)
{
    static const struct {
        const char *line, *why;
    } faults[] = {
        {"BTCUSDT,1667347199939,12,12,a,set,x,1,11", "price is not a number"},
        {"BTCUSDT,1667347199939,12,12,a,set,1,-1,11", "qty is negative"},
        {"BTCUSDT,1667347199939,12,12,c,set,1,1,11", "neither a nor b"},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        scan_text(f, arena_printf(f->a,
                                  HEADER "BTCUSDT,1667347199939,12,12,a,set,102,2,11\n%s\n"
                                         "BTCUSDT,1667347199939,13,13,a,set,102,3,12\n",
                                  faults[i].line));
        row_reader *r = open_series(f, 0, "book_changes");
        assert_reject(r, 3, faults[i].why, faults[i].line);
        assert_next(r, ROW_READ, 4);
        assert_end(r);
    }
    scan_text(f, HEADER "BTCUSDT,1667347199939,12,12,a,set,102,2,11\n"
                        "BTCUSDT,1667347199939,12,12,a,set,102,3,11\n");
    row_reader *r = open_series(f, 0, "book_changes");
    assert_reject(r, 2, "two quantities of one price", "BTCUSDT");
    assert_end(r);
}

static void what_is_no_level_of_the_book_is_told(void **state)
{
    fixture *f = *state;
    scan_text(f, HEADER "BTCUSDT,1667347199939,12,12,a,delta,102,2,11\n");
    assert_string_equal(f->s.refusal, "it says by how much a level changes, and not what it holds");
    scan_text(f, HEADER "BTCUSDT,1667347199939,12,12,a,move,102,2,11\n");
    assert_string_equal(f->s.refusal, "its update_type is neither snap nor set");
    scan_text(f, HEADER);
    assert_string_equal(f->s.refusal, "it holds no rows");
    scan_text(f, HEADER "BTCUSDT,1667347199939,12,12,a,set,102,2,11\n"
                        "ETHUSDT,1667347199939,12,12,a,set,102,2,11\n");
    row_reader *r = open_series(f, 0, "book_changes");
    assert_reject(r, 2, "a line beside it", "BTCUSDT");
    assert_reject(r, 3, "its symbol is not that of the rows before", "ETHUSDT");
    assert_end(r);
}

static void other_files_are_none(void **state)
{
    static const char *const texts[] = {
        "",
        "\n",
        "open_time,open,high,low,close,volume\n",
        "symbol,timestamp,side,price,qty\n",
        "BTCUSDT,1593561600003,11,19,b,set,9133.00\n",
        "BTCUSDT,1593561600003,11,19,buy,set,9133.00,2.088\n",
        HEADER "BTCUSDT",
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        bool is = true;
        unit_ok(depth_file_is(files_write_text(f->a, f->folder, "other.csv", texts[i]), &is));
        assert_int_equal(is, i == sizeof(texts) / sizeof(texts[0]) - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_of_one_update_are_one_change, setup, teardown),
        cmocka_unit_test_setup_teardown(a_snapshot_lies_best_first, setup, teardown),
        cmocka_unit_test_setup_teardown(both_kinds_of_an_archive_are_two_series, setup, teardown),
        cmocka_unit_test_setup_teardown(files_without_a_header_are_told_by_their_form, setup, teardown),
        cmocka_unit_test_setup_teardown(a_line_that_cannot_be_read_costs_its_neighbours, setup, teardown),
        cmocka_unit_test_setup_teardown(an_update_with_a_faulty_line_is_rejected_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_level_of_the_book_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(other_files_are_none, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
