/* Packed files: whatever the bytes are, reading ends, and what was read to the verified end reads the same
 * again. */
#include "core/sha256.h"
#include "fuzz.h"
#include "market/formats/source.h"

#define READ_MAX ((size_t)4 << 20)

/* False when the file is refused, or holds more than is worth the time. */
static bool read_whole(const char *path, size_t piece, size_t *length, uint64_t *sum)
{
    source *s;
    char block[4096];
    if (!fuzz_succeeded(source_open(path, &s)))
        return false;
    bool whole = false;
    *length = 0;
    *sum = 14695981039346656037u;
    while (*length < READ_MAX) {
        size_t got;
        if (!fuzz_succeeded(source_read(s, block, piece, &got)))
            break;
        fuzz_require(got <= piece);
        if (got == 0) {
            whole = true;
            break;
        }
        *length += got;
        for (size_t i = 0; i < got; i++)
            *sum = (*sum ^ (uint8_t)block[i]) * 1099511628211u;
    }
    source_identity identity;
    (void)fuzz_succeeded(source_identify(s, &identity));
    source_close(s);
    return whole;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_file(data, size);
    size_t length[2];
    uint64_t sum[2];
    bool first = read_whole(path, 4096, &length[0], &sum[0]);
    bool second = read_whole(path, 7, &length[1], &sum[1]);
    fuzz_require(first == second);
    fuzz_require(!first || (length[0] == length[1] && sum[0] == sum[1]));
    return 0;
}
