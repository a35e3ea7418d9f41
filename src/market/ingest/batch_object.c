#include "market/ingest/batch_object.h"

#include <assert.h>
#include <string.h>

#include "market/ingest/batch_raw.h"

dbk_err *batch_object_open(pg_conn *c, arena *a, const dbk_clock *clock, const dbk_uuid *batch_id,
                           const char *path, const source_identity *identity, batch_object *out)
{
    source_kind kind;
    pg_rows *rows;
    dbk_err *e = batch_raw_kind(path, &kind);
    if (!e)
        e = uuid_v7(clock, &out->object_id);
    if (!e)
        e = sha256_new(&out->hash);
    if (e)
        return e;
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &out->object_id);
    pg_param_text(p, batch_raw_encoding(kind));
    pg_param_bytes(p, identity->sha256, sizeof(identity->sha256));
    pg_param_int8(p, identity->size_bytes);
    e = pg_query_one(c, a, "select outcome from market.fn_open_object($1, $2, $3, $4)", p, &rows);
    if (e)
        return e;
    out->wanted = strcmp(pg_get_text(rows, 0, 0), "created") == 0;
    /* Of files that are one chunk each nearly none is another's. */
    if (!out->wanted || kind != SOURCE_PLAIN || identity->size_bytes <= (int64_t)CONTENT_CUT_BYTES_MIN)
        return NULL;
    return known_chunks_read(c, a, batch_id, &out->known);
}

/* What the chunk is unpacked, and which one it is like. */
static void send_content(pg_copy *k, const parcel *p)
{
    if (p->plain_bytes > 0) {
        pg_copy_int4(k, p->plain_bytes);
        pg_copy_text(k, (const char *)p->plain_sha256, sizeof(p->plain_sha256));
    } else {
        pg_copy_null(k);
        pg_copy_null(k);
    }
    if (p->like) {
        pg_copy_uuid(k, &p->like->object_id);
        pg_copy_int4(k, p->like->chunk_no);
    } else {
        pg_copy_null(k);
        pg_copy_null(k);
    }
}

dbk_err *batch_object_send(batch_object *o, pg_copy *k, const parcel *p)
{
    dbk_err *e = pg_copy_row(k);
    if (e)
        return e;
    assert(p->chunk_no == o->chunks);
    pg_copy_uuid(k, &o->object_id);
    pg_copy_int4(k, p->chunk_no);
    if (p->like)
        pg_copy_null(k);
    else
        pg_copy_text(k, p->data, p->length);
    send_content(k, p);
    sha256_update(o->hash, p->like ? p->like->sha256 : p->sha256, sizeof(p->sha256));
    o->chunks++;
    o->stored_bytes += p->like ? 0 : (int64_t)p->length;
    return NULL;
}

dbk_err *batch_object_close(batch_object *o, pg_conn *c, arena *a, const batch_totals *totals)
{
    uint8_t hash[32];
    pg_rows *rows;
    sha256_final(o->hash, hash);
    pg_params *p = pg_params_new(a);
    pg_param_uuid(p, &o->object_id);
    pg_param_int4(p, o->chunks);
    pg_param_int8(p, o->stored_bytes);
    pg_param_bytes(p, hash, sizeof(hash));
    pg_param_text_array(p, totals->offsets, totals->offset_count);
    dbk_err *e = pg_query_one(
        c, a, "select outcome from market.fn_close_object($1, $2, $3, $4, $5::bigint[])", p, &rows);
    if (!e && strcmp(pg_get_text(rows, 0, 0), "created") != 0)
        e = err_new(ERR_INTERNAL, "closing an object was answered with \"%s\"", pg_get_text(rows, 0, 0));
    return e;
}

void batch_object_term(batch_object *o)
{
    sha256_free(o->hash);
    o->hash = NULL;
}
