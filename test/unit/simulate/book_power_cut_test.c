/* The power is cut while a history is played into a book in a file: every call that was answered is in the
 * book afterwards, whole and once, at most the one call that was under way besides, and the book goes on from
 * there. What it should hold comes from the reference book. DAYBOOK_POWER_CUTS says how often it is cut. */
#include "../unit.h"

#include <sqlite3.h>
#include <sys/stat.h>

#include "../sqlite/power_cut.h"
#include "book/book_dump.h"
#include "book/book_verify.h"
#include "simulate/dice.h"
#include "simulate/play.h"
#include "simulate/reference.h"

#define OPERATIONS ((size_t)150)
#define CUTS_DEFAULT 20
#define CUTS_OF_A_LYING_DISK 10

/* A history, and what a book holds after the first 0, 1, … of its operations. */
typedef struct told {
    arena *arena;
    history history;
    buf *dumps;
} told;

/* How far a program came. */
typedef struct progress {
    bool opened;
    size_t answered;
} progress;

static int64_t cuts_wanted(void)
{
    const char *text = getenv("DAYBOOK_POWER_CUTS");
    return text ? strtoll(text, NULL, 10) : CUTS_DEFAULT;
}

/* ---- what should be ---- */

static told *told_of(arena *a, uint64_t seed)
{
    told *t = arena_alloc(a, sizeof(*t));
    assert_non_null(t);
    t->arena = a;
    unit_ok(history_make(a, seed, OPERATIONS, false, &t->history));
    t->dumps = arena_alloc(a, (OPERATIONS + 1) * sizeof(buf));
    assert_non_null(t->dumps);
    reference *r = reference_new();
    assert_non_null(r);
    buf unused;
    buf_init(&unused, 0);
    for (size_t i = 0; i <= OPERATIONS; i++) {
        buf_init(&t->dumps[i], 0);
        unit_ok(reference_dump(r, &t->dumps[i]));
        if (i < OPERATIONS)
            unit_ok(reference_take(r, &t->history.operations[i], &unused));
    }
    buf_term(&unused);
    reference_free(r);
    return t;
}

static void told_term(told *t)
{
    for (size_t i = 0; i <= OPERATIONS; i++)
        buf_term(&t->dumps[i]);
}

/* ---- what is ---- */

static dbk_err *differs(void *ctx, const book_difference *d)
{
    (void)ctx;
    print_error("%s %s %s: %s in the book, %s from the facts\n", d->table, d->key, d->column,
                d->stored ? d->stored : "null", d->recomputed ? d->recomputed : "null");
    return NULL;
}

static bool is_sound(sqlite_db *db)
{
    sqlite_stmt *s;
    bool row = false;
    book_verify_result result = {.differences = 1};
    dbk_err *e = sqlite_statement(db, "pragma integrity_check", &s);
    if (!e)
        e = sqlite_step_row(s, &row);
    bool whole = !e && row && strcmp(sqlite_text(s, 0), "ok") == 0;
    if (!e)
        sqlite_end(s);
    if (!e && whole)
        e = book_verify_file(db, &(book_verify_options){.difference = differs}, &result);
    bool sound = !e && whole && result.differences == 0;
    err_free(e);
    return sound;
}

/* The dump, NULL when the file is no sound book; free() it. */
static char *dump_of(const char *path)
{
    sqlite_db *db = NULL;
    book_dump_result unused;
    char *text = NULL;
    size_t size;
    const char *sections[REFERENCE_SECTIONS_MAX];
    size_t count = reference_sections(sections);
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    dbk_err *e = sqlite_open(&(sqlite_open_options){.path = path, .access = SQLITE_FOR_WRITING}, &db);
    bool sound = !e && is_sound(db);
    if (sound)
        e = book_dump_file(db, &(book_dump_options){.sections = sections, .section_count = count, .out = out},
                           &unused);
    sqlite_close(db);
    assert_int_equal(fclose(out), 0);
    if (!sound || e) {
        free(text);
        text = NULL;
    }
    err_free(e);
    return text;
}

/* ---- playing ---- */

static dbk_err *open_book(const char *path, dbk_book **out)
{
    char url[400];
    snprintf(url, sizeof url, "sqlite:%s", path);
    dbk_err *e = play_prepare_file(url);
    return e ? e : dbk_open(&(dbk_open_options){.size = sizeof(dbk_open_options), .url = url}, out);
}

/* Until the power goes. */
static progress play_until_cut(const told *t, const char *path)
{
    progress p = {.opened = false};
    dbk_book *book = NULL;
    buf answers;
    buf_init(&answers, 0);
    dbk_err *e = open_book(path, &book);
    p.opened = !e;
    while (!e && p.answered < OPERATIONS) {
        e = play(book, &t->history.operations[p.answered], &answers);
        p.answered += !e;
    }
    err_free(e);
    dbk_close(book);
    buf_term(&answers);
    return p;
}

/* The operation that nobody heard of is sent again, and the rest after it: every answer and the end are as
 * they should be. */
static bool goes_on(const told *t, const char *path, size_t answered, bool landed)
{
    dbk_book *book = NULL;
    buf got, expected;
    buf_init(&got, 0);
    buf_init(&expected, 0);
    reference *r = reference_new();
    assert_non_null(r);
    for (size_t i = 0; i < answered + landed; i++)
        unit_ok(reference_take(r, &t->history.operations[i], &expected));
    unit_ok(open_book(path, &book));
    buf_clear(&expected);
    for (size_t i = answered; i < OPERATIONS; i++) {
        unit_ok(play(book, &t->history.operations[i], &got));
        unit_ok(reference_take(r, &t->history.operations[i], &expected));
    }
    dbk_close(book);
    bool same = strcmp(got.data, expected.data) == 0;
    buf_clear(&expected);
    unit_ok(reference_dump(r, &expected));
    char *dump = dump_of(path);
    same = same && dump && strcmp(dump, expected.data) == 0;
    free(dump);
    reference_free(r);
    buf_term(&got);
    buf_term(&expected);
    return same;
}

/* A book of which nothing was answered may not be there at all. */
static bool is_kept(const told *t, const char *path, progress p)
{
    bool again_opens = p.opened && p.answered < OPERATIONS;
    if (!p.opened)
        return goes_on(t, path, 0, false);
    char *dump = dump_of(path);
    bool before = dump && strcmp(dump, t->dumps[p.answered].data) == 0;
    bool after = dump && again_opens && strcmp(dump, t->dumps[p.answered + 1].data) == 0;
    free(dump);
    return (before || after) && goes_on(t, path, p.answered, !before);
}

/* Cuts the power at `cut`, or never at 0; leaves what the disk holds at `left`. */
static progress cut_at(const told *t, int64_t cut, const char *folder, char left[400])
{
    char path[400], place[380];
    snprintf(path, sizeof path, "%s/%lld.db", folder, (long long)cut);
    snprintf(place, sizeof place, "%s/left-%lld", folder, (long long)cut);
    snprintf(left, 400, "%s/%lld.db", place, (long long)cut);
    assert_int_equal(mkdir(place, 0700), 0);
    power_cut_begin(cut);
    power_cut_everywhere(true);
    progress p = play_until_cut(t, path);
    power_cut_everywhere(false);
    assert_true(cut == 0 || power_cut_happened());
    power_cut_leave(place, (uint64_t)cut);
    return p;
}

/* A short log, so that it is written back into the file every few calls. */
static int shorten_log(sqlite3 *db, char **error, const struct sqlite3_api_routines *unused)
{
    (void)error;
    (void)unused;
    return sqlite3_wal_autocheckpoint(db, 20);
}

typedef struct summary {
    int64_t cuts, lost, answered;
} summary;

static summary cut_often(uint64_t seed, int64_t cuts, bool honest)
{
    summary s = {.cuts = cuts};
    arena *a = unit_arena();
    told *t = told_of(a, seed);
    const char *folder = unit_folder(a);
    char left[400];
    assert_int_equal(cut_at(t, 0, folder, left).answered, OPERATIONS);
    int64_t operations = power_cut_operations();
    dice d = {seed};
    for (int64_t i = 0; i < cuts; i++) {
        char below[320];
        snprintf(below, sizeof below, "%s/%lld", folder, (long long)i);
        assert_int_equal(mkdir(below, 0700), 0);
        power_cut_lie(!honest);
        progress p = cut_at(t, 1 + (int64_t)dice_below(&d, (uint64_t)operations), below, left);
        s.lost += !is_kept(t, left, p);
        s.answered += (int64_t)p.answered;
        unit_remove(below);
    }
    power_cut_lie(false);
    power_cut_end();
    unit_remove(folder);
    told_term(t);
    arena_free(a);
    return s;
}

static void what_was_answered_is_in_the_book(void **state)
{
    (void)state;
    summary sum = {.cuts = 0};
    for (uint64_t seed = 1; sum.cuts < cuts_wanted(); seed++) {
        summary s = cut_often(seed, 10, true);
        sum.cuts += s.cuts;
        sum.lost += s.lost;
        sum.answered += s.answered;
    }
    assert_int_equal(sum.lost, 0);
    assert_true(sum.answered > sum.cuts * (int64_t)OPERATIONS / 4);
    print_message("# %lld cuts, %lld calls answered before them, none lost\n", (long long)sum.cuts,
                  (long long)sum.answered);
}

static void on_a_disk_that_does_not_flush_it_would_not_be(void **state)
{
    (void)state;
    assert_true(cut_often(1, CUTS_OF_A_LYING_DISK, false).lost > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_answered_is_in_the_book),
        cmocka_unit_test(on_a_disk_that_does_not_flush_it_would_not_be),
    };
    sqlite3_auto_extension((void (*)(void))shorten_log);
    return UNIT_RUN(tests);
}
