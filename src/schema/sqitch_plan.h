/* sqitch_plan.h: a sqitch.plan as sqitch reads it. Pure.
 *
 * What it says of a change is hashed into the change's id, together with the id of the change before; so an
 * id that a database has deployed is found here only if nothing before it was edited, moved or taken out. */
#ifndef DAYBOOK_SCHEMA_SQITCH_PLAN_H
#define DAYBOOK_SCHEMA_SQITCH_PLAN_H

#include "core/arena.h"
#include "core/digest.h"
#include "core/err.h"

typedef struct sqitch_change {
    const char *name;
    size_t line; /* of the plan */
    char id[DIGEST_SHA1_HEX_SIZE];
    /* What its scripts may be called below deploy/, revert/ and verify/. One name, unless the change was
     * reworked later: then one for each tag since, and the first of which there is a file is meant. */
    const char **scripts;
    size_t script_count;
    bool reworked;
} sqitch_change;

typedef struct sqitch_plan {
    const char *project;
    sqitch_change *changes; /* in the order of the plan */
    size_t count;
} sqitch_plan;

/* ERR_INPUT naming path and line for what sqitch would not read either. Everything lives in the arena. */
dbk_err *sqitch_plan_parse(arena *a, const char *path, const char *text, sqitch_plan *out) ERR_MUST_USE;

#endif
