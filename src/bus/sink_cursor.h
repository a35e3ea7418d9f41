/* sink_cursor.h: how far a sink has come, kept in the database as the cursor of a consumer: for others to
 * see, for retention to wait for, and so that one process at a time feeds the sink. */
#ifndef DAYBOOK_BUS_SINK_CURSOR_H
#define DAYBOOK_BUS_SINK_CURSOR_H

#include "bus/event.h"
#include "core/uuid.h"

typedef struct sink_cursor {
    const char *name; /* of the consumer */
    dbk_uuid holder_id;
    const char *holder;
    int64_t term;
    bus_place place;   /* everything up to it is durable in the sink, as far as the database knows */
    int32_t log_epoch; /* of the log when it was attached */
} sink_cursor;

/* Makes the consumer known that reads the whole log from its beginning, unless it is known. */
dbk_err *sink_cursor_declare(sink_cursor *k, pg_conn *c, arena *a) ERR_MUST_USE;
/* Takes it over: fills term, place and log_epoch. *held_by says who has it, NULL when it is ours now. */
dbk_err *sink_cursor_attach(sink_cursor *k, pg_conn *c, arena *a, const char **held_by) ERR_MUST_USE;
/* Moves it, or says with the place where it is that the holder lives. ERR_BUSY when another process has it.
 */
dbk_err *sink_cursor_commit(sink_cursor *k, pg_conn *c, arena *a, bus_place place) ERR_MUST_USE;
/* Events that are to be handed out once more; of the rows that are given bus_events_of() makes events. */
dbk_err *sink_cursor_replays(sink_cursor *k, pg_conn *c, arena *a, int32_t limit, pg_rows **out) ERR_MUST_USE;
/* They have been. */
dbk_err *sink_cursor_replayed(sink_cursor *k, pg_conn *c, arena *a, const bus_event *events,
                              size_t count) ERR_MUST_USE;
/* Lets go, so that nobody waits for us; a failure does not matter. */
void sink_cursor_release(sink_cursor *k, pg_conn *c, arena *a);

/* The last place up to which a sink that ends with `tail` has what the log has; *ahead when the log does not
 * reach that far. */
dbk_err *sink_cursor_common(pg_conn *c, arena *a, bus_place tail, int64_t *common, bool *ahead) ERR_MUST_USE;

#endif
