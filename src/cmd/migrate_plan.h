/* migrate_plan.h: the file that `migrate plan --out` writes and `migrate apply --plan` reads. */
#ifndef DAYBOOK_CMD_MIGRATE_PLAN_H
#define DAYBOOK_CMD_MIGRATE_PLAN_H

#include "cmd/app.h"
#include "schema/plan.h"

dbk_err *migrate_plan_write(arena *a, const char *path, const schema_plan *plan) ERR_MUST_USE;
dbk_err *migrate_plan_read(arena *a, const char *path, plan_fingerprint *out) ERR_MUST_USE;

#endif
