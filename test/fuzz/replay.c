/* Plays recorded inputs to a target without a fuzzer: the corpus as an ordinary test. TAP on standard output,
 * one test a file. */
#include "fuzz.h"

static uint8_t *read_whole(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    fuzz_require(f != NULL);
    fuzz_require(fseek(f, 0, SEEK_END) == 0);
    long length = ftell(f);
    fuzz_require(length >= 0);
    rewind(f);
    *size = (size_t)length;
    /* Exactly as large as the input, so that reading past its end is seen. */
    uint8_t *bytes = malloc(*size > 0 ? *size : 1);
    fuzz_require(bytes != NULL);
    fuzz_require(fread(bytes, 1, *size, f) == *size);
    (void)fclose(f);
    return bytes;
}

int main(int argc, char **argv)
{
    printf("1..%d\n", argc - 1);
    for (int i = 1; i < argc; i++) {
        size_t size;
        uint8_t *bytes = read_whole(argv[i], &size);
        (void)LLVMFuzzerTestOneInput(bytes, size);
        free(bytes);
        printf("ok %d - %s\n", i, argv[i]);
        (void)fflush(stdout);
    }
    return 0;
}
