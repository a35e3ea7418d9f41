#include "bus/sink_cursor.h"

#include <string.h>

#include "bus_sql.h"

dbk_err *sink_cursor_declare(sink_cursor *k, pg_conn *c, arena *a)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_text(p, k->name);
    dbk_err *e = pg_query_one(c, a, bus_declare, p, &rows);
    if (e || strcmp(pg_get_text(rows, 0, 0), "conflict") != 0)
        return e;
    return err_with_hint(err_new(ERR_INPUT, "the consumer %s is no sink that reads the whole log: another %s",
                                 k->name, pg_get_text(rows, 0, 1)),
                         "give the sink another name: --sink NAME=ADDRESS");
}

dbk_err *sink_cursor_attach(sink_cursor *k, pg_conn *c, arena *a, const char **held_by)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_text(p, k->name);
    pg_param_uuid(p, &k->holder_id);
    pg_param_text(p, k->holder);
    dbk_err *e = pg_query_one(c, a, bus_attach, p, &rows);
    if (e)
        return e;
    *held_by = strcmp(pg_get_text(rows, 0, 0), "refused") == 0 ? pg_get_text(rows, 0, 5) : NULL;
    if (*held_by)
        return NULL;
    k->term = pg_get_int8(rows, 0, 1);
    k->place = (bus_place){.epoch = (int32_t)pg_get_int8(rows, 0, 2), .seq = pg_get_int8(rows, 0, 3)};
    k->log_epoch = (int32_t)pg_get_int8(rows, 0, 4);
    return NULL;
}

dbk_err *sink_cursor_commit(sink_cursor *k, pg_conn *c, arena *a, bus_place place)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_text(p, k->name);
    pg_param_int8(p, k->term);
    pg_param_int4(p, place.epoch);
    pg_param_int8(p, place.seq);
    dbk_err *e = pg_query_one(c, a, bus_commit, p, &rows);
    if (e)
        return e;
    const char *outcome = pg_get_text(rows, 0, 0);
    if (strcmp(outcome, "fenced") == 0)
        return err_new(ERR_BUSY, "another process feeds the sink %s", k->name);
    if (strcmp(outcome, "refused") == 0)
        return err_new(ERR_INPUT, "the place of the sink %s is not the log's: %s", k->name,
                       pg_get_text(rows, 0, 1));
    if (bus_place_compare(place, k->place) > 0)
        k->place = place;
    return NULL;
}

dbk_err *sink_cursor_replays(sink_cursor *k, pg_conn *c, arena *a, int32_t limit, pg_rows **out)
{
    pg_params *p = pg_params_new(a);
    pg_param_text(p, k->name);
    pg_param_int8(p, k->term);
    pg_param_int4(p, limit);
    return pg_query(c, a, bus_replays, p, out);
}

dbk_err *sink_cursor_replayed(sink_cursor *k, pg_conn *c, arena *a, const bus_event *events, size_t count)
{
    pg_rows *rows;
    const char **seqs = arena_alloc(a, (count + 1) * sizeof(*seqs));
    for (size_t i = 0; seqs && i < count; i++) {
        seqs[i] = arena_printf(a, "%lld", (long long)events[i].place.seq);
        if (!seqs[i])
            return err_oom();
    }
    if (!seqs)
        return err_oom();
    pg_params *p = pg_params_new(a);
    pg_param_text(p, k->name);
    pg_param_int8(p, k->term);
    pg_param_int4(p, k->place.epoch);
    pg_param_int8(p, k->place.seq);
    pg_param_text_array(p, seqs, count);
    dbk_err *e = pg_query_one(c, a, bus_replayed, p, &rows);
    if (e)
        return e;
    if (strcmp(pg_get_text(rows, 0, 0), "fenced") == 0)
        return err_new(ERR_BUSY, "another process feeds the sink %s", k->name);
    return NULL;
}

void sink_cursor_release(sink_cursor *k, pg_conn *c, arena *a)
{
    pg_params *p = pg_params_new(a);
    pg_param_text(p, k->name);
    pg_param_int8(p, k->term);
    if (!pg_is_lost(c))
        err_free(pg_query(c, a, bus_release, p, NULL));
}

dbk_err *sink_cursor_common(pg_conn *c, arena *a, bus_place tail, int64_t *common, bool *ahead)
{
    pg_rows *rows;
    pg_params *p = pg_params_new(a);
    pg_param_int4(p, tail.epoch);
    pg_param_int8(p, tail.seq);
    dbk_err *e = pg_query_one(c, a, bus_common, p, &rows);
    if (e)
        return e;
    *common = pg_get_int8(rows, 0, 0);
    *ahead = *common > pg_get_int8(rows, 0, 1);
    return NULL;
}
