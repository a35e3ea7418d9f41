/* Which entries a spool has, in which order, and where they are in its log. */
#include <string.h>

#include "book/spool_int.h"
#include "core/mem.h"

dbk_err *spool_slots_reserve(spool_slots *list, size_t count)
{
    if (list->first > list->count / 2 || list->first == list->count) {
        list->count -= list->first;
        if (list->count > 0)
            memmove(list->items, list->items + list->first, list->count * sizeof(*list->items));
        list->first = 0;
    }
    if (list->capacity - list->count >= count)
        return NULL;
    size_t capacity = list->capacity > 0 ? list->capacity : 64;
    while (capacity - list->count < count)
        capacity *= 2;
    spool_slot *items = mem_realloc(list->items, capacity * sizeof(*items));
    if (!items)
        return err_oom();
    list->items = items;
    list->capacity = capacity;
    return NULL;
}

dbk_err *spool_slots_push(spool_slots *list, const spool_slot *slot)
{
    dbk_err *e = spool_slots_reserve(list, 1);
    if (!e)
        list->items[list->count++] = *slot;
    return e;
}

spool_slot *spool_slots_find(const spool_slots *list, uint64_t number)
{
    for (size_t i = list->first; i < list->count; i++) {
        if (list->items[i].record.number == number)
            return &list->items[i];
    }
    return NULL;
}

void spool_slots_take_out(spool_slots *list, spool_slot *slot)
{
    if (slot == &list->items[list->first]) {
        list->first++;
        return;
    }
    size_t behind = (size_t)(&list->items[list->count] - slot) - 1;
    memmove(slot, slot + 1, behind * sizeof(*slot));
    list->count--;
}

dbk_err *spool_slots_move(spool_slots *from, spool_slot *slot, spool_slots *to)
{
    dbk_err *e = spool_slots_push(to, slot);
    if (!e)
        spool_slots_take_out(from, slot);
    return e;
}

int64_t spool_slot_bytes(const spool_slot *slot)
{
    return SPOOL_RECORD_HEAD + (int64_t)slot->record.length;
}
