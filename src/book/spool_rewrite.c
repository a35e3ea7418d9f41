/* The log written anew, without what is done and with the damaged places made entries of. */
#include <stdio.h>

#include "book/spool_int.h"

#define DEAD_BYTES_MAX ((int64_t)1 << 20) /* of entries that are done, before the log is written anew */
#define WRITE_BYTES ((size_t)1 << 20)

void spool_put_start(buf *out, uint64_t number)
{
    const char version = SPOOL_VERSION;
    spool_record_put(out, SPOOL_START, number, &version, 1);
}

static dbk_err *pour(spool_log *to, buf *records)
{
    int64_t at;
    dbk_err *e = spool_log_append(to, records, false, &at);
    buf_clear(records);
    return e;
}

static dbk_err *copy_slots(const spool *s, const spool_slots *list, spool_log *to, buf *records)
{
    dbk_err *e = NULL;
    for (size_t i = list->first; !e && i < list->count; i++) {
        const spool_slot *slot = &list->items[i];
        e = spool_log_copy(s->log, &slot->record, records);
        if (!e && slot->reason.type == SPOOL_HELD)
            e = spool_log_copy(s->log, &slot->reason, records);
        if (!e && records->length >= WRITE_BYTES)
            e = pour(to, records);
    }
    return e;
}

/* *number is that of the next entry. */
static dbk_err *put_damage(const spool *s, const spool_slot *damage, uint64_t *number, spool_log *to,
                           buf *records)
{
    char reason[200];
    size_t length = (size_t)damage->kept_us;
    buf payload;
    buf_init(&payload, SPOOL_PAYLOAD_MAX);
    char times[SPOOL_TIMES_SIZE] = {0};
    spool_store_time(times, s->clock->wall_us(s->clock));
    buf_append(&payload, times, sizeof(times));
    size_t kept =
        length < SPOOL_PAYLOAD_MAX - SPOOL_TIMES_SIZE ? length : SPOOL_PAYLOAD_MAX - SPOOL_TIMES_SIZE;
    dbk_err *e = spool_log_read_bytes(s->log, damage->record.at, kept, &payload);
    if (!e) {
        int n = snprintf(
            reason, sizeof(reason),
            "{\"at_us\":%lld,\"sqlstate\":\"XX001\",\"message\":\"%zu bytes of the log are damaged\"}",
            (long long)s->clock->wall_us(s->clock), length);
        spool_record_put(records, SPOOL_DAMAGE, *number, payload.data, payload.length);
        spool_record_put(records, SPOOL_HELD, *number, reason, (size_t)n);
        (*number)++;
        e = pour(to, records);
    }
    buf_term(&payload);
    return e;
}

static dbk_err *fill_new_log(spool *s, spool_log *to, uint64_t *number)
{
    buf records;
    buf_init(&records, WRITE_BYTES + SPOOL_PAYLOAD_MAX + (1 << 20));
    spool_put_start(&records, *number + s->damages.count);
    dbk_err *e = copy_slots(s, &s->waiting, to, &records);
    if (!e)
        e = copy_slots(s, &s->held, to, &records);
    for (size_t i = 0; !e && i < s->damages.count; i++)
        e = put_damage(s, &s->damages.items[i], number, to, &records);
    if (!e)
        e = pour(to, &records);
    buf_term(&records);
    return e;
}

static int64_t relocate_slots(spool_slots *list, int64_t at)
{
    for (size_t i = list->first; i < list->count; i++) {
        spool_slot *slot = &list->items[i];
        slot->record.at = at;
        at += spool_slot_bytes(slot);
        if (slot->reason.type != SPOOL_HELD)
            continue;
        slot->reason.at = at;
        at += SPOOL_RECORD_HEAD + (int64_t)slot->reason.length;
    }
    return at;
}

/* Where fill_new_log() has put things; nothing is read again, so this cannot fail. */
static void relocate(spool *s)
{
    int64_t at = relocate_slots(&s->waiting, SPOOL_RECORD_HEAD + 1);
    (void)relocate_slots(&s->held, at);
}

dbk_err *spool_rewrite(spool *s)
{
    spool_log *to = NULL;
    uint64_t number = s->next_number;
    dbk_err *e = spool_log_create(s->log_path, &to);
    if (!e)
        e = fill_new_log(s, to, &number);
    if (!e)
        e = spool_log_publish(to);
    if (e) {
        spool_log_close(to);
        return e;
    }
    spool_log_close(s->log);
    s->log = to;
    if (s->damages.count == 0) {
        relocate(s);
        return NULL;
    }
    spool_log_close(s->log);
    s->log = NULL;
    return spool_load(s, true);
}

/* What is dead costs nothing but room, so a failure is left to the next time. */
void spool_tidy(spool *s)
{
    int64_t dead = spool_log_length(s->log) - s->live_bytes;
    if (dead > DEAD_BYTES_MAX && dead > s->live_bytes)
        err_free(spool_rewrite(s));
}
