#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "schema/mirror_int.h"

#define OBJECTS_MAX ((size_t)1 << 20)
#define PIECES_MAX ((size_t)1 << 24)

/* Room for one more element of an array in the arena, doubling. */
static dbk_err *grow(arena *a, void **items, size_t *capacity, size_t count, size_t size, size_t max)
{
    if (count < *capacity)
        return NULL;
    if (count >= max)
        return err_new(ERR_LIMIT, "the database has more objects than a mirror can hold (%zu)", max);
    size_t wanted = *capacity ? 2 * *capacity : 256;
    void *bigger = arena_alloc(a, wanted * size);
    if (!bigger)
        return err_oom();
    if (count)
        memcpy(bigger, *items, count * size);
    *items = bigger;
    *capacity = wanted;
    return NULL;
}

dbk_err *mirror_set_add(mirror_set *s, const mirror_file *file)
{
    assert(!s->slots);
    void *items = s->files;
    dbk_err *e = grow(s->arena, &items, &s->capacity, s->count, sizeof(*s->files), OBJECTS_MAX);
    if (e)
        return e;
    s->files = items;
    s->files[s->count++] = *file;
    return NULL;
}

/* Overloads have the same path until their arguments are made part of it; those keep them apart here. */
static int compare_files(const void *left, const void *right)
{
    const mirror_file *l = left, *r = right;
    int order = strcmp(l->path, r->path);
    return order ? order : strcmp(l->arguments ? l->arguments : "", r->arguments ? r->arguments : "");
}

static dbk_err *name_overloads(mirror_set *s)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < s->count;) {
        size_t end = i + 1;
        while (end < s->count && strcmp(s->files[i].path, s->files[end].path) == 0)
            end++;
        bool overloaded = end - i > 1;
        for (; !e && overloaded && i < end; i++) {
            char *path;
            e = mirror_path_overload(s->arena, &s->files[i], &path);
            if (!e)
                s->files[i].path = path;
        }
        i = end;
    }
    if (!e)
        qsort(s->files, s->count, sizeof(*s->files), compare_files);
    return e;
}

static size_t slot_of(const mirror_set *s, char object_class, int64_t oid)
{
    uint64_t h = ((uint64_t)oid << 8 | (unsigned char)object_class) * UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(h >> 32) & (s->slot_count - 1);
}

static dbk_err *make_slots(mirror_set *s)
{
    s->slot_count = 16;
    while (s->slot_count < 2 * s->count + 2)
        s->slot_count *= 2;
    s->slots = arena_alloc(s->arena, s->slot_count * sizeof(*s->slots));
    if (!s->slots)
        return err_oom();
    for (size_t i = 0; i < s->count; i++) {
        size_t slot = slot_of(s, s->files[i].object_class, s->files[i].oid);
        while (s->slots[slot])
            slot = (slot + 1) & (s->slot_count - 1);
        s->slots[slot] = i + 1;
    }
    return NULL;
}

dbk_err *mirror_set_index(mirror_set *s)
{
    for (size_t i = 0; i < s->count; i++) {
        char *path;
        dbk_err *e = mirror_path_of(s->arena, &s->files[i], &path);
        if (e)
            return e;
        s->files[i].path = path;
    }
    if (s->count)
        qsort(s->files, s->count, sizeof(*s->files), compare_files);
    dbk_err *e = name_overloads(s);
    return e ? e : make_slots(s);
}

bool mirror_set_find(const mirror_set *s, char object_class, int64_t oid, size_t *file)
{
    assert(s->slots);
    for (size_t slot = slot_of(s, object_class, oid); s->slots[slot];
         slot = (slot + 1) & (s->slot_count - 1)) {
        const mirror_file *f = &s->files[s->slots[slot] - 1];
        if (f->object_class == object_class && f->oid == oid) {
            *file = s->slots[slot] - 1;
            return true;
        }
    }
    return false;
}

dbk_err *mirror_set_add_piece(mirror_set *s, const mirror_piece *piece)
{
    void *items = s->pieces;
    dbk_err *e = grow(s->arena, &items, &s->piece_capacity, s->piece_count, sizeof(*s->pieces), PIECES_MAX);
    if (e)
        return e;
    s->pieces = items;
    s->pieces[s->piece_count++] = *piece;
    return NULL;
}

dbk_err *mirror_set_add_need(mirror_set *s, const mirror_need *need)
{
    void *items = s->needs;
    dbk_err *e = grow(s->arena, &items, &s->need_capacity, s->need_count, sizeof(*s->needs), PIECES_MAX);
    if (e)
        return e;
    s->needs = items;
    s->needs[s->need_count++] = *need;
    return NULL;
}

dbk_err *mirror_set_add_role(mirror_set *s, const char *schema, const char *name)
{
    /* Objects of one schema come together and mostly have one owner. */
    const mirror_role *last = s->role_count ? &s->roles[s->role_count - 1] : NULL;
    if (last && strcmp(last->name, name) == 0 && strcmp(last->schema, schema) == 0)
        return NULL;
    void *items = s->roles;
    dbk_err *e = grow(s->arena, &items, &s->role_capacity, s->role_count, sizeof(*s->roles), PIECES_MAX);
    if (e)
        return e;
    s->roles = items;
    s->roles[s->role_count++] = (mirror_role){.schema = schema, .name = name};
    return NULL;
}

static int compare_pieces(const void *left, const void *right)
{
    const mirror_piece *l = left, *r = right;
    if (l->file != r->file)
        return l->file < r->file ? -1 : 1;
    if (l->section != r->section)
        return l->section < r->section ? -1 : 1;
    int order = strcmp(l->sort, r->sort);
    return order ? order : strcmp(l->sql ? l->sql : "", r->sql ? r->sql : "");
}

static int compare_needs(const void *left, const void *right)
{
    const mirror_need *l = left, *r = right;
    if (l->file != r->file)
        return l->file < r->file ? -1 : 1;
    return l->needs < r->needs ? -1 : l->needs > r->needs;
}

static int compare_roles(const void *left, const void *right)
{
    const mirror_role *l = left, *r = right;
    int order = strcmp(l->schema, r->schema);
    return order ? order : strcmp(l->name, r->name);
}

static void drop_equal_roles(mirror_set *s)
{
    size_t kept = 0;
    for (size_t i = 0; i < s->role_count; i++)
        if (kept == 0 || compare_roles(&s->roles[kept - 1], &s->roles[i]) != 0)
            s->roles[kept++] = s->roles[i];
    s->role_count = kept;
}

void mirror_set_sort(mirror_set *s)
{
    if (s->piece_count)
        qsort(s->pieces, s->piece_count, sizeof(*s->pieces), compare_pieces);
    if (s->need_count)
        qsort(s->needs, s->need_count, sizeof(*s->needs), compare_needs);
    if (s->role_count)
        qsort(s->roles, s->role_count, sizeof(*s->roles), compare_roles);
    drop_equal_roles(s);
    for (size_t i = s->piece_count; i-- > 0;) {
        s->files[s->pieces[i].file].first_piece = i;
        s->files[s->pieces[i].file].piece_count++;
    }
    for (size_t i = s->need_count; i-- > 0;) {
        s->files[s->needs[i].file].first_need = i;
        s->files[s->needs[i].file].need_count++;
    }
}
