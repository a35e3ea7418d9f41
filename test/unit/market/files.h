/* files.h: candle files made by tests. */
#ifndef DAYBOOK_TEST_MARKET_FILES_H
#define DAYBOOK_TEST_MARKET_FILES_H

#include "../unit.h"

#include <zip.h>
#include <zlib.h>

/* Writes folder/name; the path lives in the arena. */
static inline const char *files_write(arena *a, const char *folder, const char *name, const void *data,
                                      size_t length)
{
    char *path = arena_printf(a, "%s/%s", folder, name);
    assert_non_null(path);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(data, 1, length, f), length);
    assert_int_equal(fclose(f), 0);
    return path;
}

static inline const char *files_write_text(arena *a, const char *folder, const char *name, const char *text)
{
    return files_write(a, folder, name, text, strlen(text));
}

/* One gzip member in the arena. */
static inline void *files_gzip(arena *a, const void *data, size_t length, size_t *packed)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)length};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&z, (uLong)length) + 64;
    void *out = arena_alloc(a, room);
    assert_non_null(out);
    z.next_out = out;
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    *packed = room - z.avail_out;
    deflateEnd(&z);
    return out;
}

typedef struct files_member {
    const char *name;
    const char *text;
    const char *password; /* NULL: not encrypted */
} files_member;

static inline const char *files_zip(arena *a, const char *folder, const char *name,
                                    const files_member *members, size_t count)
{
    char *path = arena_printf(a, "%s/%s", folder, name);
    int code = 0;
    zip_t *archive = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &code);
    assert_non_null(archive);
    for (size_t i = 0; i < count; i++) {
        zip_source_t *content = zip_source_buffer(archive, members[i].text, strlen(members[i].text), 0);
        zip_int64_t index = zip_file_add(archive, members[i].name, content, 0);
        assert_true(index >= 0);
        if (members[i].password)
            assert_int_equal(
                zip_file_set_encryption(archive, (zip_uint64_t)index, ZIP_EM_AES_256, members[i].password),
                0);
    }
    assert_int_equal(zip_close(archive), 0);
    return path;
}

/* A file of the recorded data that the environment names, or NULL: then the test skips itself by name. */
static inline const char *files_recorded(arena *a, const char *name)
{
    const char *folder = getenv("DAYBOOK_TEST_DATA");
    return folder && *folder ? arena_printf(a, "%s/%s", folder, name) : NULL;
}

#endif
