/* uuid.h: 128-bit identities, made by the caller before anything is sent.
 *
 * uuid_v7 is ordered by time (RFC 9562). uuid_from_name is deterministic (version 8: the first 128 bits of
 * SHA-256 over namespace and name): the same caller that computes the same name again gets the same identity,
 * which is how a restarted program replays instead of duplicating. */
#ifndef DAYBOOK_CORE_UUID_H
#define DAYBOOK_CORE_UUID_H

#include <stdint.h>

#include "core/clock.h"
#include "core/err.h"
#include "daybook.h"

#define UUID_TEXT_SIZE DBK_UUID_TEXT_SIZE

dbk_err *uuid_v7(const dbk_clock *clock,
                 dbk_uuid *out) ERR_MUST_USE; /* fails only when the kernel has no randomness */
void uuid_from_name(const dbk_uuid *name_space, const void *name, size_t length, dbk_uuid *out);
dbk_err *uuid_parse(const char *text, dbk_uuid *out) ERR_MUST_USE; /* canonical 8-4-4-4-12, any case */
void uuid_format(const dbk_uuid *id, char out[UUID_TEXT_SIZE]);    /* lower case */
bool uuid_equal(const dbk_uuid *a, const dbk_uuid *b);

#endif
