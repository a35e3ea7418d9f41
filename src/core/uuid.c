#include "core/uuid.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "core/sha256.h"

static void set_version(dbk_uuid *id, unsigned version)
{
    id->bytes[6] = (uint8_t)((id->bytes[6] & 0x0f) | version << 4);
    id->bytes[8] = (uint8_t)((id->bytes[8] & 0x3f) | 0x80);
}

dbk_err *uuid_v7(const dbk_clock *clock, dbk_uuid *out)
{
    assert(clock);
    assert(out);
    dbk_uuid id;
    size_t got = 0;
    while (got < sizeof id.bytes) {
        ssize_t n = getrandom(id.bytes + got, sizeof id.bytes - got, 0);
        if (n < 0 && errno != EINTR)
            return err_errno(errno, "could not get random bytes from the kernel");
        if (n > 0)
            got += (size_t)n;
    }
    int64_t now_us = clock->wall_us(clock);
    uint64_t us = now_us > 0 ? (uint64_t)now_us : 0;
    uint64_t ms = us / 1000;
    /* The 12 bits after the milliseconds carry their fraction (RFC 9562, 6.2, method 3), so that ids made by
     * one program within a millisecond still sort by time, without a counter that would have to be global. */
    uint64_t fraction = us % 1000 * 4096 / 1000;
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
    id.bytes[6] = (uint8_t)(fraction >> 8);
    id.bytes[7] = (uint8_t)fraction;
    set_version(&id, 7);
    *out = id;
    return NULL;
}

void uuid_from_name(const dbk_uuid *name_space, const void *name, size_t length, dbk_uuid *out)
{
    assert(name_space);
    assert(out);
    uint8_t digest[32];
    sha256_of_pair(name_space->bytes, sizeof name_space->bytes, name, length, digest);
    memcpy(out->bytes, digest, sizeof out->bytes);
    set_version(out, 8);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool is_dash_at(size_t position)
{
    return position == 8 || position == 13 || position == 18 || position == 23;
}

dbk_err *uuid_parse(const char *text, dbk_uuid *out)
{
    assert(text);
    assert(out);
    dbk_uuid id = {{0}};
    size_t digits = 0, length = strnlen(text, UUID_TEXT_SIZE);
    bool valid = length == UUID_TEXT_SIZE - 1;
    for (size_t i = 0; valid && i < length; i++) {
        if (is_dash_at(i)) {
            valid = text[i] == '-';
            continue;
        }
        int value = hex_value(text[i]);
        valid = value >= 0;
        if (valid)
            id.bytes[digits / 2] = (uint8_t)(id.bytes[digits / 2] << 4 | value);
        digits++;
    }
    if (!valid)
        return err_with_hint(err_new(ERR_INPUT, "not a uuid: \"%.64s\"", text),
                             "a uuid looks like 01890a5d-ac96-774b-bcce-b302099a8057");
    *out = id;
    return NULL;
}

void uuid_format(const dbk_uuid *id, char out[UUID_TEXT_SIZE])
{
    assert(id);
    assert(out);
    static const char hex[] = "0123456789abcdef";
    size_t at = 0;
    for (size_t i = 0; i < sizeof id->bytes; i++) {
        if (is_dash_at(at))
            out[at++] = '-';
        out[at++] = hex[id->bytes[i] >> 4];
        out[at++] = hex[id->bytes[i] & 15];
    }
    out[at] = '\0';
    assert(at == UUID_TEXT_SIZE - 1);
}

bool uuid_equal(const dbk_uuid *a, const dbk_uuid *b)
{
    assert(a);
    assert(b);
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}
