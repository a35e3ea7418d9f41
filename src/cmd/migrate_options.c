#include "cmd/migrate_options.h"

#include <string.h>

#define MODULES_MAX 256

dbk_err *migrate_read_choice(arena *a, const migrate_choice *o, schema_choice *out)
{
    const char **names = arena_alloc(a, MODULES_MAX * sizeof(*names));
    size_t count = 0;
    if (!names)
        return err_oom();
    for (size_t i = 0; i < o->modules.count; i++) {
        const char **part;
        size_t part_count;
        dbk_err *e = conf_split(a, o->modules.items[i], &part, &part_count);
        if (e)
            return e;
        if (count + part_count > MODULES_MAX)
            return err_new(ERR_USAGE, "more than %d modules are named", MODULES_MAX);
        if (part_count)
            memcpy(names + count, part, part_count * sizeof(*names));
        count += part_count;
    }
    *out = (schema_choice){.modules_dir = o->modules_dir,
                           .modules = names,
                           .module_count = count,
                           .profile = o->profile,
                           .allow_out_of_order = {o->allow_out_of_order.items, o->allow_out_of_order.count}};
    return NULL;
}
