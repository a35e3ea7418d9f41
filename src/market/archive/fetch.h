/* fetch.h: files of an archive (archive.h) from a mirror into a folder that has the archive's own paths.
 *
 * A file that is there with the published SHA-256 is not fetched again, so that a run that was cut short is
 * simply started again; one that was published anew is fetched and replaces the old one. Each is verified
 * before it stands under its name, with the CHECKSUM file beside it. Blocks; several files at once, each on a
 * thread and connection of its own. */
#ifndef DAYBOOK_MARKET_ARCHIVE_FETCH_H
#define DAYBOOK_MARKET_ARCHIVE_FETCH_H

#include <stdatomic.h>

#include "core/clock.h"
#include "core/log.h"
#include "core/progress.h"
#include "market/archive/archive.h"

#define FETCH_AT_ONCE_MAX 16

typedef enum fetch_verdict {
    FETCH_PENDING,    /* not come to */
    FETCH_FETCHED,    /* new here, and what was published */
    FETCH_UNCHANGED,  /* was here already, and is what is published */
    FETCH_UNVERIFIED, /* here, but no CHECKSUM is published for it */
    FETCH_ABSENT,     /* the mirror does not have it (404) */
    FETCH_MISMATCH,   /* here with the CHECKSUM beside, which it does not have, also when fetched again */
    FETCH_FAILED      /* the mirror could not be asked, or did not answer as one does */
} fetch_verdict;

typedef struct fetch_item {
    const archive_order *order;
    archive_file file;
    fetch_verdict verdict;
    const char *local; /* where it is or would be */
    int64_t size_bytes;
    char sha256[65];    /* "" when it is not here */
    const char *reason; /* of ABSENT, MISMATCH, UNVERIFIED and FAILED */
} fetch_item;

typedef struct fetch_options {
    const char *mirror; /* URL without a slash at its end */
    const char *folder; /* made when missing */
    int at_once;        /* 1 to FETCH_AT_ONCE_MAX */
    const dbk_clock *clock;
    dbk_log *log;
    const atomic_int *interrupt; /* may be NULL */
} fetch_options;

const char *fetch_verdict_name(fetch_verdict v); /* "fetched" */

/* Its clients, one a thread; while it stands fetch_wake() may be called from any thread. */
typedef struct fetch fetch;
dbk_err *fetch_begin(const fetch_options *o, fetch **out) ERR_MUST_USE;
void fetch_wake(fetch *f);
void fetch_end(fetch *f); /* accepts NULL */

/* Every item that is pending gets its verdict. What the mirror does is in the verdicts; an error is what ends
 * the whole run: interrupted, no memory, a folder that cannot be written. Strings live in the arena. `bar`
 * counts files; it may be NULL. */
dbk_err *fetch_files(fetch *f, arena *a, progress *bar, fetch_item *items, size_t count) ERR_MUST_USE;

/* Does the text of a CHECKSUM file give this file's hash? Lower-case hex into out. */
bool fetch_read_checksum(const char *text, size_t length, const char *file_name, char out[65]);

#endif
