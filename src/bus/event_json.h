/* event_json.h: the one form in which events leave the database, whatever carries them. */
#ifndef DAYBOOK_BUS_EVENT_JSON_H
#define DAYBOOK_BUS_EVENT_JSON_H

#include "bus/event.h"
#include "core/buf.h"

/* Appends one object without a line break: seq, epoch, id, type, account_id, aggregate_type, aggregate_id,
 * aggregate_version, occurred_at, recorded_at (ISO 8601 in UTC with microseconds), payload and ctx as they
 * are in the log. What an event does not have is null. The same event is the same bytes every time. */
void event_json_append(buf *out, const bus_event *event);

#endif
