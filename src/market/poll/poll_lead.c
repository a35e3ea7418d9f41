#include "market/poll/poll_lead.h"

/* FNV-1a. Two streams that meet in one number would share a leader, and nothing else. */
static int32_t key_of(const char *venue, const char *stream)
{
    uint32_t hash = 2166136261u;
    for (const char *p = venue; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 16777619u;
    hash = (hash ^ ' ') * 16777619u;
    for (const char *p = stream; *p; p++)
        hash = (hash ^ (unsigned char)*p) * 16777619u;
    return (int32_t)hash;
}

dbk_err *poll_lead_take(pg_lead *l, const char *venue, const char *stream, bool *leads)
{
    return pg_lead_take(l, PG_LOCK_POLL, key_of(venue, stream), leads);
}
