/* Values of a file of JSON: the same ones in whatever pieces the file is read, each inside the file and
 * behind the one before. */
#include "fuzz.h"
#include "market/formats/json_reader.h"

typedef struct input {
    const uint8_t *data;
    size_t size, at, piece;
} input;

static dbk_err *read_input(void *context, void *p, size_t size, size_t *got)
{
    input *in = context;
    size_t n = in->size - in->at;
    if (n > size)
        n = size;
    if (n > in->piece)
        n = in->piece;
    memcpy(p, in->data + in->at, n);
    in->at += n;
    *got = n;
    return NULL;
}

static bool read_all(input *in, size_t *items, uint64_t *sum)
{
    json_reader *r;
    fuzz_require(fuzz_succeeded(json_reader_new(read_input, in, &r)));
    json_reader_item item = {.event = JSON_READER_TEXT};
    int64_t line = 1;
    bool succeeded = true;
    *items = 0;
    *sum = 14695981039346656037u;
    while (item.event != JSON_READER_END) {
        succeeded = fuzz_succeeded(json_reader_next(r, &item));
        if (!succeeded || item.event == JSON_READER_END)
            break;
        fuzz_require(item.line >= line && item.byte_offset >= 0 && (size_t)item.byte_offset <= in->size);
        fuzz_require(item.event != JSON_READER_FAULT || item.problem);
        line = item.line;
        ++*items;
        fuzz_require(*items <= 2 * in->size + 2);
        *sum = (*sum ^ (uint64_t)item.event) * 1099511628211u;
        for (size_t i = 0; i < item.length; i++)
            *sum = (*sum ^ (uint8_t)item.text[i]) * 1099511628211u;
    }
    json_reader_free(r);
    return succeeded;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t items[2];
    uint64_t sum[2];
    bool whole = read_all(&(input){data, size, 0, SIZE_MAX}, &items[0], &sum[0]);
    bool pieces = read_all(&(input){data, size, 0, 3}, &items[1], &sum[1]);
    fuzz_require(whole == pieces && items[0] == items[1] && sum[0] == sum[1]);
    return 0;
}
