/* published.h: the hash that whoever made a file published beside it: FILE.CHECKSUM, lines of "sha256  name"
 * as sha256sum writes and checks them. Blocks; any thread. */
#ifndef DAYBOOK_MARKET_INGEST_PUBLISHED_H
#define DAYBOOK_MARKET_INGEST_PUBLISHED_H

#include "core/arena.h"
#include "market/formats/source.h"

typedef enum published_verdict {
    PUBLISHED_NONE, /* there is no such file */
    PUBLISHED_MATCHES,
    PUBLISHED_DIFFERS,
    PUBLISHED_UNREADABLE /* there is one, and it does not say what this file's hash is */
} published_verdict;

typedef struct published {
    published_verdict verdict;
    uint8_t sha256[32]; /* MATCHES, DIFFERS: as published */
    const char *reason; /* DIFFERS, UNREADABLE: what is wrong */
} published;

/* Looks beside the file and compares with what the file is. Strings live in the arena. */
dbk_err *published_check(arena *a, const char *path, const source_identity *identity,
                         published *out) ERR_MUST_USE;

#endif
