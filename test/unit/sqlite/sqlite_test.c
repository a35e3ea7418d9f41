/* Files, statements and transactions, and what is said when they fail. */
#include "../unit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sqlite/sqlite_int.h"

static const char *folder; /* of the test at hand */
static char path[300];

static int begin(void **state)
{
    arena *a = unit_arena();
    *state = a;
    folder = unit_folder(a);
    snprintf(path, sizeof path, "%s/book.db", folder);
    return 0;
}

static int end(void **state)
{
    unit_remove(folder);
    arena_free(*state);
    return 0;
}

static sqlite_db *opened(sqlite_access access)
{
    sqlite_db *db;
    unit_ok(sqlite_open(&(sqlite_open_options){.path = path, .access = access, .busy_ms = 50}, &db));
    return db;
}

static sqlite_db *with_table(void)
{
    sqlite_db *db = opened(SQLITE_FOR_MAKING);
    unit_ok(sqlite_exec(db, "create table parents (id text primary key) strict;"
                            "create table facts (id text primary key, parent text references parents (id), "
                            "amount text not null, n integer check (n > 0)) strict"));
    return db;
}

static const char insert[] = "insert into facts (id, amount, n) values (?1, ?2, ?3)";

static dbk_err *add(sqlite_db *db, const char *id, const char *amount, int64_t n)
{
    sqlite_stmt *s;
    dbk_err *e = sqlite_statement(db, insert, &s);
    if (e)
        return e;
    sqlite_bind_text_at(s, 1, id);
    sqlite_bind_text_at(s, 2, amount);
    sqlite_bind_int8_at(s, 3, n);
    return sqlite_run(s, NULL);
}

static int64_t number(sqlite_db *db, const char *sql)
{
    sqlite_stmt *s;
    bool row;
    unit_ok(sqlite_statement(db, sql, &s));
    unit_ok(sqlite_step_row(s, &row));
    assert_true(row);
    int64_t n = sqlite_int8(s, 0);
    sqlite_end(s);
    return n;
}

static void what_is_bound_comes_back(void **state)
{
    (void)state;
    sqlite_db *db = opened(SQLITE_FOR_MAKING);
    dbk_uuid id, back;
    unit_ok(uuid_parse("0190a000-0000-7000-8000-000000000001", &id));
    sqlite_stmt *s;
    unit_ok(sqlite_statement(db, "select ?1, ?2, ?3, ?4, ?5", &s));
    sqlite_bind_text_at(s, 1, "0.000000000000000001");
    sqlite_bind_int8_at(s, 2, INT64_MIN);
    sqlite_bind_bool_at(s, 3, true);
    sqlite_bind_uuid_at(s, 4, &id);
    bool row;
    unit_ok(sqlite_step_row(s, &row));
    assert_true(row);
    assert_string_equal(sqlite_text(s, 0), "0.000000000000000001");
    assert_true(sqlite_int8(s, 1) == INT64_MIN);
    assert_true(sqlite_bool(s, 2));
    unit_ok(sqlite_uuid(s, 3, &back));
    assert_true(uuid_equal(&id, &back));
    assert_true(sqlite_is_null(s, 4));
    assert_null(sqlite_text(s, 4));
    unit_ok(sqlite_step_row(s, &row));
    assert_false(row);
    unit_ok(sqlite_statement(db, "select ?1", &s));
    unit_ok(sqlite_step_row(s, &row));
    unit_refused(sqlite_uuid(s, 0, &back), ERR_INPUT, "is null");
    sqlite_close(db);
}

static void a_commit_is_flushed_and_keys_hold(void **state)
{
    (void)state;
    sqlite_db *db = with_table();
    sqlite_stmt *s;
    bool row;
    unit_ok(sqlite_statement(db, "pragma journal_mode", &s));
    unit_ok(sqlite_step_row(s, &row));
    assert_string_equal(sqlite_text(s, 0), "wal");
    sqlite_end(s);
    assert_int_equal(number(db, "pragma synchronous"), 2);
    assert_int_equal(number(db, "pragma foreign_keys"), 1);
    sqlite_close(db);
}

static void a_constraint_has_the_state_of_its_class(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *sqlstate, *part;
    } refused[] = {
        {"insert into facts (id, amount) values ('a', '2')", "23505", "facts.id"},
        {"insert into facts (id) values ('b')", "23502", "facts.amount"},
        {"insert into facts (id, amount, n) values ('b', '1', 0)", "23514", "n > 0"},
        {"insert into facts (id, amount, parent) values ('b', '1', 'nobody')", "23503", "FOREIGN KEY"},
    };
    sqlite_db *db = with_table();
    unit_ok(add(db, "a", "1", 1));
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        dbk_err *e = sqlite_exec(db, refused[i].sql);
        assert_string_equal(err_sqlstate(e), refused[i].sqlstate);
        unit_refused(e, ERR_SERVER, refused[i].part);
    }
    sqlite_close(db);
}

static void a_rollback_leaves_nothing_and_ends_statements(void **state)
{
    (void)state;
    sqlite_db *db = with_table();
    unit_ok(sqlite_begin_write(db));
    unit_ok(add(db, "a", "1", 1));
    sqlite_stmt *s;
    bool row;
    unit_ok(sqlite_statement(db, "select id from facts", &s));
    unit_ok(sqlite_step_row(s, &row));
    sqlite_rollback(db);
    sqlite_rollback(db);
    assert_false(sqlite_in_transaction(db));
    assert_int_equal(number(db, "select count(*) from facts"), 0);
    unit_ok(sqlite_begin_write(db));
    unit_ok(add(db, "a", "1", 1));
    unit_ok(sqlite_commit(db));
    assert_int_equal(number(db, "select count(*) from facts"), 1);
    sqlite_close(db);
}

static void another_writer_is_waited_for_and_then_reported(void **state)
{
    (void)state;
    sqlite_db *one = with_table(), *two = opened(SQLITE_FOR_WRITING);
    unit_ok(sqlite_begin_write(one));
    dbk_err *e = sqlite_begin_write(two);
    assert_non_null(strstr(err_hint(e), "try again"));
    unit_refused(e, ERR_BUSY, "is being written to by another program");
    assert_false(sqlite_in_transaction(two));
    unit_ok(sqlite_commit(one));
    unit_ok(sqlite_begin_write(two));
    unit_ok(sqlite_commit(two));
    sqlite_close(one);
    sqlite_close(two);
}

static void a_reader_sees_one_state_and_writers_go_on(void **state)
{
    (void)state;
    sqlite_db *writer = with_table(), *reader = opened(SQLITE_FOR_READING);
    unit_ok(add(writer, "a", "1", 1));
    unit_ok(sqlite_begin_read(reader));
    unit_ok(add(writer, "b", "1", 1));
    assert_int_equal(number(reader, "select count(*) from facts"), 1);
    sqlite_rollback(reader);
    assert_int_equal(number(reader, "select count(*) from facts"), 2);
    unit_refused(sqlite_exec(reader, "delete from facts"), ERR_DENIED, "may not be written");
    sqlite_close(writer);
    sqlite_close(reader);
}

enum { PROCESSES = 6, ROWS = 40 };

static dbk_err *write_rows(int process)
{
    sqlite_db *db = NULL;
    dbk_err *e =
        sqlite_open(&(sqlite_open_options){.path = path, .access = SQLITE_FOR_MAKING, .busy_ms = 60000}, &db);
    if (!e)
        e = sqlite_exec(
            db, "create table if not exists facts (id text primary key, amount text, n integer) strict");
    for (int n = 0; !e && n < ROWS; n++) {
        char id[32];
        snprintf(id, sizeof id, "%d/%d", process, n);
        e = sqlite_begin_write(db);
        if (!e)
            e = add(db, id, "1", 1);
        if (!e)
            e = sqlite_commit(db);
    }
    sqlite_close(db);
    return e;
}

/* They open a file that is not there yet, all at once. */
static void many_processes_make_and_write_one_file(void **state)
{
    (void)state;
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] > 0)
            continue;
        dbk_err *e = write_rows(i);
        if (e)
            fprintf(stderr, "# %s\n", err_message(e));
        _exit(e ? 1 : 0);
    }
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    sqlite_db *db = opened(SQLITE_FOR_READING);
    assert_int_equal(number(db, "select count(*) from facts"), PROCESSES * ROWS);
    sqlite_close(db);
}

static void what_is_no_database_is_said(void **state)
{
    (void)state;
    sqlite_db *db = NULL;
    unit_refused(sqlite_open(&(sqlite_open_options){.path = path, .access = SQLITE_FOR_WRITING}, &db),
                 ERR_NOT_FOUND, "cannot open");
    unit_refused(sqlite_open(&(sqlite_open_options){.path = "", .access = SQLITE_FOR_MAKING}, &db), ERR_USAGE,
                 "1 to 4000 bytes");
    unit_refused(
        sqlite_open(&(sqlite_open_options){.path = "/nonexistent/book.db", .access = SQLITE_FOR_MAKING}, &db),
        ERR_NOT_FOUND, "cannot use folder /nonexistent");
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (int i = 0; i < 5000; i++)
        fputs("this is not a database\n", f);
    assert_int_equal(fclose(f), 0);
    unit_refused(sqlite_open(&(sqlite_open_options){.path = path, .access = SQLITE_FOR_WRITING}, &db),
                 ERR_INPUT, "is not an SQLite database");
}

static void a_damaged_page_is_said(void **state)
{
    (void)state;
    sqlite_db *db = with_table();
    unit_ok(sqlite_begin_write(db));
    for (int i = 0; i < 2000; i++) {
        char id[32];
        snprintf(id, sizeof id, "%d", i);
        unit_ok(add(db, id, "1", 1));
    }
    unit_ok(sqlite_commit(db));
    sqlite_close(db);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    char rubbish[4096];
    memset(rubbish, 0xA5, sizeof rubbish);
    for (off_t page = 3; page < 20; page++)
        assert_int_equal(pwrite(fd, rubbish, sizeof rubbish, page * 4096), sizeof rubbish);
    close(fd);
    db = opened(SQLITE_FOR_READING);
    unit_refused(sqlite_exec(db, "select count(amount) from facts"), ERR_INPUT, "is damaged");
    sqlite_close(db);
}

static unsigned long told_type;

static int tell_type(const char *asked, struct statfs *out)
{
    assert_string_equal(asked, folder);
    *out = (struct statfs){.f_type = (__fsword_t)told_type};
    return 0;
}

static void a_network_file_system_is_refused_and_one_that_may_be_is_named(void **state)
{
    (void)state;
    sqlite_open_options o = {.path = path, .access = SQLITE_FOR_MAKING, .statfs = tell_type};
    static const unsigned long network[] = {0x6969 /* NFS_SUPER_MAGIC */, 0xFF534D42 /* CIFS */,
                                            0x01021997 /* 9p */};
    sqlite_db *db;
    for (size_t i = 0; i < sizeof(network) / sizeof(network[0]); i++) {
        told_type = network[i];
        unit_refused(sqlite_open(&o, &db), ERR_INPUT, "is on a network file system");
        assert_int_equal(access(path, F_OK), -1);
    }
    static const unsigned long local[] = {0xEF53 /* ext4 */, 0x01021994 /* tmpfs */};
    for (size_t i = 0; i < sizeof(local) / sizeof(local[0]); i++) {
        told_type = local[i];
        unit_ok(sqlite_open(&o, &db));
        assert_null(sqlite_hazard(db));
        sqlite_close(db);
    }
    told_type = 0x65735546; /* FUSE_SUPER_MAGIC */
    unit_ok(sqlite_open(&o, &db));
    assert_non_null(strstr(sqlite_hazard(db), "FUSE"));
    sqlite_close(db);
}

static void a_file_that_is_read_without_locks_must_stand_still(void **state)
{
    (void)state;
    sqlite_db *db = with_table();
    unit_ok(add(db, "a", "1", 1));
    sqlite_close(db);
    db = opened(SQLITE_FOR_READING);
    db->unlocked = true; /* as if its folder could not be written */
    assert_int_equal(stat(path, &db->stood), 0);
    assert_int_equal(number(db, "select count(*) from facts"), 1);
    sqlite_stmt *s;
    bool row;
    unit_ok(sqlite_statement(db, "select id from facts", &s));
    unit_ok(sqlite_step_row(s, &row));
    sqlite_db *writer = opened(SQLITE_FOR_WRITING);
    unit_ok(add(writer, "b", "2", 1));
    unit_refused(sqlite_step_row(s, &row), ERR_BUSY, "written to while it was read");
    sqlite_close(writer);
    sqlite_close(db);
}

static void codes_have_their_errors(void **state)
{
    (void)state;
    unit_refused(sqlite_code_err("f", SQLITE_FULL, 0, ""), ERR_IO, "no room to write f");
    unit_refused(sqlite_code_err("f", SQLITE_IOERR_WRITE, ENOSPC, ""), ERR_IO, "no room to write f");
    unit_refused(sqlite_code_err("f", SQLITE_IOERR_FSYNC, EIO, ""), ERR_IO, "disk I/O error of f failed");
    unit_refused(sqlite_code_err("f", SQLITE_NOMEM, 0, ""), ERR_MEMORY, "");
    unit_refused(sqlite_code_err("f", SQLITE_MISUSE, 0, "bad"), ERR_INTERNAL, "bad");
}

typedef struct seen {
    int64_t calls, done, total;
} seen;

static dbk_err *note(void *ctx, int64_t done, int64_t total)
{
    seen *s = ctx;
    s->calls++;
    s->done = done;
    s->total = total;
    return NULL;
}

static dbk_err *refuse(void *ctx, int64_t done, int64_t total)
{
    (void)ctx;
    return err_new(ERR_INTERRUPTED, "stopped after %lld of %lld", (long long)done, (long long)total);
}

static void a_copy_is_one_state_and_may_be_made_while_others_write(void **state)
{
    (void)state;
    sqlite_db *db = with_table(), *other = opened(SQLITE_FOR_WRITING);
    unit_ok(sqlite_begin_write(db));
    for (int i = 0; i < 3000; i++) {
        char id[32];
        snprintf(id, sizeof id, "%d", i);
        unit_ok(add(db, id, "1", 1));
    }
    unit_ok(sqlite_commit(db));
    unit_ok(sqlite_begin_read(db));
    unit_ok(add(other, "later", "1", 1));
    char copy[330];
    snprintf(copy, sizeof copy, "%s/copy.db", folder);
    seen s = {.calls = 0};
    unit_refused(sqlite_backup(db, copy, refuse, NULL), ERR_INTERRUPTED, "while copying");
    assert_int_equal(access(copy, F_OK), -1);
    unit_ok(sqlite_backup(db, copy, note, &s));
    assert_true(s.calls > 0);
    assert_true(s.done == s.total && s.total > 0);
    sqlite_rollback(db);
    unit_refused(sqlite_backup(db, copy, NULL, NULL), ERR_INPUT, "exists");
    sqlite_db *copied;
    unit_ok(sqlite_open(&(sqlite_open_options){.path = copy, .access = SQLITE_FOR_READING}, &copied));
    assert_int_equal(number(copied, "select count(*) from facts"), 3000);
    sqlite_close(copied);
    sqlite_close(other);
    sqlite_close(db);
}

static dbk_err *whole_life(void *ctx)
{
    (void)ctx;
    sqlite_db *db = NULL;
    dbk_err *e = sqlite_open(&(sqlite_open_options){.path = path, .access = SQLITE_FOR_MAKING}, &db);
    if (!e)
        e = sqlite_exec(db, "create table if not exists facts (id text, amount text, n integer)");
    if (!e)
        e = add(db, "a", "1", 1);
    sqlite_close(db);
    return e;
}

static void short_memory_is_an_error(void **state)
{
    (void)state;
    assert_true(unit_each_allocation_fails(whole_life, NULL) > 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(what_is_bound_comes_back),
        TEST(a_commit_is_flushed_and_keys_hold),
        TEST(a_constraint_has_the_state_of_its_class),
        TEST(a_rollback_leaves_nothing_and_ends_statements),
        TEST(another_writer_is_waited_for_and_then_reported),
        TEST(a_reader_sees_one_state_and_writers_go_on),
        TEST(many_processes_make_and_write_one_file),
        TEST(what_is_no_database_is_said),
        TEST(a_damaged_page_is_said),
        TEST(a_network_file_system_is_refused_and_one_that_may_be_is_named),
        TEST(a_file_that_is_read_without_locks_must_stand_still),
        TEST(codes_have_their_errors),
        TEST(a_copy_is_one_state_and_may_be_made_while_others_write),
        TEST(short_memory_is_an_error),
    };
    return UNIT_RUN(tests);
}
