#include "market/ingest/content_cut.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* 2^64 divided by the golden ratio, odd: its product stirs low bits into high ones. */
#define STIR UINT64_C(0x9e3779b97f4a7c15)

static uint64_t stir(uint64_t hash, uint64_t word)
{
    hash = (hash ^ le64toh(word)) * STIR;
    return hash ^ hash >> 32;
}

static bool ends_chunk(const char *text, size_t length)
{
    uint64_t hash = STIR ^ length; /* also of an empty line not zero */
    uint64_t word;
    for (; length >= sizeof(word); text += sizeof(word), length -= sizeof(word)) {
        memcpy(&word, text, sizeof(word));
        hash = stir(hash, word);
    }
    word = 0;
    memcpy(&word, text, length);
    return stir(hash, word) % CONTENT_CUT_LINES == 0;
}

size_t content_cut(const char *bytes, size_t length, bool end)
{
    size_t most = length < CONTENT_CUT_BYTES_MAX ? length : CONTENT_CUT_BYTES_MAX;
    if (length < CONTENT_CUT_BYTES_MAX && !end)
        return 0;
    if (most <= CONTENT_CUT_BYTES_MIN)
        return most;
    /* The line that is under way at the least length began before it, and is whole only from its beginning.
     */
    const char *stop = bytes + most;
    const char *at = memchr(bytes + CONTENT_CUT_BYTES_MIN, '\n', most - CONTENT_CUT_BYTES_MIN);
    while (at) {
        const char *text = at + 1;
        at = memchr(text, '\n', (size_t)(stop - text));
        if (at && ends_chunk(text, (size_t)(at - text)))
            return (size_t)(at + 1 - bytes);
    }
    return most;
}
