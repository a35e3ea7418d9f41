#include "../unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "core/buf.h"
#include "parquet/duckdb_api.h"
#include "parquet/parquet.h"

typedef struct fixture {
    arena *a;
    const char *folder;
    const char *library;
    const char *path;
    buf out;
} fixture;

static int setup(void **state)
{
    fixture *f = mem_alloc(sizeof(*f));
    f->a = unit_arena();
    f->folder = unit_folder(f->a);
    f->library = getenv("DAYBOOK_DUCKDB");
    f->path = arena_printf(f->a, "%s/a 'b' [1] *.parquet", f->folder);
    buf_init(&f->out, 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    unit_remove(f->folder);
    buf_term(&f->out);
    arena_free(f->a);
    mem_free(f);
    return 0;
}

static fixture *with_library(void **state)
{
    fixture *f = *state;
    if (!f->library)
        print_message("DAYBOOK_DUCKDB does not say where DuckDB's library is\n");
    return f->library ? f : NULL;
}

/* Writes the query's rows to the fixture's path. */
static void write_rows(fixture *f, const char *query, const char *options)
{
    duckdb_api api;
    duckdb_result result;
    void *database = NULL, *connection = NULL;
    const char *plain = arena_printf(f->a, "%s/plain", f->folder);
    unit_ok(duckdb_api_load(f->library, &api));
    assert_int_equal(api.open_ext(NULL, &database, NULL, NULL), 0);
    assert_int_equal(api.connect(database, &connection), 0);
    const char *sql = arena_printf(f->a, "copy (%s) to '%s' (format parquet%s)", query, plain, options);
    if (api.query(connection, sql, &result) != 0)
        fail_msg("%s", api.result_error(&result));
    api.destroy_result(&result);
    api.disconnect(&connection);
    api.close(&database);
    assert_int_equal(rename(plain, f->path), 0);
}

/* All rows as lines; times with a t. */
static void assert_rows(fixture *f, const char *expected)
{
    parquet_file *p;
    bool more;
    buf_clear(&f->out);
    unit_ok(parquet_open(f->path, f->library, &p));
    for (;;) {
        unit_ok(parquet_next(p, &more));
        if (!more)
            break;
        for (size_t i = 0; i < parquet_column_count(p); i++) {
            parquet_value v = parquet_get(p, i);
            buf_append_str(&f->out, i > 0 ? "|" : "");
            if (v.present && parquet_column_kind(p, i) == PARQUET_TIME)
                buf_printf(&f->out, "t%lld", (long long)v.time_us);
            else if (v.present)
                buf_append(&f->out, v.text, v.length);
        }
        buf_append_char(&f->out, '\n');
    }
    assert_int_equal(parquet_row_number(p), parquet_row_count(p));
    parquet_close(p);
    assert_string_equal(f->out.data, expected);
}

static void values_survive(void **state)
{
    fixture *f = with_library(state);
    if (!f)
        skip();
    write_rows(f,
               "select 0.015571269999999998::double as d, 8e-8::double as small, 12.340::decimal(18,3) as m, "
               "9223372036854775807::bigint as i, true as b, 'a longer text than twelve' as t "
               "union all select '-0.0'::double, 1e300, null, -1, null, ''",
               "");
    assert_rows(f, "0.015571269999999998|8e-08|12.340|9223372036854775807|true|a longer text than twelve\n"
                   "-0.0|1e+300||-1||\n");
}

static void times_are_microseconds(void **state)
{
    fixture *f = with_library(state);
    if (!f)
        skip();
    write_rows(
        f,
        "select timestamp '2021-11-28 00:00:00.123456' as us, timestamp_ms '2021-11-28 00:00:00.123' as ms, "
        "timestamp_ns '2021-11-28 00:00:00.123456789' as ns, date '2021-11-28' as day, "
        "timestamptz '2021-11-28 02:00:00+02' as zone, timestamp '1969-12-31 23:59:59' as early",
        "");
    assert_rows(f,
                "t1638057600123456|t1638057600123000|t1638057600123456|t1638057600000000|t1638057600000000|"
                "t-1000000\n");
}

static void lists_and_bytes_are_not_given(void **state)
{
    fixture *f = with_library(state);
    parquet_file *p;
    if (!f)
        skip();
    write_rows(f, "select [1, 2] as \"a \"\"list\", {'x': 1} as s, '\\x01'::blob as bytes, 5 as n", "");
    assert_rows(f, "|||5\n");
    unit_ok(parquet_open(f->path, f->library, &p));
    assert_string_equal(parquet_column_name(p, 0), "a \"list");
    assert_string_equal(parquet_column_type(p, 2), "BLOB");
    assert_int_equal(parquet_column_kind(p, 1), PARQUET_NONE);
    assert_int_equal(parquet_column_kind(p, 3), PARQUET_TEXT);
    parquet_close(p);
}

/* More than a vector and more than a row group, in the order of the file. */
static void long_files_come_in_order(void **state)
{
    fixture *f = with_library(state);
    parquet_file *p;
    bool more = true;
    if (!f)
        skip();
    write_rows(f, "select i, if(i % 3 = 0, null, 'row ' || i) as text from range(10000) t(i)",
               ", row_group_size 2048");
    unit_ok(parquet_open(f->path, f->library, &p));
    assert_int_equal(parquet_row_count(p), 10000);
    for (int64_t i = 0; i < 10000; i++) {
        char expected[32];
        unit_ok(parquet_next(p, &more));
        assert_true(more);
        assert_int_equal(parquet_row_number(p), i + 1);
        snprintf(expected, sizeof(expected), "row %lld", (long long)i);
        parquet_value v = parquet_get(p, 1);
        assert_int_equal(v.present, i % 3 != 0);
        if (v.present) {
            assert_int_equal(v.length, strlen(expected));
            assert_memory_equal(v.text, expected, v.length);
        }
    }
    unit_ok(parquet_next(p, &more));
    assert_false(more);
    parquet_close(p);
}

static void damage_is_refused(void **state)
{
    fixture *f = with_library(state);
    parquet_file *p = NULL;
    if (!f)
        skip();
    write_rows(f, "select i, 'row ' || i as text from range(100000) t(i)", "");
    int fd = open(f->path, O_WRONLY);
    static const char junk[4096] = "junk";
    assert_int_equal(pwrite(fd, junk, sizeof(junk), 100), sizeof(junk));
    close(fd);
    dbk_err *e = parquet_open(f->path, f->library, &p);
    bool more = true;
    while (!e && more)
        e = parquet_next(p, &more);
    if (!more)
        fail_msg("a damaged file was read to its end");
    assert_int_equal(err_code(e), ERR_INPUT);
    err_free(e);
    parquet_close(p);
    assert_int_equal(truncate(f->path, 1000), 0);
    unit_refused(parquet_open(f->path, f->library, &p), ERR_INPUT, "the Parquet file cannot be read");
}

static void other_files_are_not_parquet(void **state)
{
    fixture *f = *state;
    bool is;
    FILE *file = fopen(f->path, "w");
    assert_non_null(file);
    fputs("PAR", file);
    fclose(file);
    unit_ok(parquet_is(f->path, &is));
    assert_false(is);
    file = fopen(f->path, "w");
    fputs("PAR1 and more", file);
    fclose(file);
    unit_ok(parquet_is(f->path, &is));
    assert_true(is);
    unit_refused(parquet_is("/nowhere/at/all", &is), ERR_NOT_FOUND, "could not open");
    parquet_file *p;
    unit_refused(parquet_open(f->folder, f->library, &p), ERR_INPUT, "not a regular file");
}

static void without_the_library_it_says_what_to_do(void **state)
{
    fixture *f = *state;
    parquet_file *p;
    FILE *file = fopen(f->path, "w");
    assert_non_null(file);
    fclose(file);
    dbk_err *e = parquet_open(f->path, "/nowhere/libduckdb.so", &p);
    assert_int_equal(err_code(e), ERR_NOT_FOUND);
    assert_non_null(strstr(err_message(e), "Parquet files need DuckDB's library"));
    assert_non_null(strstr(err_hint(e), "DAYBOOK_DUCKDB"));
    err_free(e);
    /* A library that is something else. */
    unit_refused(parquet_open(f->path, "libm.so.6", &p), ERR_NOT_FOUND,
                 "Parquet files need DuckDB's library");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(values_survive),
        T(times_are_microseconds),
        T(lists_and_bytes_are_not_given),
        T(long_files_come_in_order),
        T(damage_is_refused),
        T(other_files_are_not_parquet),
        T(without_the_library_it_says_what_to_do),
    };
#undef T
    return UNIT_RUN(tests);
}
