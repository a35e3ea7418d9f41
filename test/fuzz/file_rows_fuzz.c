/* Recorded files of any format, about which nothing was said: what the scan says of a file is what reading it
 * gives, series by series. */
#include "fuzz.h"
#include "market/formats/file_rows.h"

static void read_series(const file_rows_options *o, const file_rows *scan, size_t index)
{
    const file_series *series = &scan->series[index];
    row_reader *r;
    fuzz_require(fuzz_succeeded(file_rows_open(o, scan, index, &r)));
    int64_t good = 0;
    int64_t rejects = 0;
    for (;;) {
        row_item item;
        fuzz_require(fuzz_succeeded(row_reader_next(r, &item)));
        if (item.event == ROW_END)
            break;
        rejects += item.event == ROW_REJECTED;
        if (item.event != ROW_READ)
            continue;
        good++;
        int64_t time_us = item.row.values[series->dataset->time_column].time_us;
        fuzz_require(!series->whole ||
                     (time_us >= series->summary.first_us && time_us <= series->summary.last_us));
    }
    fuzz_require(!series->whole || (good == series->summary.good && rejects == series->summary.rejects));
    source_identity identity;
    fuzz_require(fuzz_succeeded(row_reader_identify(r, &identity)));
    fuzz_require(memcmp(identity.sha256, scan->identity.sha256, sizeof(identity.sha256)) == 0);
    row_reader_close(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size >= 4 && memcmp(data, "PAR1", 4) == 0)
        return 0; /* DuckDB's to read */
    file_rows_options o = {.path = fuzz_file(data, size),
                           .symbol = "BTCUSDT",
                           .rules = {.interval_s = 60, .latest_us = INT64_C(1800000000000000)},
                           .rejects_max = 5};
    arena *a = fuzz_arena();
    file_rows scan;
    if (fuzz_succeeded(file_rows_scan(a, &o, &scan)) && !scan.refusal) {
        fuzz_require(scan.series_count > 0);
        for (size_t i = 0; i < scan.series_count; i++)
            read_series(&o, &scan, i);
    }
    arena_free(a);
    return 0;
}
