/* One file out of a zip archive. libzip checks the archive's directory when it is opened and the member's CRC
 * when its end is read; the length is checked here as well. The one member is read straight through, never
 * extracted. */
#include "market/formats/source_int.h"

#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "core/mem.h"

#define MEMBERS_MAX 10000

struct source_zip {
    zip_t *archive;
    zip_file_t *member;
    const char *name; /* of the archive */
    uint32_t crc32;
    int64_t size_bytes; /* unpacked, as the directory says */
    int64_t packed_bytes;
    int64_t read_bytes;
    bool end;
};

/* Finder's resource forks travel in archives made on a Mac. */
static bool is_data_member(const char *name)
{
    size_t length = strlen(name);
    return length > 0 && name[length - 1] != '/' && strncmp(name, "__MACOSX/", 9) != 0;
}

static bool is_csv(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcasecmp(name + length - 4, ".csv") == 0;
}

/* The only file, or the only .csv among others. */
static dbk_err *choose_member(zip_t *archive, zip_uint64_t *chosen)
{
    zip_int64_t count = zip_get_num_entries(archive, 0);
    if (count > MEMBERS_MAX)
        return err_new(ERR_INPUT, "the zip archive holds %lld files", (long long)count);
    int files = 0;
    int csvs = 0;
    zip_uint64_t file = 0;
    zip_uint64_t csv = 0;
    for (zip_uint64_t i = 0; i < (zip_uint64_t)count; i++) {
        const char *name = zip_get_name(archive, i, 0);
        if (!name || !is_data_member(name))
            continue;
        files++;
        file = i;
        if (is_csv(name)) {
            csvs++;
            csv = i;
        }
    }
    if (files != 1 && csvs != 1) {
        dbk_err *e = err_new(ERR_INPUT, "the zip archive holds %d files, %d of them .csv; one is expected",
                             files, csvs);
        return err_with_hint(e, "unpack it into a folder and ingest that");
    }
    *chosen = files == 1 ? file : csv;
    return NULL;
}

static dbk_err *open_member(source_zip *z)
{
    zip_uint64_t index = 0;
    dbk_err *e = choose_member(z->archive, &index);
    if (e)
        return e;
    zip_stat_t st;
    if (zip_stat_index(z->archive, index, 0, &st) != 0)
        return err_new(ERR_INPUT, "damaged zip archive: %s", zip_strerror(z->archive));
    const zip_uint64_t wanted = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_ENCRYPTION_METHOD;
    if ((st.valid & wanted) != wanted || st.size > INT64_MAX || st.comp_size > INT64_MAX)
        return err_new(ERR_INPUT, "damaged zip archive: the directory does not say how long \"%s\" is",
                       st.name);
    if (st.encryption_method != ZIP_EM_NONE)
        return err_new(ERR_INPUT, "\"%s\" in the zip archive is encrypted", st.name);
    if (st.size / SOURCE_RATIO_MAX > st.comp_size)
        return err_new(ERR_INPUT, "\"%s\" in the zip archive claims to unpack to more than %d times its size",
                       st.name, SOURCE_RATIO_MAX);
    z->name = st.name;
    z->crc32 = st.crc;
    z->size_bytes = (int64_t)st.size;
    z->packed_bytes = (int64_t)st.comp_size;
    z->member = zip_fopen_index(z->archive, index, 0);
    if (!z->member)
        return err_new(ERR_INPUT, "damaged zip archive: %s", zip_strerror(z->archive));
    return NULL;
}

dbk_err *source_zip_open(int fd, int64_t size_bytes, source_zip **out)
{
    source_zip *z = mem_alloc(sizeof(*z));
    if (!z) {
        close(fd);
        return err_oom();
    }
    int code = 0;
    z->archive = zip_fdopen(fd, 0, &code);
    dbk_err *e = NULL;
    if (!z->archive) {
        close(fd);
        zip_error_t why;
        zip_error_init_with_code(&why, code);
        e = err_new(ERR_INPUT, "damaged zip archive: %s (%lld bytes on disk)", zip_error_strerror(&why),
                    (long long)size_bytes);
        zip_error_fini(&why);
        err_with_hint(
            e, "its directory does not agree with its contents: bytes were lost or changed; fetch it again");
    } else {
        e = open_member(z);
    }
    if (e) {
        source_zip_close(z);
        return e;
    }
    *out = z;
    return NULL;
}

void source_zip_close(source_zip *z)
{
    if (!z)
        return;
    if (z->member)
        zip_fclose(z->member);
    if (z->archive)
        zip_discard(z->archive);
    mem_free(z);
}

static dbk_err *check_end(source_zip *z)
{
    if (z->read_bytes != z->size_bytes)
        return err_new(ERR_INPUT, "damaged zip archive: the member has %lld bytes, its directory says %lld",
                       (long long)z->read_bytes, (long long)z->size_bytes);
    z->end = true;
    return NULL;
}

dbk_err *source_zip_read(source_zip *z, void *p, size_t size, size_t *got)
{
    if (z->end) {
        *got = 0;
        return NULL;
    }
    zip_int64_t n = zip_fread(z->member, p, size);
    if (n < 0) {
        zip_error_t *why = zip_file_get_error(z->member);
        if (zip_error_code_zip(why) == ZIP_ER_MEMORY)
            return err_oom();
        return err_new(ERR_INPUT, "damaged zip archive: %s, after %lld unpacked bytes",
                       zip_error_strerror(why), (long long)z->read_bytes);
    }
    z->read_bytes += n;
    if (n == 0) {
        dbk_err *e = check_end(z);
        if (e)
            return e;
    }
    *got = (size_t)n;
    return NULL;
}

void source_zip_member(const source_zip *z, source_member *out)
{
    *out = (source_member){.name = z->name, .crc32 = z->crc32, .size_bytes = z->size_bytes};
}

int64_t source_zip_position_bytes(const source_zip *z)
{
    if (z->size_bytes == 0)
        return z->packed_bytes;
    return (int64_t)((double)z->packed_bytes * ((double)z->read_bytes / (double)z->size_bytes));
}
