/* slot.h: which of 64 slots an aggregate's events belong to.
 *
 * A subject for each aggregate would cost a broker memory for each of them for ever; one for all would let
 * nobody read a part. bus.fn_slot() in the database says the same. */
#ifndef DAYBOOK_BUS_SLOT_H
#define DAYBOOK_BUS_SLOT_H

#define SLOTS 64

/* 0 to 63: the 64-bit FNV-1a hash of "type/id" modulo 64. */
int slot_of(const char *aggregate_type, const char *aggregate_id);

#endif
