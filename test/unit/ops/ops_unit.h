/* ops_unit.h: folders that go away with their arena. */
#ifndef DAYBOOK_TEST_OPS_UNIT_H
#define DAYBOOK_TEST_OPS_UNIT_H

#include "../unit.h"

static inline void ops_remove_folder(void *folder)
{
    unit_remove(folder);
}

static inline const char *ops_folder(arena *a)
{
    const char *path = unit_folder(a);
    assert_true(arena_defer(a, ops_remove_folder, arena_strdup(a, path)));
    return path;
}

#endif
