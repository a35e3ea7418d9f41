#include "core/int_text.h"

#include <assert.h>
#include <string.h>

size_t int_text_padded(int64_t value, int digits, char out[INT_TEXT_SIZE])
{
    char text[INT_TEXT_SIZE];
    size_t at = sizeof(text);
    assert(digits >= 1 && digits <= 19);
    text[--at] = '\0';
    /* Negated as unsigned: the least number has no positive counterpart. */
    for (uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value; left > 0 || digits > 0; digits--) {
        text[--at] = (char)('0' + left % 10);
        left /= 10;
    }
    if (value < 0)
        text[--at] = '-';
    memcpy(out, text + at, sizeof(text) - at);
    return sizeof(text) - at - 1;
}

size_t int_text(int64_t value, char out[INT_TEXT_SIZE])
{
    return int_text_padded(value, 1, out);
}
