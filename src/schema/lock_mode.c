#include "schema/lock_mode.h"

#include <string.h>

static const struct {
    const char *server, *name, *blocks;
} modes[] = {
    [LOCK_NONE] = {"", "none", "nothing"},
    [LOCK_ACCESS_SHARE] = {"AccessShareLock", "ACCESS SHARE", "nothing"},
    [LOCK_ROW_SHARE] = {"RowShareLock", "ROW SHARE", "nothing"},
    [LOCK_ROW_EXCLUSIVE] = {"RowExclusiveLock", "ROW EXCLUSIVE", "nothing"},
    [LOCK_SHARE_UPDATE_EXCLUSIVE] = {"ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE", "schema changes"},
    [LOCK_SHARE] = {"ShareLock", "SHARE", "writes"},
    [LOCK_SHARE_ROW_EXCLUSIVE] = {"ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE", "writes"},
    [LOCK_EXCLUSIVE] = {"ExclusiveLock", "EXCLUSIVE", "writes"},
    [LOCK_ACCESS_EXCLUSIVE] = {"AccessExclusiveLock", "ACCESS EXCLUSIVE", "reads and writes"},
    [LOCK_UNKNOWN] = {"", "unknown", "unknown"},
};

const char *lock_mode_name(lock_mode m)
{
    return modes[m].name;
}

const char *lock_mode_blocks(lock_mode m)
{
    return modes[m].blocks;
}

lock_mode lock_mode_of_server(const char *name)
{
    lock_mode m = LOCK_ACCESS_EXCLUSIVE;
    while (m > LOCK_NONE && strcmp(modes[m].server, name) != 0)
        m--;
    return m;
}
