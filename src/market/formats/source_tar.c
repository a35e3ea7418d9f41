/* The files of a tar archive, one after another, as one stream of bytes. A tar archive has no directory:
 * every file stands behind a block of 512 bytes that says what it is and how long, and is filled up to a
 * whole number of blocks; two blocks of zeros end it. Names do not matter here and are not looked at. */
#include "market/formats/source_int.h"

#include <string.h>

#include "core/mem.h"

#define BLOCK_BYTES SOURCE_TAR_BLOCK
#define SIZE_AT 124
#define SIZE_LENGTH 12
#define CHECKSUM_AT 148
#define CHECKSUM_LENGTH 8
#define TYPE_AT 156
#define MAGIC_AT 257

struct source_tar {
    uint8_t block[BLOCK_BYTES]; /* a header, or what fills up the last block of a file */
    size_t block_length;
    int64_t data_left; /* of the current file */
    int64_t skip_left; /* of what is no file's content */
    bool given;        /* the current file is one whose content counts */
    bool line_open;    /* the last byte that was given was no line end */
    bool end;          /* a block of zeros was read */
};

static bool read_octal(const uint8_t *field, size_t length, int64_t *out)
{
    int64_t value = 0;
    size_t i = 0;
    while (i < length && field[i] == ' ')
        i++;
    size_t digits = 0;
    for (; i < length && field[i] >= '0' && field[i] <= '7'; i++, digits++)
        value = value * 8 + (field[i] - '0');
    *out = value;
    return digits > 0 && (i == length || field[i] == ' ' || field[i] == '\0');
}

/* Octal digits, or from 8 GB on a binary number behind a set bit. */
static bool read_size(const uint8_t *field, int64_t *out)
{
    if (field[0] != 0x80)
        return read_octal(field, SIZE_LENGTH, out);
    uint64_t value = 0;
    for (size_t i = SIZE_LENGTH - 8; i < SIZE_LENGTH; i++)
        value = value << 8 | field[i];
    *out = (int64_t)value;
    return value <= INT64_MAX / 2;
}

static bool checksum_holds(const uint8_t *block)
{
    int64_t said;
    int64_t sum = 0;
    for (size_t i = 0; i < BLOCK_BYTES; i++)
        sum += i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_LENGTH ? ' ' : block[i];
    return read_octal(block + CHECKSUM_AT, CHECKSUM_LENGTH, &said) && said == sum;
}

bool source_tar_begins(const uint8_t *block)
{
    return memcmp(block + MAGIC_AT, "ustar", 5) == 0 && checksum_holds(block);
}

dbk_err *source_tar_open(source_tar **out)
{
    source_tar *t = mem_alloc(sizeof(*t));
    if (!t)
        return err_oom();
    *out = t;
    return NULL;
}

void source_tar_close(source_tar *t)
{
    mem_free(t);
}

static bool is_zero(const uint8_t *block)
{
    return block[0] == 0 && memcmp(block, block + 1, BLOCK_BYTES - 1) == 0;
}

static dbk_err *take_header(source_tar *t)
{
    t->block_length = 0;
    if (is_zero(t->block)) {
        t->end = true;
        return NULL;
    }
    int64_t size;
    if (!source_tar_begins(t->block) || !read_size(t->block + SIZE_AT, &size))
        return err_new(ERR_INPUT, "damaged tar archive: a header is not one");
    uint8_t type = t->block[TYPE_AT];
    int64_t padding = (BLOCK_BYTES - size % BLOCK_BYTES) % BLOCK_BYTES;
    t->given = type == '0' || type == '\0' || type == '7';
    t->data_left = t->given ? size : 0;
    t->skip_left = t->given ? padding : size + padding;
    return NULL;
}

/* Reads into what is no content: a header, padding, the rest after the end. *over is true when nothing was
 * there. */
static dbk_err *read_around(source_tar *t, source_tar_read_fn read, void *context, bool *over)
{
    size_t wanted = BLOCK_BYTES - t->block_length;
    if (t->skip_left > 0 && t->skip_left < BLOCK_BYTES)
        wanted = (size_t)t->skip_left;
    size_t got = 0;
    dbk_err *e = read(context, t->block + t->block_length, wanted, &got);
    *over = !e && got == 0;
    if (e || *over)
        return e;
    if (t->end)
        return NULL;
    if (t->skip_left > 0) {
        t->skip_left -= (int64_t)got;
        return NULL;
    }
    t->block_length += got;
    return t->block_length == BLOCK_BYTES ? take_header(t) : NULL;
}

static dbk_err *read_data(source_tar *t, source_tar_read_fn read, void *context, uint8_t *p, size_t size,
                          size_t *got)
{
    size_t wanted = t->data_left < (int64_t)size ? (size_t)t->data_left : size;
    dbk_err *e = read(context, p, wanted, got);
    if (e)
        return e;
    if (*got == 0)
        return err_new(ERR_INPUT, "truncated tar archive: it ends within a file");
    t->data_left -= (int64_t)*got;
    t->line_open = p[*got - 1] != '\n';
    return NULL;
}

dbk_err *source_tar_read(source_tar *t, source_tar_read_fn read, void *context, void *p, size_t size,
                         size_t *got)
{
    for (;;) {
        if (t->data_left > 0)
            return read_data(t, read, context, p, size, got);
        if (t->line_open) {
            *(char *)p = '\n';
            *got = 1;
            t->line_open = false;
            return NULL;
        }
        bool over;
        dbk_err *e = read_around(t, read, context, &over);
        if (e)
            return e;
        if (!over)
            continue;
        if (!t->end && (t->block_length > 0 || t->skip_left > 0))
            return err_new(ERR_INPUT, "truncated tar archive: it ends within a block");
        *got = 0;
        return t->end ? NULL : err_new(ERR_INPUT, "truncated tar archive: its end is missing");
    }
}
