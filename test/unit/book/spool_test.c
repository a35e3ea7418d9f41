/* The queue on disk: what is kept is there again whatever was torn or damaged around it. */
#include "../unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "book/spool.h"
#include "book/spool_log.h"
#include "core/file.h"

#define LOG_MAX ((size_t)16 << 20)
#define START_US ((int64_t)1700000000 * 1000000)

typedef struct fixture {
    arena *a;
    const char *folder, *spool_folder, *log;
    clock_fake clock;
    spool *s;
} fixture;

static int set_up(void **state)
{
    fixture *f = mem_alloc(sizeof(*f));
    f->a = unit_arena();
    f->folder = unit_folder(f->a);
    f->spool_folder = arena_printf(f->a, "%s/spool", f->folder);
    f->log = arena_printf(f->a, "%s/log", f->spool_folder);
    clock_fake_init(&f->clock, START_US);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    fixture *f = *state;
    spool_close(f->s);
    unit_remove(f->folder);
    arena_free(f->a);
    mem_free(f);
    return 0;
}

static void reopen(fixture *f)
{
    spool_close(f->s);
    f->s = NULL;
    unit_ok(spool_open(f->spool_folder, &f->clock.clock, &f->s));
}

static uint64_t keep(fixture *f, const char *text)
{
    uint64_t number;
    unit_ok(spool_keep(f->s, &(spool_text){.data = text, .length = strlen(text)}, 1, &number));
    return number;
}

static void assert_text(const fixture *f, uint64_t number, const char *expected)
{
    buf text;
    buf_init(&text, 0);
    unit_ok(spool_read(f->s, number, &text));
    assert_string_equal(text.data, expected);
    buf_term(&text);
}

/* What waits, as one line. */
static const char *waiting(const fixture *f)
{
    buf all, text;
    buf_init(&all, 0);
    buf_init(&text, 0);
    for (size_t i = 0; i < spool_waiting(f->s); i++) {
        buf_clear(&text);
        unit_ok(spool_read(f->s, spool_waiting_at(f->s, i).number, &text));
        buf_printf(&all, "%s%s", i > 0 ? " " : "", text.data);
    }
    const char *line = arena_strdup(f->a, all.data);
    buf_term(&text);
    buf_term(&all);
    return line;
}

static void quarantine(const fixture *f, uint64_t number)
{
    dbk_err *e = err_with_sqlstate(err_new(ERR_INPUT, "not a number"), "22P02");
    spool_quarantine(f->s, number, e);
    err_free(e);
}

static void keeps_in_order_and_over_a_restart(void **state)
{
    fixture *f = *state;
    reopen(f);
    assert_int_equal(keep(f, "a"), 1);
    const spool_text two[] = {{.data = "b", .length = 1}, {.data = "c", .length = 1, .expires_us = 7}};
    uint64_t first;
    unit_ok(spool_keep(f->s, two, 2, &first));
    assert_int_equal(first, 2);
    reopen(f);
    assert_string_equal(waiting(f), "a b c");
    spool_entry entry;
    assert_true(spool_first(f->s, &entry));
    assert_int_equal(entry.kept_us, START_US);
    assert_int_equal(entry.expires_us, 0);
    assert_int_equal(spool_waiting_at(f->s, 2).expires_us, 7);
    spool_done(f->s, 2);
    spool_done(f->s, 1);
    assert_string_equal(waiting(f), "c");
    reopen(f);
    assert_string_equal(waiting(f), "c");
    spool_done(f->s, 3);
    assert_false(spool_first(f->s, &entry));
    reopen(f);
    assert_int_equal(keep(f, "d"), 4);
}

static void belongs_to_one(void **state)
{
    fixture *f = *state;
    spool *second = NULL;
    unit_refused(spool_look(f->spool_folder, &second), ERR_NOT_FOUND, "log");
    reopen(f);
    unit_refused(spool_open(f->spool_folder, &f->clock.clock, &second), ERR_BUSY, "belongs to process");
    keep(f, "a");
    unit_ok(spool_look(f->spool_folder, &second));
    assert_int_equal(spool_waiting(second), 1);
    spool_close(second);
    second = NULL;
    unit_refused(spool_open("/nonexistent/folder/spool", &f->clock.clock, &second), ERR_NOT_FOUND, "spool");
}

static void quarantine_is_decided_with_who_and_why(void **state)
{
    fixture *f = *state;
    buf reason;
    buf_init(&reason, 0);
    reopen(f);
    keep(f, "a");
    keep(f, "b");
    keep(f, "c");
    quarantine(f, 1);
    quarantine(f, 2);
    assert_string_equal(waiting(f), "c");
    reopen(f);
    assert_string_equal(waiting(f), "c");
    assert_int_equal(spool_quarantined(f->s), 2);
    assert_int_equal(spool_quarantined_at(f->s, 1).number, 2);
    unit_ok(spool_reason(f->s, 1, &reason));
    assert_non_null(strstr(reason.data, "\"sqlstate\":\"22P02\",\"message\":\"not a number\""));
    unit_refused(spool_decide(f->s, 3, SPOOL_DROP, "me", "no"), ERR_NOT_FOUND, "entry 3");
    unit_ok(spool_decide(f->s, 1, SPOOL_RETRY, "me", "the account is there now"));
    unit_ok(spool_decide(f->s, 2, SPOOL_DROP, "me", "a \"test\""));
    assert_string_equal(waiting(f), "c a");
    reopen(f);
    assert_string_equal(waiting(f), "c a");
    assert_int_equal(spool_quarantined(f->s), 0);
    char *lines;
    size_t length;
    unit_ok(file_read(f->a, arena_printf(f->a, "%s/decisions", f->spool_folder), LOG_MAX, &lines, &length));
    assert_non_null(
        strstr(lines, "\"decision\":\"retry\",\"number\":1,\"who\":\"me\",\"why\":\"the account"));
    assert_non_null(
        strstr(lines, "\"decision\":\"drop\",\"number\":2,\"who\":\"me\",\"why\":\"a \\\"test\\\"\""));
    assert_non_null(strstr(lines, "\"entry\":\"b\"}\n"));
    buf_term(&reason);
}

static void what_has_expired_is_not_tried_again(void **state)
{
    fixture *f = *state;
    uint64_t number;
    reopen(f);
    unit_ok(
        spool_keep(f->s, &(spool_text){.data = "a", .length = 1, .expires_us = START_US + 5}, 1, &number));
    quarantine(f, number);
    clock_fake_advance(&f->clock, 6);
    unit_refused(spool_decide(f->s, number, SPOOL_RETRY, "me", "why"), ERR_INPUT, "expired");
    unit_ok(spool_decide(f->s, number, SPOOL_DROP, "me", "why"));
}

/* ---- torn and damaged ---- */

static char *read_log(const fixture *f, size_t *length)
{
    char *data;
    unit_ok(file_read(f->a, f->log, LOG_MAX, &data, length));
    return data;
}

static void write_log(fixture *f, const char *data, size_t length)
{
    spool_close(f->s);
    f->s = NULL;
    unit_ok(file_write_atomic(f->log, data, length, 0600));
}

/* Three entries; the middle one is done. Returns where each record ends. */
static size_t make_log(fixture *f, char **data, size_t ends[5])
{
    reopen(f);
    size_t length;
    for (size_t i = 0; i < 5; i++) {
        if (i == 4)
            spool_done(f->s, 2);
        else if (i > 0)
            keep(f, i == 1 ? "first" : i == 2 ? "second" : "third");
        *data = read_log(f, &length);
        ends[i] = length;
    }
    return length;
}

static void a_log_torn_anywhere_keeps_what_was_whole(void **state)
{
    fixture *f = *state;
    static const char *const left[] = {"", "first", "first second", "first second third", "first third"};
    char *data;
    size_t ends[5], length = make_log(f, &data, ends);
    for (size_t at = 0; at <= length; at++) {
        size_t whole = 0;
        while (whole < 4 && ends[whole + 1] <= at)
            whole++;
        write_log(f, data, at);
        reopen(f);
        assert_string_equal(waiting(f), left[whole]);
        assert_int_equal(spool_quarantined(f->s), 0);
        keep(f, "next");
        reopen(f);
        assert_string_equal(waiting(f), whole == 0 ? "next" : arena_printf(f->a, "%s next", left[whole]));
    }
}

static void a_torn_end_full_of_rubbish_is_cut(void **state)
{
    fixture *f = *state;
    char *data;
    size_t ends[5], length = make_log(f, &data, ends);
    char *longer = arena_alloc(f->a, length + 5000);
    memcpy(longer, data, length);
    for (size_t i = 0; i < 5000; i++)
        longer[length + i] = (char)"DBSR"[i % 4]; /* the magic, again and again */
    write_log(f, longer, length + 5000);
    reopen(f);
    assert_string_equal(waiting(f), "first third");
    size_t after;
    (void)read_log(f, &after);
    assert_int_equal(after, length);
}

/* A flipped bit costs at most the record it is in, and that is not passed over in silence unless it is the
 * last one, which looks as if it had been torn. */
static void a_flipped_bit_costs_one_record(void **state)
{
    fixture *f = *state;
    static const char *const left[] = {"first third", "third", "first third", "first", "first second third"};
    char *data;
    size_t ends[5], length = make_log(f, &data, ends);
    for (size_t at = 0; at < length; at++) {
        size_t in = 0;
        while (ends[in] <= at)
            in++;
        data[at] ^= (char)(1 << at % 8);
        write_log(f, data, length);
        data[at] ^= (char)(1 << at % 8);
        spool *seen = NULL;
        unit_ok(spool_look(f->spool_folder, &seen));
        assert_int_equal(spool_damaged(seen), in < 4);
        spool_close(seen);
        reopen(f);
        assert_string_equal(waiting(f), left[in]);
        assert_int_equal(spool_quarantined(f->s), in < 4);
        if (in == 4)
            continue;
        spool_entry damaged = spool_quarantined_at(f->s, 0);
        assert_true(damaged.damaged);
        unit_refused(spool_decide(f->s, damaged.number, SPOOL_RETRY, "me", "why"), ERR_INPUT, "damaged");
        assert_true(keep(f, "next") > damaged.number);
        reopen(f);
        assert_int_equal(spool_quarantined(f->s), 1);
        unit_ok(spool_decide(f->s, damaged.number, SPOOL_DROP, "me", "why"));
    }
}

static void damage_behind_its_back_is_an_error_of_reading(void **state)
{
    fixture *f = *state;
    buf text;
    buf_init(&text, 0);
    reopen(f);
    uint64_t number = keep(f, "first");
    int fd = open(f->log, O_WRONLY | O_CLOEXEC);
    struct stat st;
    assert_int_equal(fstat(fd, &st), 0);
    assert_int_equal(pwrite(fd, "F", 1, st.st_size - 5), 1);
    close(fd);
    unit_refused(spool_read(f->s, number, &text), ERR_IO, "damaged");
    buf_term(&text);
}

static void a_later_version_is_left_alone(void **state)
{
    fixture *f = *state;
    buf records;
    buf_init(&records, 0);
    reopen(f);
    spool_record_put(&records, 1, 1, "\2", 1);
    write_log(f, records.data, records.length);
    unit_refused(spool_open(f->spool_folder, &f->clock.clock, &f->s), ERR_INPUT, "another version");
    buf_clear(&records);
    spool_record_put(&records, 1, 1, "\1", 1);
    spool_record_put(&records, 99, 1, "", 0);
    write_log(f, records.data, records.length);
    unit_refused(spool_open(f->spool_folder, &f->clock.clock, &f->s), ERR_INPUT, "later version");
    buf_term(&records);
}

/* ---- room ---- */

static void what_is_done_makes_room(void **state)
{
    fixture *f = *state;
    enum { COUNT = 3000, SIZE = 1000 };
    spool_text texts[COUNT];
    char text[SIZE];
    memset(text, 'x', SIZE);
    for (size_t i = 0; i < COUNT; i++)
        texts[i] = (spool_text){.data = text, .length = SIZE};
    reopen(f);
    uint64_t first;
    keep(f, "held");
    quarantine(f, 1);
    unit_ok(spool_keep(f->s, texts, COUNT, &first));
    keep(f, "last");
    for (uint64_t number = first; number < first + COUNT; number++)
        spool_done(f->s, number);
    struct stat st;
    assert_int_equal(stat(f->log, &st), 0);
    assert_true(st.st_size < 2 << 20);
    assert_string_equal(waiting(f), "last");
    assert_text(f, 1, "held");
    assert_int_equal(keep(f, "next"), first + COUNT + 1);
    reopen(f);
    assert_string_equal(waiting(f), "last next");
    assert_text(f, 1, "held");
    assert_int_equal(spool_quarantined(f->s), 1);
}

/* A file that may not grow stands for a disk that is full. */
static void on_a_full_disk_nothing_is_kept_in_part(void **state)
{
    fixture *f = *state;
    const spool_text three[] = {
        {.data = "one", .length = 3}, {.data = "two", .length = 3}, {.data = "three", .length = 5}};
    uint64_t number;
    struct rlimit before, limit;
    struct stat st;
    reopen(f);
    keep(f, "first");
    assert_int_equal(stat(f->log, &st), 0);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    for (rlim_t room = 0; room < 120; room += 7) {
        limit = (struct rlimit){.rlim_cur = (rlim_t)st.st_size + room, .rlim_max = before.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        dbk_err *e = spool_keep(f->s, three, 3, &number);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        unit_refused(e, ERR_IO, "could not write");
        assert_string_equal(waiting(f), "first");
        reopen(f);
        assert_string_equal(waiting(f), "first");
    }
    unit_ok(spool_keep(f->s, three, 3, &number));
    assert_string_equal(waiting(f), "first one two three");
}

static dbk_err *use(void *ctx)
{
    fixture *f = ctx;
    spool *s = NULL;
    uint64_t number;
    dbk_err *e = spool_open(f->spool_folder, &f->clock.clock, &s);
    if (!e)
        e = spool_keep(s, &(spool_text){.data = "a", .length = 1}, 1, &number);
    spool_close(s);
    return e;
}

static void survives_short_memory(void **state)
{
    assert_true(unit_each_allocation_fails(use, *state) > 5);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(keeps_in_order_and_over_a_restart),
        TEST(belongs_to_one),
        TEST(quarantine_is_decided_with_who_and_why),
        TEST(what_has_expired_is_not_tried_again),
        TEST(a_log_torn_anywhere_keeps_what_was_whole),
        TEST(a_torn_end_full_of_rubbish_is_cut),
        TEST(a_flipped_bit_costs_one_record),
        TEST(damage_behind_its_back_is_an_error_of_reading),
        TEST(a_later_version_is_left_alone),
        TEST(what_is_done_makes_room),
        TEST(on_a_full_disk_nothing_is_kept_in_part),
        TEST(survives_short_memory),
    };
    return UNIT_RUN(tests);
}
