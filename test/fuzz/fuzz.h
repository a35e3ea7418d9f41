/* fuzz.h: what the fuzz targets share. A target is <name>_fuzz.c with LLVMFuzzerTestOneInput().
 *
 * A target proves more than that nothing crashes: what was understood, written out and read again is the
 * same, and what one reader says agrees with another. fuzz_require() stops the run with what did not hold,
 * also where asserts are for programmer errors only. */
#ifndef DAYBOOK_TEST_FUZZ_H
#define DAYBOOK_TEST_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/err.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define fuzz_require(condition)                                                                              \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                   \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

/* The path of a file in memory that holds the bytes; the one of the call before is replaced. */
const char *fuzz_file(const uint8_t *data, size_t size);

/* An arena that the caller frees. */
arena *fuzz_arena(void);

/* Was there none? An error is freed; it must have a message. */
bool fuzz_succeeded(dbk_err *e);

#endif
