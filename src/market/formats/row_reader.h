/* row_reader.h: the rows of a source, one after another, whatever format they are in.
 *
 * A format implements the methods and begins its own struct with a row_reader. Everything in the source comes
 * out exactly once: as a row, or as a reject with its reason. Blocks; one thread at a time. */
#ifndef DAYBOOK_MARKET_FORMATS_ROW_READER_H
#define DAYBOOK_MARKET_FORMATS_ROW_READER_H

#include "market/formats/dataset.h"
#include "market/formats/row_ids.h"
#include "market/formats/source.h"

typedef enum row_event { ROW_READ, ROW_REJECTED, ROW_END } row_event;

/* What is lent (raw, text and levels in the row) is valid until the next call. */
typedef struct row_item {
    row_event event;
    dataset_row row;     /* READ */
    dataset_fault fault; /* REJECTED */
    int64_t line;        /* of the source, from 1; elements of a JSON array are counted like lines */
    int64_t byte_offset; /* of its first byte in the unpacked data */
    const char *raw;     /* as it stands in the source; not terminated */
    size_t raw_length;
} row_item;

/* Where a row stands among those of its source. */
typedef struct row_place {
    int64_t time_us;
    int64_t id;    /* the venue's number … */
    bool numbered; /* … where it gave one */
} row_place;

static inline row_place row_place_of(const dataset *d, const dataset_row *row)
{
    row_place p = {.time_us = row->values[d->time_column].time_us};
    p.id = d->id_column >= 0 ? row->values[d->id_column].int8 : 0;
    p.numbered = d->id_column >= 0 && p.id < ROW_IDS_FIRST;
    return p;
}

/* Of rows each of which stands behind the one before it no two are about the same thing: the same number at
 * another time is. */
static inline bool row_place_is_behind(const row_place *p, const row_place *before)
{
    return p->numbered ? p->time_us >= before->time_us && p->id > before->id : p->time_us > before->time_us;
}

/* What a source holds, from reading it once. */
typedef struct row_summary {
    int64_t rows; /* = good + rejects */
    int64_t good;
    int64_t rejects;
    int64_t first_us, last_us; /* earliest and latest time of a good row */
    bool ordered;              /* each stands behind the one before it */
    unsigned time_units;       /* enum source_time_unit bits */
    row_place previous;        /* the last good row */
} row_summary;

/* Counts a good row. */
static inline void row_summary_add(row_summary *s, row_place place, unsigned time_unit)
{
    const int64_t time_us = place.time_us;
    if (s->good == 0) {
        s->first_us = s->last_us = time_us;
        s->ordered = true;
    } else {
        s->ordered = s->ordered && row_place_is_behind(&place, &s->previous);
        s->first_us = time_us < s->first_us ? time_us : s->first_us;
        s->last_us = time_us > s->last_us ? time_us : s->last_us;
    }
    s->previous = place;
    s->time_units |= time_unit;
    s->good++;
}

typedef struct row_reader row_reader;

typedef struct row_reader_methods {
    dbk_err *(*next)(row_reader *r, row_item *out);
    dbk_err *(*identify)(row_reader *r, source_identity *out);
    void (*close)(row_reader *r);
    bool (*tap)(row_reader *r, const source_tap *tap); /* NULL: false */
} row_reader_methods;

struct row_reader {
    const row_reader_methods *methods;
    const dataset *dataset;
};

static inline dbk_err *row_reader_next(row_reader *r, row_item *out)
{
    return r->methods->next(r, out);
}

/* Identity of the source that was read; reads what has not been read yet; once. */
static inline dbk_err *row_reader_identify(row_reader *r, source_identity *out)
{
    return r->methods->identify(r, out);
}

/* As source_tap_into(). */
static inline bool row_reader_tap(row_reader *r, const source_tap *tap)
{
    return r->methods->tap && r->methods->tap(r, tap);
}

/* Frees the reader; accepts NULL. */
static inline void row_reader_close(row_reader *r)
{
    if (r)
        r->methods->close(r);
}

#endif
