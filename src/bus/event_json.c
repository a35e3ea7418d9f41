#include "bus/event_json.h"

#include <string.h>

#include "core/clock.h"
#include "core/json.h"

static void append_text(buf *out, const char *name, const char *value)
{
    buf_append_str(out, ",\"");
    buf_append_str(out, name);
    buf_append_str(out, "\":");
    json_append_string(out, value);
}

/* Always with microseconds, so that times of one length compare as texts. */
static void append_time(buf *out, const char *name, int64_t wall_us)
{
    char text[CLOCK_ISO_SIZE];
    clock_iso(wall_us, text);
    buf_printf(out, ",\"%s\":\"", name);
    if (strchr(text, '.'))
        buf_append_str(out, text);
    else
        buf_printf(out, "%.*s.000000Z", (int)strlen(text) - 1, text);
    buf_append_char(out, '"');
}

void event_json_append(buf *out, const bus_event *event)
{
    buf_printf(out, "{\"seq\":%lld,\"epoch\":%d", (long long)event->place.seq, (int)event->place.epoch);
    append_text(out, "id", event->id);
    append_text(out, "type", event->type);
    append_text(out, "account_id", event->account_id);
    append_text(out, "aggregate_type", event->aggregate_type);
    append_text(out, "aggregate_id", event->aggregate_id);
    buf_printf(out, ",\"aggregate_version\":%lld", (long long)event->aggregate_version);
    append_time(out, "occurred_at", event->occurred_us);
    append_time(out, "recorded_at", event->recorded_us);
    buf_append_str(out, ",\"payload\":");
    buf_append_str(out, event->payload);
    buf_append_str(out, ",\"ctx\":");
    buf_append_str(out, event->ctx ? event->ctx : "null");
    buf_append_char(out, '}');
}
