#include "bus/slot.h"

#include <stdint.h>

#define FNV_OFFSET 0xcbf29ce484222325U
#define FNV_PRIME 0x100000001b3U

static uint64_t hash(uint64_t so_far, const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        so_far = (so_far ^ *p) * FNV_PRIME;
    return so_far;
}

int slot_of(const char *aggregate_type, const char *aggregate_id)
{
    return (int)(hash(hash(hash(FNV_OFFSET, aggregate_type), "/"), aggregate_id) % SLOTS);
}
