#include "../files.h"

#include "market/ingest/published.h"

/* SHA-256 of "abc", FIPS 180-2. */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static published check(arena *a, const char *folder, const char *checksum)
{
    published out;
    source_identity identity;
    const char *path = files_write_text(a, folder, "x-2021.csv", "abc");
    unit_ok(source_identify_path(path, &identity));
    if (checksum)
        files_write_text(a, folder, "x-2021.csv.CHECKSUM", checksum);
    unit_ok(published_check(a, path, &identity, &out));
    return out;
}

static void a_published_hash_is_compared(void **state)
{
    arena *a = unit_arena();
    const char *folder = unit_folder(a);
    (void)state;
    assert_int_equal(check(a, folder, NULL).verdict, PUBLISHED_NONE);
    assert_int_equal(check(a, folder, ABC "  x-2021.csv\n").verdict, PUBLISHED_MATCHES);
    assert_int_equal(check(a, folder, ABC " *x-2021.csv").verdict, PUBLISHED_MATCHES);
    assert_int_equal(check(a, folder, ZEROS "  other.csv\n" ABC "  x-2021.csv\r\n").verdict,
                     PUBLISHED_MATCHES);
    published differs = check(a, folder, ZEROS "  x-2021.csv\n");
    assert_int_equal(differs.verdict, PUBLISHED_DIFFERS);
    assert_non_null(strstr(differs.reason, "its SHA-256 is " ABC));
    assert_int_equal(differs.sha256[0], 0);
    unit_remove(folder);
    arena_free(a);
}

/* A file that says nothing of ours is no permission. */
static void what_does_not_name_the_file_is_told(void **state)
{
    static const char *const texts[] = {
        "", "\n", ABC, ABC "  y-2021.csv\n", "abc  x-2021.csv\n", "<html></html>\n"};
    arena *a = unit_arena();
    const char *folder = unit_folder(a);
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        published p = check(a, folder, texts[i]);
        assert_int_equal(p.verdict, PUBLISHED_UNREADABLE);
        assert_non_null(strstr(p.reason, "no line for this file"));
    }
    unit_remove(folder);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_published_hash_is_compared),
        cmocka_unit_test(what_does_not_name_the_file_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
