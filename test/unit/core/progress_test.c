#include "../unit.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/progress.h"

struct terminal {
    int master;
    FILE *stream;
    clock_fake clock;
};

static void open_terminal(struct terminal *t, unsigned short columns)
{
    t->master = posix_openpt(O_RDWR | O_NOCTTY);
    assert_true(t->master >= 0);
    assert_int_equal(grantpt(t->master), 0);
    assert_int_equal(unlockpt(t->master), 0);
    int slave = open(ptsname(t->master), O_RDWR | O_NOCTTY);
    assert_true(slave >= 0);
    struct winsize size = {.ws_row = 24, .ws_col = columns};
    assert_int_equal(ioctl(slave, TIOCSWINSZ, &size), 0);
    t->stream = fdopen(slave, "w");
    fcntl(t->master, F_SETFL, O_NONBLOCK);
    clock_fake_init(&t->clock, 0);
}

static void close_terminal(struct terminal *t)
{
    fclose(t->stream);
    close(t->master);
}

static void assert_drawn(struct terminal *t, const char *expected)
{
    char text[1024] = "";
    ssize_t n = read(t->master, text, sizeof text - 1);
    text[n > 0 ? n : 0] = '\0';
    assert_string_equal(text, expected);
}

static void draws_at_most_ten_times_a_second(void **state)
{
    (void)state;
    struct terminal t;
    progress *p;
    open_terminal(&t, 120);
    unit_ok(progress_new(t.stream, &t.clock.clock, "candles", "rows", 4000000, &p));
    assert_drawn(&t, "");
    progress_set(p, 0);
    assert_drawn(&t, "\r\033[Kcandles: 0 of 4,000,000 rows (0%)");
    clock_fake_advance(&t.clock, 99999);
    progress_set(p, 5);
    assert_drawn(&t, "");
    clock_fake_advance(&t.clock, 1900001);
    progress_set(p, 1000000);
    assert_drawn(&t, "\r\033[Kcandles: 1,000,000 of 4,000,000 rows (25%), 500,000/s, 0:06 left");
    progress_label(p, "trades");
    assert_drawn(&t, "\r\033[Ktrades: 1,000,000 of 4,000,000 rows (25%), 500,000/s, 0:06 left");
    progress_free(p);
    assert_drawn(&t, "\r\033[K");
    close_terminal(&t);
}

static void an_unknown_total_has_no_percentage(void **state)
{
    (void)state;
    struct terminal t;
    progress *p;
    open_terminal(&t, 120);
    unit_ok(progress_new(t.stream, &t.clock.clock, "fi\x1bles", "files", 0, &p));
    progress_set(p, 123);
    assert_drawn(&t, "\r\033[Kfi?les: 123 files");
    progress_free(p);
    close_terminal(&t);
}

static void a_line_never_wraps(void **state)
{
    (void)state;
    struct terminal t;
    progress *p;
    open_terminal(&t, 12);
    unit_ok(progress_new(t.stream, &t.clock.clock, "\xe6\x97\xa5\xe6\x9c\xac", "rows", 0, &p));
    progress_set(p, 123456);
    assert_drawn(&t, "\r\033[K\xe6\x97\xa5\xe6\x9c\xac: 123,4");
    progress_free(p);
    close_terminal(&t);
}

static void without_a_terminal_nothing_is_printed(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    progress *p;
    unit_ok(progress_new(file, clock_system(), "x", "rows", 10, &p));
    progress_set(p, 5);
    progress_label(p, "y");
    progress_free(p);
    progress_free(NULL);
    assert_int_equal(ftell(file), 0);
    fclose(file);
}

static dbk_err *make_and_free(void *ctx)
{
    progress *p = NULL;
    dbk_err *e = progress_new(ctx, clock_system(), "x", "rows", 10, &p);
    if (!e)
        progress_label(p, "y");
    progress_free(p);
    return e;
}

static void short_memory_is_reported(void **state)
{
    (void)state;
    assert_int_equal(unit_each_allocation_fails(make_and_free, stderr), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_at_most_ten_times_a_second),
        cmocka_unit_test(an_unknown_total_has_no_percentage),
        cmocka_unit_test(a_line_never_wraps),
        cmocka_unit_test(without_a_terminal_nothing_is_printed),
        cmocka_unit_test(short_memory_is_reported),
    };
    return UNIT_RUN(tests);
}
