#include "../files.h"

#include <sys/stat.h>

#include "core/buf.h"
#include "core/sha256.h"
#include "market/formats/source.h"

typedef struct fixture {
    arena *a;
    const char *folder;
} fixture;

static int setup(void **state)
{
    fixture *f = mem_alloc(sizeof(*f));
    f->a = unit_arena();
    f->folder = unit_folder(f->a);
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

/* Reads everything in pieces of `piece` bytes; *content is in the arena. */
static dbk_err *read_all(arena *a, const char *path, size_t piece, char **content, size_t *length)
{
    source *s;
    dbk_err *e = source_open(path, &s);
    if (e)
        return e;
    buf all;
    buf_init(&all, (size_t)64 << 20);
    for (size_t got = 1; got > 0 && !e;) {
        char bytes[4096];
        assert_true(piece <= sizeof(bytes));
        e = source_read(s, bytes, piece, &got);
        if (!e)
            buf_append(&all, bytes, got);
    }
    if (!e) {
        *content = arena_memdup(a, all.data, all.length + 1);
        *length = all.length;
    }
    buf_term(&all);
    source_close(s);
    return e;
}

static char *long_text(arena *a, size_t lines)
{
    buf b;
    buf_init(&b, (size_t)64 << 20);
    for (size_t i = 0; i < lines; i++)
        buf_printf(&b, "%zu,some text that is not the same on every line %zu\n", i, i * 7919);
    char *text = arena_strdup(a, b.data);
    buf_term(&b);
    return text;
}

static void assert_content(fixture *f, const char *path, const char *expected)
{
    static const size_t pieces[] = {1, 7, 4096};
    for (size_t i = strlen(expected) > 100000 ? 2 : 0; i < 3; i++) {
        char *content;
        size_t length;
        unit_ok(read_all(f->a, path, pieces[i], &content, &length));
        assert_int_equal(length, strlen(expected));
        assert_memory_equal(content, expected, length);
    }
}

static void packing_is_told_by_content(void **state)
{
    fixture *f = *state;
    const char *text = "1,2\n3,4\n";
    size_t packed;
    void *gz = files_gzip(f->a, text, strlen(text), &packed);
    assert_content(f, files_write_text(f->a, f->folder, "plain.zip", text), text);
    assert_content(f, files_write(f->a, f->folder, "gzip.csv", gz, packed), text);
    assert_content(f, files_zip(f->a, f->folder, "zip.gz", &(files_member){"a.csv", text, NULL}, 1), text);
}

static void large_files_stream(void **state)
{
    fixture *f = *state;
    char *text = long_text(f->a, 40000);
    size_t packed;
    void *gz = files_gzip(f->a, text, strlen(text), &packed);
    assert_content(f, files_write_text(f->a, f->folder, "a.csv", text), text);
    assert_content(f, files_write(f->a, f->folder, "a.gz", gz, packed), text);
    assert_content(f, files_zip(f->a, f->folder, "a.zip", &(files_member){"a.csv", text, NULL}, 1), text);
}

static void gzip_members_follow_each_other(void **state)
{
    fixture *f = *state;
    size_t first_length, second_length;
    void *first = files_gzip(f->a, "one\n", 4, &first_length);
    void *second = files_gzip(f->a, "two\n", 4, &second_length);
    char all[512] = {0};
    memcpy(all, first, first_length);
    memcpy(all + first_length, second, second_length);
    size_t length = first_length + second_length;
    assert_content(f, files_write(f->a, f->folder, "two.gz", all, length), "one\ntwo\n");
    assert_content(f, files_write(f->a, f->folder, "padded.gz", all, length + 100), "one\ntwo\n");
    all[length + 50] = 'x';
    char *content;
    unit_refused(
        read_all(f->a, files_write(f->a, f->folder, "followed.gz", all, length + 100), 64, &content, &length),
        ERR_INPUT, "followed by something");
}

/* However much is cut off, it is noticed; however little is read at once. */
static void truncated_gzip_is_refused(void **state)
{
    fixture *f = *state;
    char *text = long_text(f->a, 50);
    size_t packed;
    void *gz = files_gzip(f->a, text, strlen(text), &packed);
    for (size_t kept = 2; kept < packed; kept += 1 + kept / 9) {
        char *content;
        size_t length;
        unit_refused(
            read_all(f->a, files_write(f->a, f->folder, "cut.gz", gz, kept), 4096, &content, &length),
            ERR_INPUT, "truncated gzip file");
    }
}

/* Damage is noticed unless it changes nothing: bits behind the end of the last block, fields of a directory
 * that nobody reads. */
static void assert_refused_or_same(fixture *f, const char *name, const void *bytes, size_t size,
                                   const char *expected)
{
    char *content = NULL;
    size_t length = 0;
    dbk_err *e = read_all(f->a, files_write(f->a, f->folder, name, bytes, size), 4096, &content, &length);
    if (e) {
        assert_int_equal(err_code(e), ERR_INPUT);
    } else {
        assert_int_equal(length, strlen(expected));
        assert_memory_equal(content, expected, length);
    }
    err_free(e);
}

static void changed_gzip_is_refused(void **state)
{
    fixture *f = *state;
    char *text = long_text(f->a, 50);
    size_t packed;
    uint8_t *gz = files_gzip(f->a, text, strlen(text), &packed);
    for (size_t at = 10; at < packed; at++) {
        gz[at] ^= 0x10;
        assert_refused_or_same(f, "changed.gz", gz, packed, text);
        gz[at] ^= 0x10;
    }
    gz[packed - 6] ^= 1;
    char *content;
    size_t length;
    unit_refused(read_all(f->a, files_write(f->a, f->folder, "crc.gz", gz, packed), 64, &content, &length),
                 ERR_INPUT, "incorrect data check");
}

static void changed_zip_is_refused(void **state)
{
    fixture *f = *state;
    char *text = long_text(f->a, 50);
    const char *path = files_zip(f->a, f->folder, "a.zip", &(files_member){"a.csv", text, NULL}, 1);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    uint8_t zipped[8192];
    size_t size = fread(zipped, 1, sizeof(zipped), file);
    fclose(file);
    for (size_t at = 4; at < size; at++) {
        zipped[at] ^= 0x01;
        assert_refused_or_same(f, "changed.zip", zipped, size, text);
        zipped[at] ^= 0x01;
    }
    char *content;
    size_t length;
    for (size_t kept = 4; kept < size; kept += 13) {
        dbk_err *e =
            read_all(f->a, files_write(f->a, f->folder, "cut.zip", zipped, kept), 4096, &content, &length);
        assert_int_equal(err_code(e), ERR_INPUT);
        err_free(e);
    }
}

static void a_zip_holds_one_file(void **state)
{
    fixture *f = *state;
    char *content;
    size_t length;
    const files_member mac[] = {
        {"a.csv", "1\n", NULL}, {"__MACOSX/._a.csv", "x", NULL}, {"folder/", "", NULL}};
    assert_content(f, files_zip(f->a, f->folder, "mac.zip", mac, 2), "1\n");
    const files_member readme[] = {{"README", "x", NULL}, {"a.CSV", "1\n", NULL}};
    assert_content(f, files_zip(f->a, f->folder, "readme.zip", readme, 2), "1\n");
    const files_member two[] = {{"a.csv", "1\n", NULL}, {"b.csv", "2\n", NULL}};
    unit_refused(read_all(f->a, files_zip(f->a, f->folder, "two.zip", two, 2), 64, &content, &length),
                 ERR_INPUT, "holds 2 files, 2 of them .csv");
    const files_member secret[] = {{"a.csv", "1\n", "password"}};
    unit_refused(read_all(f->a, files_zip(f->a, f->folder, "secret.zip", secret, 1), 64, &content, &length),
                 ERR_INPUT, "encrypted");
}

static void bombs_are_refused(void **state)
{
    fixture *f = *state;
    size_t size = (size_t)80 << 20;
    char *zeros = mem_alloc(size + 1);
    memset(zeros, '0', size);
    const char *path = files_zip(f->a, f->folder, "bomb.zip", &(files_member){"a.csv", zeros, NULL}, 1);
    char *content;
    size_t length, packed;
    arena *big = arena_new((size_t)256 << 20);
    void *gz = files_gzip(big, zeros, size, &packed);
    mem_free(zeros);
    unit_refused(read_all(f->a, path, 4096, &content, &length), ERR_INPUT, "times its size");
    path = files_write(f->a, f->folder, "bomb.gz", gz, packed);
    arena_free(big);
    source *s;
    unit_ok(source_open(path, &s));
    char bytes[65536];
    dbk_err *e = NULL;
    for (size_t got = 1; got > 0 && !e;)
        e = source_read(s, bytes, sizeof(bytes), &got);
    unit_refused(e, ERR_INPUT, "times its size");
    source_close(s);
}

/* A tar archive of GNU's or POSIX's, in pieces: a header block, then content in whole blocks. */
static size_t add_member(char *tar, size_t at, char type, const char *content, size_t length)
{
    char *header = tar + at;
    memset(header, 0, 512);
    memcpy(header, "folder/a name.json", 18);
    memcpy(header + 100,
           "0000644\0"
           "0000000\0"
           "0000000\0",
           24);
    snprintf(header + 124, 13, "%011zo", length);
    memcpy(header + 136, "00000000000", 12);
    header[156] = type;
    memcpy(header + 257,
           "ustar\0"
           "00",
           8);
    memset(header + 148, ' ', 8);
    unsigned sum = 0;
    for (size_t i = 0; i < 512; i++)
        sum += (unsigned char)header[i];
    snprintf(header + 148, 8, "%06o", sum);
    memset(header + 512, 0, (length + 511) / 512 * 512);
    memcpy(header + 512, content, length);
    return at + 512 + (length + 511) / 512 * 512;
}

static size_t make_tar(char *tar)
{
    size_t at = add_member(tar, 0, '5', "", 0);
    at = add_member(tar, at, 'x', "30 path=a long name\n", 20);
    at = add_member(tar, at, '0', "one\n", 4);
    at = add_member(tar, at, '2', "", 0);
    at = add_member(tar, at, '0', "", 0);
    char block[512];
    memset(block, 'x', sizeof(block));
    at = add_member(tar, at, '0', block, sizeof(block));
    at = add_member(tar, at, '\0', "three", 5);
    memset(tar + at, 0, 10240 - at % 10240);
    return at + 10240 - at % 10240;
}

static void files_of_a_tar_follow_each_other(void **state)
{
    fixture *f = *state;
    char tar[20480];
    char expected[600];
    size_t size = make_tar(tar);
    memset(expected, 'x', sizeof(expected));
    memcpy(expected, "one\n", 4);
    memcpy(expected + 516, "\nthree\n", 8);
    assert_content(f, files_write(f->a, f->folder, "t.tar", tar, size), expected);
    size_t packed;
    void *gzip = files_gzip(f->a, tar, size, &packed);
    assert_content(f, files_write(f->a, f->folder, "t.tar.gz", gzip, packed), expected);
}

static void truncated_tar_is_refused(void **state)
{
    fixture *f = *state;
    char tar[20480];
    size_t size = make_tar(tar);
    size_t end = size - 10240;
    while (end < size && tar[end] != 't')
        end++;
    for (size_t cut = 512; cut <= end / 512 * 512 + 512; cut += 100) {
        source *s;
        char p[4096];
        size_t got = 1;
        unit_ok(source_open(files_write(f->a, f->folder, "t.tar", tar, cut), &s));
        dbk_err *e = NULL;
        while (!e && got > 0)
            e = source_read(s, p, sizeof(p), &got);
        unit_refused(e, ERR_INPUT, "truncated tar archive");
        source_close(s);
    }
    tar[513] = 'y'; /* in the second header */
    source *s;
    char p[4096];
    size_t got = 1;
    unit_ok(source_open(files_write(f->a, f->folder, "t.tar", tar, size), &s));
    unit_refused(source_read(s, p, sizeof(p), &got), ERR_INPUT, "damaged tar archive: a header is not one");
    source_close(s);
}

static void what_is_no_file_is_refused(void **state)
{
    fixture *f = *state;
    source *s;
    unit_refused(source_open(files_write_text(f->a, f->folder, "empty.csv", ""), &s), ERR_INPUT, "empty");
    unit_refused(source_open(f->folder, &s), ERR_INPUT, "not a regular file");
    unit_refused(source_open("/dev/null", &s), ERR_INPUT, "not a regular file");
    const char *fifo = arena_printf(f->a, "%s/pipe", f->folder);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    unit_refused(source_open(fifo, &s), ERR_INPUT, "not a regular file");
    unit_refused(source_open("/nonexistent/file.csv", &s), ERR_NOT_FOUND, "/nonexistent/file.csv");
}

/* The identity is that of the file on disk, however far it was read before. */
static void identity_is_of_the_file(void **state)
{
    fixture *f = *state;
    char *text = long_text(f->a, 20000);
    size_t packed;
    void *gz = files_gzip(f->a, text, strlen(text), &packed);
    const char *path = files_write(f->a, f->folder, "a.gz", gz, packed);
    uint8_t expected[32];
    unit_ok(sha256_of(gz, packed, expected));
    for (int reads = 0; reads < 3; reads++) {
        source *s;
        source_identity identity;
        unit_ok(source_open(path, &s));
        char bytes[4096];
        size_t got = 0;
        for (int i = 0; i < reads * 5; i++)
            unit_ok(source_read(s, bytes, sizeof(bytes), &got));
        unit_ok(source_identify(s, &identity));
        source_close(s);
        assert_memory_equal(identity.sha256, expected, 32);
        assert_int_equal(identity.size_bytes, packed);
    }
    source_identity identity;
    unit_ok(source_identify_path(path, &identity));
    assert_memory_equal(identity.sha256, expected, 32);
    path = files_zip(f->a, f->folder, "a.zip", &(files_member){"a.csv", text, NULL}, 1);
    source_identity by_path;
    source *s;
    unit_ok(source_identify_path(path, &by_path));
    unit_ok(source_open(path, &s));
    char bytes[4096];
    size_t got;
    unit_ok(source_read(s, bytes, sizeof(bytes), &got));
    unit_ok(source_identify(s, &identity));
    unit_ok(source_read(s, bytes, sizeof(bytes), &got));
    assert_memory_equal(bytes, text + sizeof(bytes), got);
    source_close(s);
    assert_memory_equal(identity.sha256, by_path.sha256, 32);
}

static void recorded_damaged_zip_is_refused(void **state)
{
    fixture *f = *state;
    const char *path = files_recorded(f->a, "nautilus/ADABTC-1m-2021-11-27.zip");
    if (!path)
        skip();
    char *content;
    size_t length;
    unit_refused(read_all(f->a, path, 4096, &content, &length), ERR_INPUT, "damaged zip archive");
    unit_ok(
        read_all(f->a, files_recorded(f->a, "nautilus/ADABTC-1m-2021-11-28.zip"), 4096, &content, &length));
    assert_int_equal(length, 184313);
}

typedef struct read_job {
    fixture *f;
    const char *path;
} read_job;

static dbk_err *read_job_run(void *ctx)
{
    read_job *j = ctx;
    source *s = NULL;
    char bytes[64];
    size_t got;
    source_identity identity;
    dbk_err *e = source_open(j->path, &s);
    if (!e)
        e = source_read(s, bytes, sizeof(bytes), &got);
    if (!e)
        e = source_identify(s, &identity);
    if (s)
        source_close(s);
    return e;
}

static void short_memory_is_an_error(void **state)
{
    fixture *f = *state;
    size_t packed;
    void *gz = files_gzip(f->a, "1\n", 2, &packed);
    read_job plain = {f, files_write_text(f->a, f->folder, "a.csv", "1\n")};
    read_job gzip = {f, files_write(f->a, f->folder, "a.gz", gz, packed)};
    assert_true(unit_each_allocation_fails(read_job_run, &plain) > 0);
    assert_true(unit_each_allocation_fails(read_job_run, &gzip) > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(packing_is_told_by_content),
        TEST(large_files_stream),
        TEST(gzip_members_follow_each_other),
        TEST(truncated_gzip_is_refused),
        TEST(changed_gzip_is_refused),
        TEST(changed_zip_is_refused),
        TEST(a_zip_holds_one_file),
        TEST(bombs_are_refused),
        TEST(files_of_a_tar_follow_each_other),
        TEST(truncated_tar_is_refused),
        TEST(what_is_no_file_is_refused),
        TEST(identity_is_of_the_file),
        TEST(recorded_damaged_zip_is_refused),
        TEST(short_memory_is_an_error),
    };
    return UNIT_RUN(tests);
}
