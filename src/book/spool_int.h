/* spool_int.h: what the files of the spool share: what it remembers of its log. */
#ifndef DAYBOOK_BOOK_SPOOL_INT_H
#define DAYBOOK_BOOK_SPOOL_INT_H

#include "book/spool.h"
#include "book/spool_log.h"

#define SPOOL_VERSION 1
#define SPOOL_TIMES_SIZE 16 /* in front of an entry's text: i64 kept_us, i64 expires_us */
#define SPOOL_REASON_MAX ((size_t)128 << 10)

/* Types of records. Each is about the entry with the record's number. */
enum {
    SPOOL_START = 1, /* the next number that is given; payload: the version */
    SPOOL_ENTRY,     /* times and text */
    SPOOL_DONE,
    SPOOL_HELD, /* in quarantine; payload: the reason, as JSON */
    SPOOL_RETRIED,
    SPOOL_DROPPED,
    SPOOL_DAMAGE /* times, and bytes that were no record */
};

typedef struct spool_slot {
    spool_record record;
    spool_record reason; /* of one in quarantine; type 0: it could not be written down */
    int64_t kept_us, expires_us;
} spool_slot;

/* In order, from `first` on. */
typedef struct spool_slots {
    spool_slot *items;
    size_t first, count, capacity;
} spool_slots;

struct spool {
    char *folder, *log_path;
    int lock; /* -1: only looked at */
    const dbk_clock *clock;
    spool_log *log;
    uint64_t next_number;
    spool_slots waiting, held;
    spool_slots damages; /* places in the log: at, and the length as kept_us */
    int64_t live_bytes;  /* of the entries that are in the two lists */
};

/* Room for so many more: pushing them cannot fail then. */
dbk_err *spool_slots_reserve(spool_slots *list, size_t count) ERR_MUST_USE;
dbk_err *spool_slots_push(spool_slots *list, const spool_slot *slot) ERR_MUST_USE;
spool_slot *spool_slots_find(const spool_slots *list, uint64_t number); /* NULL when it is not there */
void spool_slots_take_out(spool_slots *list, spool_slot *slot);
dbk_err *spool_slots_move(spool_slots *from, spool_slot *slot, spool_slots *to) ERR_MUST_USE;
int64_t spool_slot_bytes(const spool_slot *slot);

/* Opens the log and learns from it what waits. */
dbk_err *spool_load(spool *s, bool for_writing) ERR_MUST_USE;
/* After an error the spool goes on with the log that it had; only with damages it may have none any more. */
dbk_err *spool_rewrite(spool *s) ERR_MUST_USE;
/* Writes the log anew when most of it is done with. */
void spool_tidy(spool *s);

void spool_put_start(buf *out, uint64_t number);
void spool_store_time(char *p, int64_t v);
dbk_err *spool_write_change(spool *s, uint32_t type, uint64_t number, const buf *payload, bool flush,
                            int64_t *at) ERR_MUST_USE;
char *spool_path(const char *folder, const char *name); /* NULL when memory is short */

#endif
