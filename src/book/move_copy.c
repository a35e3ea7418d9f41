/* move_copy.c: rows from one place to the other, in batches, and how far that has come. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book/move_int.h"
#include "core/json.h"

#define BATCH_ROWS 2000
#define BATCH_BYTES ((size_t)8 << 20)

/* ---- how far the copy has come ---- */

static const char *write_progress(mover *m, const mover_account *a)
{
    buf b;
    buf_init(&b, 0);
    buf_printf(&b, "{\"since\": %lld, \"event\": %lld, \"audit\": %lld", (long long)a->bounds.since_us,
               (long long)a->bounds.event, (long long)a->bounds.audit);
    if (!a->copied) {
        buf_append_str(&b, ", \"table\": ");
        json_append_string(&b, m->tables[a->table].name);
        for (size_t i = 0; i < m->tables[a->table].key_count && a->after[0]; i++) {
            buf_append_str(&b, i == 0 ? ", \"after\": [" : ", ");
            json_append_string(&b, a->after[i]);
        }
        buf_append_str(&b, a->after[0] ? "]" : "");
    }
    buf_append_char(&b, '}');
    const char *text = b.state == BUF_OK ? arena_strdup(m->batch, b.data) : NULL;
    buf_term(&b);
    return text;
}

static int64_t integer(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static dbk_err *read_key(mover *m, mover_account *a, const json_t *after)
{
    for (size_t i = 0; i < json_array_size(after) && i < MOVE_KEYS_MAX; i++) {
        const char *text = json_string_value(json_array_get(after, i));
        a->after[i] = text ? arena_strdup(m->arena, text) : NULL;
        if (!a->after[i])
            return err_oom();
    }
    return NULL;
}

dbk_err *mover_resume(mover *m, mover_account *a, const char *progress)
{
    json_t *o = NULL;
    dbk_err *e = json_parse(progress, strlen(progress), "the progress of the move", &o);
    if (e)
        return e;
    a->resumed = true;
    a->bounds = (move_bounds){integer(o, "since"), integer(o, "event"), integer(o, "audit")};
    const char *name = json_string_value(json_object_get(o, "table"));
    a->copied = !name;
    while (name && a->table < m->table_count && strcmp(m->tables[a->table].name, name) != 0)
        a->table++;
    if (a->table == m->table_count)
        e = err_new(ERR_INPUT, "the move of account %s was begun by another version of Daybook", a->id);
    else
        e = read_key(m, a, json_object_get(o, "after"));
    json_decref(o);
    return e;
}

/* ---- what is known by other ids ---- */

/* The instrument whose id begins the text; NULL when none does that has another id there. */
static const struct mover_instrument *find_instrument(const mover *m, const char *text)
{
    for (size_t i = 0; i < m->instrument_count; i++)
        if (strncmp(m->instruments[i].from, text, UUID_TEXT_SIZE - 1) == 0)
            return &m->instruments[i];
    return NULL;
}

static dbk_err *note_instrument(mover *m, const char *from, const char *to)
{
    if (strcmp(from, to) == 0)
        return NULL;
    if (find_instrument(m, from))
        return NULL;
    struct mover_instrument *grown = arena_alloc(m->arena, (m->instrument_count + 1) * sizeof(*grown));
    if (!grown)
        return err_oom();
    if (m->instrument_count > 0)
        memcpy(grown, m->instruments, m->instrument_count * sizeof(*grown));
    m->instruments = grown;
    m->instruments[m->instrument_count++] = (struct mover_instrument){from, to};
    return NULL;
}

dbk_err *mover_refer(mover *m, mover_account *a)
{
    move_named *named;
    move_instrument *instruments;
    size_t named_count, count;
    move_bounds ignored;
    dbk_err *e = m->from.hold(m->from.ctx, -1, &ignored);
    if (e)
        return e;
    e = m->from.references(m->from.ctx, m->arena, a->id, &named, &named_count, &instruments, &count);
    m->from.let_go(m->from.ctx);
    for (size_t i = 0; !e && i < named_count; i++)
        e = m->to.name(m->to.ctx, &named[i]);
    for (size_t i = 0; !e && i < count; i++) {
        const char *id;
        e = m->to.instrument(m->to.ctx, m->arena, &instruments[i], &id);
        if (!e)
            e = note_instrument(m, instruments[i].id, id);
    }
    return e;
}

static const char *instrument_there(const mover *m, const char *id)
{
    const struct mover_instrument *found = find_instrument(m, id);
    return found ? found->to : id;
}

/* Ids are of one length, and in no other text than where an instrument is meant. Each place is looked at
 * once: one's id there may be another's here. */
static const char *with_ids_there(const mover *m, const char *json)
{
    char *copy = arena_strdup(m->batch, json);
    if (!copy || m->instrument_count == 0)
        return copy;
    for (char *at = copy; *at; at++) {
        const struct mover_instrument *found = find_instrument(m, at);
        if (!found)
            continue;
        memcpy(at, found->to, UUID_TEXT_SIZE - 1);
        at += UUID_TEXT_SIZE - 2;
    }
    return copy;
}

/* ---- rows ---- */

static dbk_err *copy_value(mover *m, move_kind kind, const char *value, const char **out)
{
    *out = NULL;
    if (!value)
        return NULL;
    *out = kind == MOVE_JSON_OF_BOOK || kind == MOVE_AMOUNTS ? with_ids_there(m, value)
           : kind == MOVE_INSTRUMENT                         ? instrument_there(m, value)
                                                             : value;
    if (*out == value)
        *out = arena_strdup(m->batch, value);
    return *out ? NULL : err_oom();
}

typedef struct batch {
    mover_account *account;
    const move_table *table;
    const char *const *rows[BATCH_ROWS];
    size_t count;
    bool first_pass;
} batch;

static dbk_err *send(mover *m, batch *b)
{
    mover_account *a = b->account;
    for (size_t i = 0; b->first_pass && b->count > 0 && i < b->table->key_count; i++) {
        a->after[i] = arena_strdup(m->arena, b->rows[b->count - 1][b->table->keys[i]]);
        if (!a->after[i])
            return err_oom();
    }
    const char *progress = write_progress(m, a);
    if (!progress)
        return err_oom();
    int64_t taken;
    dbk_err *e = m->to.take(
        m->to.ctx, &(move_taking){b->table, a->id, a->move_id, progress, &(move_rows){b->rows, b->count}},
        &taken);
    a->rows += (int64_t)b->count;
    b->count = 0;
    arena_reset(m->batch);
    if (!e && m->options->progress)
        m->options->progress(m->options->ctx, b->table->name, a->rows);
    return e;
}

static dbk_err *add(mover *m, batch *b, const char *const *values)
{
    dbk_err *e = move_check_row(b->table, values);
    const char **row = arena_alloc(m->batch, b->table->count * sizeof(*row));
    if (!e && !row)
        e = err_oom();
    for (size_t i = 0; !e && i < b->table->count; i++)
        e = copy_value(m, b->table->columns[i].kind, values[i], &row[i]);
    if (e)
        return e;
    b->rows[b->count++] = row;
    return b->count == BATCH_ROWS || arena_used_bytes(m->batch) > BATCH_BYTES ? send(m, b) : NULL;
}

static dbk_err *copy_table(mover *m, mover_account *a, const move_query *query, bool first_pass,
                           int64_t *rows)
{
    const char *values[MOVE_COLUMNS_MAX];
    batch b = {.account = a, .table = query->table, .first_pass = first_pass};
    bool more = true;
    dbk_err *e = m->from.rows_open(m->from.ctx, query);
    while (!e && more) {
        e = m->from.rows_next(m->from.ctx, &more, values);
        if (!e && more) {
            e = add(m, &b, values);
            ++*rows;
        }
    }
    m->from.rows_close(m->from.ctx);
    if (!e && b.count > 0)
        e = send(m, &b);
    arena_reset(m->batch);
    return e;
}

dbk_err *mover_check(mover *m, mover_account *a)
{
    const char *values[MOVE_COLUMNS_MAX];
    int64_t rows = 0;
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < m->table_count; i++) {
        bool more = true;
        e = m->from.rows_open(m->from.ctx, &(move_query){.table = &m->tables[i], .account_id = a->id});
        while (!e && more) {
            e = m->from.rows_next(m->from.ctx, &more, values);
            if (!e && more)
                e = move_check_row(&m->tables[i], values);
            if (!e && m->options->progress && ++rows % BATCH_ROWS == 0)
                m->options->progress(m->options->ctx, "checking", rows);
        }
        m->from.rows_close(m->from.ctx);
    }
    return e;
}

/* What was written after the bounds, of all tables or of those that were begun. */
static dbk_err *copy_changes(mover *m, mover_account *a, size_t count, int64_t *rows)
{
    move_bounds bounds = a->bounds;
    dbk_err *e = m->from.since(m->from.ctx, &bounds);
    for (size_t i = 0; !e && i < count; i++)
        e = copy_table(
            m, a,
            &(move_query){
                .table = &m->tables[i], .account_id = a->id, .extent = MOVE_SINCE, .bounds = &bounds},
            false, rows);
    return e;
}

/* An interrupted pass goes on in another state of the book than it began in: what it copied is brought there
 * first, so that rows find what they refer to. */
static dbk_err *copy_all(mover *m, mover_account *a, int64_t *rows)
{
    dbk_err *e = a->resumed ? copy_changes(m, a, a->table + 1, rows) : NULL;
    while (!e && a->table < m->table_count) {
        move_query query = {.table = &m->tables[a->table],
                            .account_id = a->id,
                            .extent = a->after[0] ? MOVE_AFTER : MOVE_ALL};
        memcpy(query.after, a->after, sizeof(query.after));
        e = copy_table(m, a, &query, true, rows);
        if (e)
            return e;
        memset(a->after, 0, sizeof(a->after));
        a->table++;
    }
    return e;
}

/* Keeps that the first pass has ended, with no rows. */
static dbk_err *note_copied(mover *m, mover_account *a)
{
    a->copied = true;
    batch b = {.account = a, .table = &m->tables[0]};
    return send(m, &b);
}

dbk_err *mover_pass(mover *m, mover_account *a, const move_bounds *after, int64_t *rows)
{
    if (!a->copied) {
        if (!a->resumed)
            a->bounds = *after;
        dbk_err *e = copy_all(m, a, rows);
        return e ? e : note_copied(m, a);
    }
    dbk_err *e = copy_changes(m, a, m->table_count, rows);
    if (e)
        return e;
    a->bounds = *after;
    return note_copied(m, a);
}
