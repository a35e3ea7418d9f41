/* adopt_conf.h: the module.conf of a folder that is taken over from another tool. */
#ifndef DAYBOOK_SCHEMA_ADOPT_CONF_H
#define DAYBOOK_SCHEMA_ADOPT_CONF_H

#include "core/arena.h"
#include "core/err.h"
#include "schema/layout.h"

typedef struct adopt_request {
    layout from;
    const char *folder; /* the other tool's */
    const char *module;
    const char *modules_dir;
    const char *registry; /* sqitch's schema; NULL: its usual one */
    bool dual_write;
} adopt_request;

/* Makes <modules_dir>/<module>/module.conf, with what its folder says of itself: how many changes a
 * sqitch.plan has, how wide Flyway's versions are. One that is there already stays as it is, since it belongs
 * to its author; ERR_INPUT when it says something else than what is asked for. *made: it was not there. Needs
 * no database. */
dbk_err *adopt_conf_write(arena *a, const adopt_request *r, char **path, bool *made) ERR_MUST_USE;

#endif
