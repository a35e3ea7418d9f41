#include "market/ingest/content_cut.h"

#include "../../unit.h"
#include "core/mem.h"
#include "core/sha256.h"

#define LINES 60000
#define PIECES_MAX 128

typedef struct pieces {
    size_t count;
    size_t lengths[PIECES_MAX];
    uint8_t hashes[PIECES_MAX][32];
} pieces;

static size_t put_line(char *to, int number)
{
    return (size_t)sprintf(to, "%lld,%d.25,%d.75,0.5,2,10.00000000\n",
                           (long long)1577836800000 + number * INT64_C(60000), 40000 + number % 977,
                           41000 + number % 13);
}

static char *write_lines(int count, size_t *length)
{
    char *text = mem_alloc((size_t)count * 80);
    *length = 0;
    for (int i = 0; i < count; i++)
        *length += put_line(text + *length, i);
    return text;
}

/* As much at a time as a reader may have: what is not enough yet is asked about again with more. */
static void cut_all(const char *bytes, size_t length, size_t step, pieces *out)
{
    size_t start = 0, have = 0;
    out->count = 0;
    while (start < length) {
        size_t n = content_cut(bytes + start, have - start, have == length);
        if (n == 0) {
            assert_true(have < length);
            have = have + step < length ? have + step : length;
            continue;
        }
        assert_true(n <= have - start && n <= CONTENT_CUT_BYTES_MAX && out->count < PIECES_MAX);
        assert_true(n >= CONTENT_CUT_BYTES_MIN || start + n == length);
        assert_null(sha256_of(bytes + start, n, out->hashes[out->count]));
        out->lengths[out->count++] = n;
        start += n;
    }
}

static size_t shared(const pieces *a, const pieces *b)
{
    size_t count = 0;
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++)
            count += memcmp(a->hashes[i], b->hashes[j], 32) == 0;
    return count;
}

static void it_cuts_behind_lines_and_not_by_how_much_was_read(void **state)
{
    (void)state;
    size_t length;
    char *text = write_lines(LINES, &length);
    pieces whole, little;
    cut_all(text, length, length, &whole);
    cut_all(text, length, 777, &little);
    assert_true(whole.count > 4);
    assert_int_equal(whole.count, little.count);
    assert_int_equal(shared(&whole, &little), whole.count);
    size_t at = 0;
    for (size_t i = 0; i < whole.count; i++) {
        at += whole.lengths[i];
        assert_int_equal(text[at - 1], '\n');
        if (i + 1 < whole.count)
            assert_true(whole.lengths[i] < CONTENT_CUT_BYTES_MAX);
    }
    mem_free(text);
}

static void files_that_share_lines_share_chunks(void **state)
{
    (void)state;
    size_t length;
    char *text = write_lines(LINES, &length);
    char *more = mem_alloc(length + 100);
    pieces whole, with_header, with_change, without_beginning;
    cut_all(text, length, length, &whole);

    memcpy(more, "open_time,open,high,low,close,volume\n", 37);
    memcpy(more + 37, text, length);
    cut_all(more, length + 37, length, &with_header);
    assert_true(shared(&whole, &with_header) + 3 >= whole.count);

    memcpy(more, text, length);
    more[length / 2] = more[length / 2] == '1' ? '2' : '1';
    cut_all(more, length, length, &with_change);
    assert_true(shared(&whole, &with_change) + 3 >= whole.count);
    assert_true(shared(&whole, &with_change) < whole.count);

    const size_t left_out = length / 3;
    cut_all(text + left_out, length - left_out, length, &without_beginning);
    assert_true(shared(&whole, &without_beginning) + 3 >= without_beginning.count);
    mem_free(more);
    mem_free(text);
}

static void what_has_no_such_line_is_cut_at_the_greatest_length(void **state)
{
    (void)state;
    const size_t most = CONTENT_CUT_BYTES_MAX, length = 2 * most + 5;
    char *bytes = mem_alloc(length);
    pieces p;
    for (int lines = 0; lines < 2; lines++) {
        memset(bytes, lines ? '\n' : 'x', length);
        cut_all(bytes, length, 100000, &p);
        assert_int_equal(p.count, 3);
        assert_int_equal(p.lengths[0], most);
        assert_int_equal(p.lengths[1], most);
    }
    mem_free(bytes);
}

static void little_is_one_chunk_when_nothing_follows(void **state)
{
    (void)state;
    char *bytes = mem_alloc(CONTENT_CUT_BYTES_MAX);
    assert_int_equal(content_cut(bytes, 0, true), 0);
    assert_int_equal(content_cut(bytes, 1, true), 1);
    assert_int_equal(content_cut(bytes, CONTENT_CUT_BYTES_MIN, true), CONTENT_CUT_BYTES_MIN);
    assert_int_equal(content_cut(bytes, CONTENT_CUT_BYTES_MAX - 1, false), 0);
    mem_free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_cuts_behind_lines_and_not_by_how_much_was_read),
        cmocka_unit_test(files_that_share_lines_share_chunks),
        cmocka_unit_test(what_has_no_such_line_is_cut_at_the_greatest_length),
        cmocka_unit_test(little_is_one_chunk_when_nothing_follows),
    };
    return UNIT_RUN(tests);
}
