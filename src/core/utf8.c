#include "core/utf8.h"

#include <assert.h>

size_t utf8_decode(const char *s, size_t length, uint32_t *code_point)
{
    assert(s && length > 0);
    assert(code_point);
    const unsigned char *p = (const unsigned char *)s;
    *code_point = UTF8_INVALID;
    if (p[0] < 0x80) {
        *code_point = p[0];
        return 1;
    }
    size_t size = p[0] >= 0xf0 && p[0] < 0xf8   ? 4
                  : p[0] >= 0xe0 && p[0] < 0xf0 ? 3
                  : p[0] >= 0xc2 && p[0] < 0xe0 ? 2
                                                : 0;
    if (size == 0 || size > length)
        return 1;
    uint32_t value = p[0] & (0x7fU >> size);
    for (size_t i = 1; i < size; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 1;
        value = value << 6 | (p[i] & 0x3fU);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < least[size] || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
        return 1;
    *code_point = value;
    return size;
}

/* The blocks that matter for names and messages, not all of Unicode's tables. */
static const struct {
    uint32_t first, last;
    int width;
} ranges[] = {
    {0x0300, 0x036f, 0},   {0x0483, 0x0489, 0},   {0x0591, 0x05bd, 0},   {0x064b, 0x065f, 0},
    {0x1100, 0x115f, 2},   {0x1ab0, 0x1aff, 0},   {0x1dc0, 0x1dff, 0},   {0x200b, 0x200f, 0},
    {0x202a, 0x202e, 0},   {0x2060, 0x2064, 0},   {0x20d0, 0x20ff, 0},   {0x2e80, 0x303e, 2},
    {0x3041, 0x4dbf, 2},   {0x4e00, 0xa4cf, 2},   {0xa960, 0xa97f, 2},   {0xac00, 0xd7a3, 2},
    {0xf900, 0xfaff, 2},   {0xfe00, 0xfe0f, 0},   {0xfe20, 0xfe2f, 0},   {0xfe30, 0xfe6f, 2},
    {0xfeff, 0xfeff, 0},   {0xff00, 0xff60, 2},   {0xffe0, 0xffe6, 2},   {0x1f300, 0x1f64f, 2},
    {0x1f680, 0x1f6ff, 2}, {0x1f900, 0x1f9ff, 2}, {0x20000, 0x3fffd, 2},
};

bool utf8_is_valid(const char *s, size_t length)
{
    for (size_t at = 0; at < length;) {
        uint32_t code_point;
        if ((unsigned char)s[at] < 0x80) {
            at++;
            continue;
        }
        at += utf8_decode(s + at, length - at, &code_point);
        if (code_point == UTF8_INVALID)
            return false;
    }
    return true;
}

void utf8_mend(char *s, size_t length)
{
    for (size_t at = 0; at < length;) {
        uint32_t code_point;
        size_t taken = utf8_decode(s + at, length - at, &code_point);
        if (code_point == UTF8_INVALID || code_point == 0)
            s[at] = '?';
        at += taken;
    }
}

int utf8_width_of(uint32_t code_point)
{
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (code_point >= ranges[i].first && code_point <= ranges[i].last)
            return ranges[i].width;
    return 1;
}

size_t utf8_width(const char *s, size_t length)
{
    size_t width = 0;
    while (length > 0) {
        uint32_t code_point;
        size_t n = utf8_decode(s, length, &code_point);
        width += (size_t)utf8_width_of(code_point);
        s += n;
        length -= n;
    }
    return width;
}
