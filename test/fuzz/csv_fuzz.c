/* Files with separated columns: the first byte chooses the stream. What the scan says of a file is what
 * reading it gives: as many rows and rejects, inside the range it names. */
#include "fuzz.h"
#include "market/formats/csv_scan.h"

#define LATEST_US INT64_C(1800000000000000)

static void read_as_scanned(const char *path, const dataset *d, const csv_scan *s)
{
    row_reader *r;
    fuzz_require(fuzz_succeeded(csv_reader_open(path, d, &s->format, &s->rules, &r)));
    row_item item;
    int64_t rows = 0;
    int64_t rejects = 0;
    int64_t line = 0;
    for (;;) {
        fuzz_require(fuzz_succeeded(row_reader_next(r, &item)));
        if (item.event == ROW_END)
            break;
        fuzz_require(item.line > line && item.byte_offset >= 0);
        line = item.line;
        rejects += item.event == ROW_REJECTED;
        if (item.event != ROW_READ)
            continue;
        rows++;
        int64_t time_us = item.row.values[d->time_column].time_us;
        fuzz_require(time_us >= s->summary.first_us && time_us <= s->summary.last_us);
    }
    fuzz_require(rows == s->summary.good && rejects == s->summary.rejects);
    row_reader_close(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    size_t count;
    const dataset *const *all = dataset_list(&count);
    const dataset *d = all[data[0] % count];
    const char *path = fuzz_file(data + 1, size - 1);
    arena *a = fuzz_arena();
    csv_scan scan;
    csv_scan_options o = {.path = path,
                          .dataset = d,
                          .rules = {.interval_s = d->interval_column ? 60 : 0, .latest_us = LATEST_US},
                          .rejects_max = 3};
    if (fuzz_succeeded(csv_scan_file(a, &o, &scan)) && !scan.refusal && scan.whole)
        read_as_scanned(path, d, &scan);
    arena_free(a);
    return 0;
}
