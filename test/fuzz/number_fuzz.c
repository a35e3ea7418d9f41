/* Numbers of market data: the nearest double, and no other than strtod() finds. */
#include "fuzz.h"
#include "market/formats/number.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[NUMBER_LENGTH_MAX + 1];
    double value;
    number_status status = number_parse((const char *)data, size, &value);
    if (status != NUMBER_OK && status != NUMBER_LOSSY)
        return 0;
    fuzz_require(size <= NUMBER_LENGTH_MAX);
    memcpy(text, data, size);
    text[size] = '\0';
    char *end;
    double expected = strtod(text, &end);
    fuzz_require(end == text + size);
    fuzz_require(value == expected);

    char written[40];
    int length = snprintf(written, sizeof(written), "%.17g", value);
    double again;
    status = number_parse(written, (size_t)length, &again);
    fuzz_require(status == NUMBER_OK || status == NUMBER_LOSSY);
    fuzz_require(memcmp(&value, &again, sizeof(value)) == 0);
    return 0;
}
