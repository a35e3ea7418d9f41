#include "market/formats/raw_text.h"

#include <stdio.h>
#include <string.h>

#include "core/utf8.h"

#define ESCAPED_BYTES 4 /* \xNN */

char *raw_text(arena *a, const char *bytes, size_t length, size_t bytes_max)
{
    static const char more[] = "\xe2\x80\xa6";
    size_t kept = length < bytes_max ? length : bytes_max;
    char *text = arena_alloc(a, kept * ESCAPED_BYTES + sizeof(more));
    if (!text)
        return NULL;
    size_t used = 0;
    for (size_t at = 0; at < kept;) {
        uint32_t code_point;
        size_t n = utf8_decode(bytes + at, kept - at, &code_point);
        bool cut = code_point == UTF8_INVALID && kept < length && kept - at < 4;
        if (cut && utf8_decode(bytes + at, length - at, &code_point) > kept - at)
            break; /* a character that the limit cuts in two is left out whole */
        if (code_point == UTF8_INVALID || code_point < 0x20 || code_point == 0x7f) {
            snprintf(text + used, ESCAPED_BYTES + 1, "\\x%02x", (unsigned char)bytes[at]);
            used += ESCAPED_BYTES;
        } else {
            if (bytes[at] == '\\')
                text[used++] = '\\';
            memcpy(text + used, bytes + at, n);
            used += n;
        }
        at += n;
    }
    if (kept < length) {
        memcpy(text + used, more, sizeof(more) - 1);
        used += sizeof(more) - 1;
    }
    text[used] = '\0';
    return text;
}
