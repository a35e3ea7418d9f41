/* What the log of a spool says: which entries wait and which are in quarantine. */
#include <endian.h>
#include <string.h>

#include "book/spool_int.h"

static int64_t load_time(const char *p)
{
    int64_t v;
    memcpy(&v, p, sizeof(v));
    return (int64_t)le64toh((uint64_t)v);
}

static dbk_err *read_start(spool *s, const spool_record *r, const char *payload)
{
    if (r->length != 1 || payload[0] != SPOOL_VERSION) {
        dbk_err *e = err_new(ERR_INPUT, "the spool %s was written by another version", s->folder);
        return err_with_hint(e, "let the version that wrote it deliver what waits in it");
    }
    if (s->next_number < r->number)
        s->next_number = r->number;
    return NULL;
}

static dbk_err *read_entry(spool *s, const spool_record *r, const char *payload)
{
    if (r->length < SPOOL_TIMES_SIZE)
        return err_new(ERR_INPUT, "entry %llu of the spool %s has no times", (unsigned long long)r->number,
                       s->folder);
    spool_slot slot = {.record = *r, .kept_us = load_time(payload), .expires_us = load_time(payload + 8)};
    if (s->next_number <= r->number)
        s->next_number = r->number + 1;
    s->live_bytes += spool_slot_bytes(&slot);
    return spool_slots_push(&s->waiting, &slot);
}

/* What a record says of an entry that is not there any more, or was damaged, means nothing. */
static dbk_err *read_change(spool *s, const spool_record *r)
{
    spool_slots *list = r->type == SPOOL_DONE || r->type == SPOOL_HELD ? &s->waiting : &s->held;
    spool_slot *slot = spool_slots_find(list, r->number);
    if (!slot)
        return NULL;
    if (r->type == SPOOL_HELD) {
        slot->reason = *r;
        return spool_slots_move(&s->waiting, slot, &s->held);
    }
    if (r->type == SPOOL_RETRIED) {
        slot->reason = (spool_record){0};
        return spool_slots_move(&s->held, slot, &s->waiting);
    }
    s->live_bytes -= spool_slot_bytes(slot);
    spool_slots_take_out(list, slot);
    return NULL;
}

static dbk_err *read_one(void *ctx, const spool_record *r, const char *payload)
{
    spool *s = ctx;
    switch (r->type) {
    case SPOOL_START:
        return read_start(s, r, payload);
    case SPOOL_ENTRY:
    case SPOOL_DAMAGE:
        return read_entry(s, r, payload);
    case SPOOL_DONE:
    case SPOOL_HELD:
    case SPOOL_RETRIED:
    case SPOOL_DROPPED:
        return read_change(s, r);
    default:
        return err_new(ERR_INPUT, "the spool %s has records of a later version", s->folder);
    }
}

static dbk_err *note_damage(void *ctx, int64_t at, int64_t length)
{
    spool *s = ctx;
    spool_slot slot = {.record = {.type = SPOOL_DAMAGE, .at = at}, .kept_us = length};
    return spool_slots_push(&s->damages, &slot);
}

dbk_err *spool_load(spool *s, bool for_writing)
{
    s->waiting.first = s->waiting.count = s->held.first = s->held.count = 0;
    s->damages.first = s->damages.count = 0;
    s->live_bytes = 0;
    spool_reader reader = {.record = read_one, .damage = note_damage, .ctx = s};
    return spool_log_open(s->log_path, for_writing, &reader, &s->log);
}
