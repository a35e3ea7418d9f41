#include "market/formats/row_ids.h"

#include <assert.h>
#include <string.h>

#include "core/mem.h"
#include "market/formats/dataset_int.h"

#define ID_MASK (ROW_IDS_FIRST - 1)

typedef struct seen {
    uint64_t content;
    uint64_t count; /* 0: free */
} seen;

struct row_ids {
    const dataset *dataset;
    bool begun;
    int64_t time_us;
    size_t count;
    seen table[2 * ROW_IDS_MAX]; /* open addressing */
    size_t used[ROW_IDS_MAX];    /* places in it, to be emptied when the time moves on */
};

dbk_err *row_ids_new(const dataset *d, row_ids **out)
{
    assert(d->id_column >= 0);
    row_ids *ids = mem_alloc(sizeof(*ids));
    if (!ids)
        return err_oom();
    ids->dataset = d;
    *out = ids;
    return NULL;
}

void row_ids_free(row_ids *ids)
{
    mem_free(ids);
}

/* The finaliser of splitmix64: every bit of the input moves half of the output. */
static uint64_t mix(uint64_t h, uint64_t v)
{
    h += v + UINT64_C(0x9e3779b97f4a7c15);
    h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
    return h ^ (h >> 31);
}

static uint64_t bits_of(const dataset_column *c, const dataset_value *v)
{
    uint64_t bits = 0;
    if (c->kind == DATASET_FLOAT8) {
        double value = v->float8 == 0 ? 0 : v->float8; /* one zero */
        memcpy(&bits, &value, sizeof(bits));
    } else if (c->kind == DATASET_BOOL) {
        bits = v->boolean;
    } else {
        assert(c->kind == DATASET_INT8 || c->kind == DATASET_TIME);
        bits = (uint64_t)v->int8;
    }
    return bits;
}

static uint64_t content_of(const dataset *d, const dataset_row *row)
{
    uint64_t h = 0;
    for (int i = 0; i < d->column_count; i++)
        if (i != d->id_column && dataset_has(row, i))
            h = mix(mix(h, (uint64_t)i), bits_of(&d->columns[i], &row->values[i]));
    return h;
}

/* NULL: there are too many. */
static seen *find(row_ids *ids, uint64_t content)
{
    size_t size = sizeof(ids->table) / sizeof(ids->table[0]);
    size_t at = content % size;
    while (ids->table[at].count > 0 && ids->table[at].content != content)
        at = (at + 1) % size;
    seen *s = &ids->table[at];
    if (s->count == 0) {
        if (ids->count == ROW_IDS_MAX)
            return NULL;
        ids->used[ids->count++] = at;
        s->content = content;
    }
    return s;
}

bool row_ids_put(row_ids *ids, dataset_row *row, dataset_fault *fault)
{
    const dataset *d = ids->dataset;
    if (dataset_has(row, d->id_column))
        return true;
    int64_t time_us = row->values[d->time_column].time_us;
    if (ids->begun && time_us < ids->time_us)
        return dataset_broken(fault, "rows without numbers have to be in the order of time");
    if (!ids->begun || time_us > ids->time_us) {
        while (ids->count > 0)
            ids->table[ids->used[--ids->count]].count = 0;
        ids->time_us = time_us;
        ids->begun = true;
    }
    uint64_t content = content_of(d, row);
    seen *s = find(ids, content);
    if (!s)
        return dataset_broken(fault, "too many different rows without numbers at one time");
    row->values[d->id_column].int8 = ROW_IDS_FIRST | (int64_t)(mix(content, s->count++) & (uint64_t)ID_MASK);
    row->present |= UINT32_C(1) << d->id_column;
    return true;
}
