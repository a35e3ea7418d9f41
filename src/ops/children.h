/* children.h: programs that must keep running: started from a table, started again with growing pauses when
 * they end, stopped together.
 *
 * Nothing here waits. The owner of the set calls children_step() when children_due_us() says so,
 * children_reaped() for every process that ended, and children_stop() once. Times are the monotonic clock's,
 * so tests pass a clock of their own. */
#ifndef DAYBOOK_OPS_CHILDREN_H
#define DAYBOOK_OPS_CHILDREN_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/clock.h"
#include "core/err.h"
#include "core/log.h"

#define CHILDREN_MAX 32

typedef struct child_spec {
    const char *name;        /* for messages: "relay" */
    const char *const *argv; /* NULL-terminated; lives as long as the set */
    const char *const *env;  /* NULL: inherit */
    uid_t uid;               /* 0: ours; else it runs as that user, and gid is not 0 */
    gid_t gid;
    bool ends_last; /* others need it until they have ended: only then it is asked to */
} child_spec;

typedef struct children_options {
    const child_spec *specs;
    size_t count; /* at most CHILDREN_MAX */
    const dbk_clock *clock;
    dbk_log *log;
    int64_t stop_limit_us; /* from SIGTERM to SIGKILL; 0: 10 s */
} children_options;

typedef struct children children;

dbk_err *children_new(const children_options *options, children **out) ERR_MUST_USE;
/* Accepts NULL. Children that still run are killed: they were to be stopped before. */
void children_free(children *c);

/* Starts what is due, and kills what did not stop in time. A program that cannot be started counts as one
 * that ended. */
void children_step(children *c);
/* When children_step() is wanted next; INT64_MAX: only after something ended. */
int64_t children_due_us(const children *c);
/* False when the process is none of the set. */
bool children_reaped(children *c, pid_t pid, int status);
/* SIGTERM to all, to those that end last when the others have; nothing is started again. Called once more it
 * kills what is left. */
void children_stop(children *c);
/* True once nothing of the set runs. */
bool children_ended(const children *c);
size_t children_running(const children *c);

/* The pause before start number `failures` + 1 in a row: 1 s, doubled each time, at most 30 s. */
int64_t children_pause_us(int failures);

#endif
