/* Answers and frames of venues: whatever JSON comes, each row is read, rejected with a reason, unfinished or
 * something else, and reading it again says the same. */
#include "fuzz.h"
#include "market/formats/json_rows.h"

typedef struct input {
    const uint8_t *data;
    size_t size, at;
} input;

static dbk_err *read_input(void *context, void *p, size_t size, size_t *got)
{
    input *in = context;
    size_t n = in->size - in->at < size ? in->size - in->at : size;
    memcpy(p, in->data + in->at, n);
    in->at += n;
    *got = n;
    return NULL;
}

static void read_rows(json_rows *rows, const json_reader_item *value, size_t counts[4])
{
    memset(counts, 0, 4 * sizeof(counts[0]));
    if (!fuzz_succeeded(json_rows_begin(rows, value->spans, value->prefix, value->prefix_length)))
        return;
    json_row row;
    bool more;
    while (fuzz_succeeded(json_rows_next(rows, &row, &more)) && more) {
        counts[row.event]++;
        fuzz_require(row.text >= value->text && row.text + row.length <= value->text + value->length);
        if (row.event == JSON_ROW_READ)
            fuzz_require(row.dataset && dataset_has(&row.row, row.dataset->time_column));
        if (row.event == JSON_ROW_REJECTED) {
            char text[DATASET_FAULT_TEXT_SIZE];
            dataset_fault_format(&row.fault, text);
            fuzz_require(row.fault.kind != DATASET_FAULT_NONE && text[0] != '\0');
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input in = {data, size, 0};
    json_reader *reader;
    json_rows *rows;
    json_rows_options o = {.symbol = "BTCUSDT",
                           .rules = {.latest_us = INT64_C(1800000000000000)},
                           .received_us = INT64_C(1700000000000000),
                           .now_us = INT64_C(1700000000000000)};
    fuzz_require(fuzz_succeeded(json_reader_new(read_input, &in, &reader)));
    fuzz_require(fuzz_succeeded(json_rows_new(&o, &rows)));
    json_reader_item item;
    while (fuzz_succeeded(json_reader_next(reader, &item)) && item.event != JSON_READER_END) {
        if (item.event != JSON_READER_VALUE)
            continue;
        size_t counts[4];
        size_t again[4];
        read_rows(rows, &item, counts);
        read_rows(rows, &item, again);
        fuzz_require(memcmp(counts, again, sizeof(counts)) == 0);
        (void)fuzz_succeeded(json_answer_error(item.spans));
    }
    json_rows_free(rows);
    json_reader_free(reader);
    return 0;
}
