#include <string.h>

#include "schema/mirror.h"

#define FIRST_CAPACITY 16

static dbk_err *add(arena *a, const char *line, const char ***names, size_t *count, size_t *capacity)
{
    if (*count == *capacity) {
        const char **bigger = arena_alloc(a, 2 * *capacity * sizeof(*bigger));
        if (!bigger)
            return err_oom();
        memcpy(bigger, *names, *count * sizeof(*bigger));
        *names = bigger;
        *capacity *= 2;
    }
    const char *name = arena_strndup(a, line, strcspn(line, "\n"));
    if (!name)
        return err_oom();
    (*names)[(*count)++] = name;
    return NULL;
}

dbk_err *mirror_unwritten(arena *a, const mirror *m, const char ***names, size_t *count)
{
    size_t found = 0, capacity = FIRST_CAPACITY;
    const char **list = arena_alloc(a, capacity * sizeof(*list));
    dbk_err *e = list ? NULL : err_oom();
    for (size_t i = 0; !e && i < m->count; i++) {
        if (strcmp(m->items[i].kind, "schema") != 0)
            continue;
        const char *at = m->items[i].text;
        while (!e && (at = strstr(at, "\n" MIRROR_UNWRITTEN)) != NULL) {
            at += strlen("\n" MIRROR_UNWRITTEN);
            e = add(a, at, &list, &found, &capacity);
        }
    }
    if (e)
        return e;
    *names = list;
    *count = found;
    return NULL;
}
