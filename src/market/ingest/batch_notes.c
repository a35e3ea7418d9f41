#include "market/ingest/batch_notes.h"

#include "market/formats/source_time.h"

void batch_notes_add(batch_notes *n, const dataset *d, const dataset_row *row, int64_t line)
{
    n->time_units |= row->time_unit;
    for (int i = 0; row->lossy && i < d->column_count; i++) {
        if (!(row->lossy & (UINT32_C(1) << i)))
            continue;
        if (n->lossy_values++ == 0) {
            n->lossy_line = line;
            n->lossy_column = d->columns[i].name;
        }
    }
}

const char *batch_notes_json(arena *a, const batch_notes *n)
{
    char units[SOURCE_TIME_UNITS_SIZE];
    const bool lossy = n->lossy_values > 0, mixed = n->time_units & (n->time_units - 1);
    source_time_units_format(n->time_units, units);
    const char *digits =
        lossy ? arena_printf(a, "\"lossy_values\": %lld, \"lossy_line\": %lld, \"lossy_column\": \"%s\"%s",
                             (long long)n->lossy_values, (long long)n->lossy_line, n->lossy_column,
                             mixed ? ", " : "")
              : "";
    const char *times = mixed ? arena_printf(a, "\"time_units\": \"%s\"", units) : "";
    return digits && times ? arena_printf(a, "{%s%s}", digits, times) : NULL;
}
