/* Amounts of the book: canonical text comes back as itself, and sums come back by differences. */
#include "core/decimal.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *comma = memchr(data, ',', size);
    size_t first = comma ? (size_t)(comma - data) : size;
    decimal a;
    if (!fuzz_succeeded(decimal_parse((const char *)data, first, &a)))
        return 0;
    char text[DECIMAL_TEXT_SIZE];
    decimal_format(a, text);
    decimal again;
    fuzz_require(fuzz_succeeded(decimal_parse(text, strlen(text), &again)));
    fuzz_require(decimal_compare(a, again) == 0);
    char same[DECIMAL_TEXT_SIZE];
    decimal_format(again, same);
    fuzz_require(strcmp(text, same) == 0);

    decimal b, sum, back;
    if (comma && fuzz_succeeded(decimal_parse((const char *)comma + 1, size - first - 1, &b)) &&
        fuzz_succeeded(decimal_add(a, b, &sum))) {
        fuzz_require(fuzz_succeeded(decimal_sub(sum, b, &back)));
        fuzz_require(decimal_compare(a, back) == 0);
    }
    return 0;
}
