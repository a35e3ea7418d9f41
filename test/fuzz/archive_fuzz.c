/* What an archive's mirror says of its files, and days as people write them. */
#include "fuzz.h"
#include "market/archive/archive.h"
#include "market/archive/fetch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    fuzz_require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    char hash[65];
    if (fetch_read_checksum(text, size, "BTCUSDT-1m-2024-01.zip", hash))
        fuzz_require(strlen(hash) == 64 && strspn(hash, "0123456789abcdef") == 64);
    int64_t first;
    int64_t last;
    if (fuzz_succeeded(archive_day(text, false, &first))) {
        fuzz_require(fuzz_succeeded(archive_day(text, true, &last)));
        fuzz_require(last >= first && last - first < 31);
    }
    free(text);
    return 0;
}
