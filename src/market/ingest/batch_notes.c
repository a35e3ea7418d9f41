#include "market/ingest/batch_notes.h"

#include "market/formats/source_time.h"

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
