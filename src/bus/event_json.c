#include "bus/event_json.h"

#include <string.h>

#include "core/clock.h"
#include "core/json.h"

static void append_name(buf *out, const char *name)
{
    buf_append(out, ",\"", 2);
    buf_append_str(out, name);
    buf_append(out, "\":", 2);
}

static void append_text(buf *out, const char *name, const char *value)
{
    append_name(out, name);
    json_append_string(out, value);
}

/* Always with microseconds, so that times of one length compare as texts. */
static void append_time(buf *out, const char *name, int64_t wall_us)
{
    char text[CLOCK_ISO_SIZE];
    append_name(out, name);
    clock_iso(wall_us, text);
    size_t length = strlen(text) - 1;
    buf_append_char(out, '"');
    buf_append(out, text, length);
    buf_append_str(out, memchr(text, '.', length) ? "Z\"" : ".000000Z\"");
}

/* Every event that is delivered passes through here: numbers and times are written without printf. */
void event_json_append(buf *out, const bus_event *event)
{
    buf_append_str(out, "{\"seq\":");
    buf_append_int(out, event->place.seq);
    append_name(out, "epoch");
    buf_append_int(out, event->place.epoch);
    append_text(out, "id", event->id);
    append_text(out, "type", event->type);
    append_text(out, "account_id", event->account_id);
    append_text(out, "aggregate_type", event->aggregate_type);
    append_text(out, "aggregate_id", event->aggregate_id);
    append_name(out, "aggregate_version");
    buf_append_int(out, event->aggregate_version);
    append_time(out, "occurred_at", event->occurred_us);
    append_time(out, "recorded_at", event->recorded_us);
    append_name(out, "payload");
    buf_append_str(out, event->payload);
    append_name(out, "ctx");
    buf_append_str(out, event->ctx ? event->ctx : "null");
    buf_append_char(out, '}');
}
