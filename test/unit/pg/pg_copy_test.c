#include "../unit.h"
#include "fake_libpq.h"

#include "pg/pg_copy.h"
#include "pg/pg_int.h"

#define STEPS(array) (array), sizeof(array) / sizeof((array)[0])
#define HEADER "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"

static void encodes_every_type(void **state)
{
    static const fake_step steps[] = {{.status = PGRES_COPY_IN, .columns = 7},
                                      {.status = PGRES_COMMAND_OK, .command = "COPY 1"},
                                      {.kind = FAKE_END}};
    static const char expected[] = HEADER "\0\7"
                                          "\0\0\0\4\0\0\0\1"
                                          "\0\0\0\10\xff\xff\xff\xff\xff\xff\xff\xff"
                                          "\0\0\0\10\x3f\xf8\0\0\0\0\0\0"
                                          "\0\0\0\10\0\0\0\0\0\0\0\2"
                                          "\0\0\0\20\1\2\3\0\0\0\0\0\0\0\0\0\0\0\0\0"
                                          "\0\0\0\3a\0b"
                                          "\xff\xff\xff\xff"
                                          "\xff\xff";
    static const dbk_uuid id = {{1, 2, 3}};
    (void)state;
    pg_conn *c = fake_connect(STEPS(steps), 0);
    fake.transaction = PQTRANS_INTRANS;
    pg_copy *k = NULL;
    int64_t rows = 0;
    unit_ok(pg_copy_begin(c, "copy t from stdin (format binary)", 7, &k));
    unit_ok(pg_copy_row(k));
    pg_copy_int4(k, 1);
    pg_copy_int8(k, -1);
    pg_copy_float8(k, 1.5);
    pg_copy_time(k, PG_EPOCH_US + 2);
    pg_copy_uuid(k, &id);
    pg_copy_text(k, "a\0b", 3);
    pg_copy_null(k);
    unit_ok(pg_copy_end(k, &rows));
    assert_int_equal(rows, 1);
    assert_int_equal(fake.copied_length, sizeof(expected) - 1);
    assert_memory_equal(fake.copied, expected, sizeof(expected) - 1);
    fake_close(c);
}

static void sends_rows_made_elsewhere(void **state)
{
    static const fake_step steps[] = {{.status = PGRES_COPY_IN, .columns = 1},
                                      {.status = PGRES_COMMAND_OK, .command = "COPY 3"},
                                      {.kind = FAKE_END}};
    static const char rows[] = "\0\1\0\0\0\1a\0\1\0\0\0\1b";
    static const char expected[] = HEADER "\0\1\0\0\0\1a\0\1\0\0\0\1b\0\1\0\0\0\1c\xff\xff";
    (void)state;
    pg_conn *c = fake_connect(STEPS(steps), 0);
    pg_copy *k = NULL;
    unit_ok(pg_copy_begin(c, "copy", 1, &k));
    unit_ok(pg_copy_send(k, rows, sizeof(rows) - 1));
    unit_ok(pg_copy_row(k));
    pg_copy_text(k, "c", 1);
    unit_ok(pg_copy_end(k, NULL));
    assert_int_equal(fake.copied_length, sizeof(expected) - 1);
    assert_memory_equal(fake.copied, expected, sizeof(expected) - 1);
    fake_close(c);
}

static void sends_in_blocks(void **state)
{
    static const fake_step steps[] = {{.status = PGRES_COPY_IN, .columns = 1},
                                      {.status = PGRES_COMMAND_OK, .command = "COPY 100000"},
                                      {.kind = FAKE_END}};
    (void)state;
    pg_conn *c = fake_connect(STEPS(steps), 0);
    pg_copy *k = NULL;
    unit_ok(pg_copy_begin(c, "copy", 1, &k));
    for (int i = 0; i < 100000; i++) {
        unit_ok(pg_copy_row(k));
        pg_copy_int8(k, i);
    }
    unit_ok(pg_copy_end(k, NULL));
    assert_int_equal(fake.copied_length, 19 + 100000 * 14 + 2);
    assert_in_range(fake.copy_blocks, 5, 7);
    fake_close(c);
}

static void the_servers_refusal_comes_at_the_end(void **state)
{
    static const fake_step steps[] = {{.status = PGRES_COPY_IN, .columns = 1},
                                      {.status = PGRES_FATAL_ERROR,
                                       .severity = "ERROR",
                                       .sqlstate = "22P03",
                                       .message = "incorrect binary data format"},
                                      {.kind = FAKE_END}};
    (void)state;
    pg_conn *c = fake_connect(STEPS(steps), 0);
    pg_copy *k = NULL;
    unit_ok(pg_copy_begin(c, "copy", 1, &k));
    unit_ok(pg_copy_row(k));
    pg_copy_int8(k, 1);
    unit_refused(pg_copy_end(k, NULL), ERR_INPUT, "incorrect binary data format");
    fake_close(c);
}

static void a_connection_lost_while_sending_is_told(void **state)
{
    static const fake_step steps[] = {{.status = PGRES_COPY_IN, .columns = 1}, {.kind = FAKE_LOSE}};
    (void)state;
    pg_conn *c = fake_connect(STEPS(steps), 0);
    fake.transaction = PQTRANS_INTRANS;
    pg_copy *k = NULL;
    unit_ok(pg_copy_begin(c, "copy", 1, &k));
    unit_ok(pg_copy_row(k));
    pg_copy_int8(k, 1);
    dbk_err *e = pg_copy_end(k, NULL);
    assert_int_equal(err_code(e), ERR_CONNECTION);
    assert_string_equal(err_sqlstate(e), "08006");
    err_free(e);
    assert_true(pg_is_lost(c));
    fake_close(c);
}

static void what_is_no_copy_is_refused(void **state)
{
    static const fake_step other[] = {{.status = PGRES_COMMAND_OK}, {.kind = FAKE_END}};
    static const fake_step wrong[] = {
        {.status = PGRES_FATAL_ERROR, .severity = "ERROR", .sqlstate = "42P01", .message = "no such table"},
        {.kind = FAKE_END}};
    (void)state;
    pg_copy *k = NULL;
    pg_conn *c = fake_connect(STEPS(other), 0);
    unit_refused(pg_copy_begin(c, "select", 1, &k), ERR_INTERNAL, "not a COPY");
    fake_script(STEPS(wrong));
    unit_refused(pg_copy_begin(c, "copy nothing", 1, &k), ERR_SERVER, "no such table");
    pg_copy_abort(NULL);
    fake_close(c);
}

static const char two_rows_first[] = HEADER "\0\2\0\0\0\1a\xff\xff\xff\xff";
static const char two_rows_second[] = "\0\2\0\0\0\0\0\0\0\2bc";
static const char trailer[] = "\xff\xff";

static void reads_rows_whatever_the_messages_hold(void **state)
{
    static const fake_step steps[] = {
        {.status = PGRES_COPY_OUT, .columns = 2},
        {.kind = FAKE_COPY_ROW, .data = two_rows_first, .length = sizeof(two_rows_first) - 1},
        {.kind = FAKE_COPY_ROW, .data = two_rows_second, .length = sizeof(two_rows_second) - 1},
        {.kind = FAKE_COPY_ROW, .data = trailer, .length = 2},
        {.kind = FAKE_COPY_ROW},
        {.status = PGRES_COMMAND_OK, .command = "COPY 2"},
        {.kind = FAKE_END}};
    (void)state;
    pg_conn *c = fake_connect(STEPS(steps), 0);
    pg_copy_out *k = NULL;
    bool more = false;
    size_t length = 9;
    unit_ok(pg_copy_out_begin(c, "copy", &k));
    assert_int_equal(pg_copy_out_columns(k), 2);
    unit_ok(pg_copy_out_row(k, &more));
    assert_true(more);
    assert_memory_equal(pg_copy_out_field(k, 0, &length), "a", 1);
    assert_int_equal(length, 1);
    assert_null(pg_copy_out_field(k, 1, &length));
    unit_ok(pg_copy_out_row(k, &more));
    assert_non_null(pg_copy_out_field(k, 0, &length));
    assert_int_equal(length, 0);
    assert_memory_equal(pg_copy_out_field(k, 1, &length), "bc", 2);
    unit_ok(pg_copy_out_row(k, &more));
    assert_false(more);
    unit_ok(pg_copy_out_row(k, &more));
    assert_false(more);
    pg_copy_out_free(k);
    assert_int_equal(fake.cancels, 0);
    fake_close(c);
}

static void malformed_streams_are_refused(void **state)
{
    static const char *const bad[] = {"PGCOPY\n\377\r\nshort", "\0\2\0\0\0\1a\0\0\0\377", "\0\1\0\0\0\1a",
                                      "\0\2\0\0", "\0\2\377\377\377\376\0\0\0\0"};
    static const size_t lengths[] = {16, 11, 7, 4, 10};
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        const fake_step steps[] = {
            {.status = PGRES_COPY_OUT, .columns = 2},
            {.kind = FAKE_COPY_ROW, .data = i == 0 ? bad[0] : HEADER, .length = i == 0 ? lengths[0] : 19},
            {.kind = FAKE_COPY_ROW, .data = bad[i], .length = lengths[i]},
            {.kind = FAKE_COPY_ROW},
            {.kind = FAKE_END}};
        pg_conn *c = fake_connect(STEPS(steps), 0);
        pg_copy_out *k = NULL;
        bool more = false;
        unit_ok(pg_copy_out_begin(c, "copy", &k));
        unit_refused(pg_copy_out_row(k, &more), ERR_SERVER, "malformed");
        pg_copy_out_free(k);
        assert_int_equal(fake.cancels, 1);
        fake_close(c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes_every_type),
        cmocka_unit_test(sends_rows_made_elsewhere),
        cmocka_unit_test(sends_in_blocks),
        cmocka_unit_test(the_servers_refusal_comes_at_the_end),
        cmocka_unit_test(a_connection_lost_while_sending_is_told),
        cmocka_unit_test(what_is_no_copy_is_refused),
        cmocka_unit_test(reads_rows_whatever_the_messages_hold),
        cmocka_unit_test(malformed_streams_are_refused),
    };
    return UNIT_RUN(tests);
}
