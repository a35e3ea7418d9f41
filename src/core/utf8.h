/* utf8.h: reading UTF-8 that may be broken, and how wide it is on a terminal.
 *
 * Knows no locale: what is printed does not depend on the environment. */
#ifndef DAYBOOK_CORE_UTF8_H
#define DAYBOOK_CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_INVALID UINT32_MAX

/* Decodes the first code point of `length` > 0 bytes. Returns how many bytes it takes, at least 1; a byte
 * that begins no valid sequence (also overlong forms and surrogates) counts as one with *code_point
 * UTF8_INVALID. */
size_t utf8_decode(const char *s, size_t length, uint32_t *code_point);

/* Every byte belongs to a valid sequence. */
bool utf8_is_valid(const char *s, size_t length);

/* Makes it text that a database takes: bytes that belong to no valid sequence and U+0000 become '?'. */
void utf8_mend(char *s, size_t length);

/* Columns one code point takes on a terminal: 0 for combining marks, 2 for East Asian wide characters,
 * else 1. */
int utf8_width_of(uint32_t code_point);

/* Columns `length` bytes take. */
size_t utf8_width(const char *s, size_t length);

#endif
