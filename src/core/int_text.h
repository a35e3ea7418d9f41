/* int_text.h: whole numbers as decimal text, where printf would cost more than all the rest. */
#ifndef DAYBOOK_CORE_INT_TEXT_H
#define DAYBOOK_CORE_INT_TEXT_H

#include <stddef.h>
#include <stdint.h>

#define INT_TEXT_SIZE 21 /* of the least one: a sign, nineteen digits, the end */

/* Writes it with its end and returns the length. */
size_t int_text(int64_t value, char out[INT_TEXT_SIZE]);
/* The same with zeros in front, at least so many digits (1 to 19). */
size_t int_text_padded(int64_t value, int digits, char out[INT_TEXT_SIZE]);

#endif
