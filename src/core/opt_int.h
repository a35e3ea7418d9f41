/* opt_int.h: what opt.c and the files that describe options share. */
#ifndef DAYBOOK_CORE_OPT_INT_H
#define DAYBOOK_CORE_OPT_INT_H

#include "core/opt.h"

#define OPT_CONF_SECTION "daybook"
#define OPT_ENV_NAME_SIZE 80

/* DAYBOOK_LOG_FORMAT for log-format. Names are at most OPT_NAME_LENGTH_MAX long. */
#define OPT_NAME_LENGTH_MAX ((size_t)48)
void opt_env_name(const opt_row *row, char out[OPT_ENV_NAME_SIZE]);

/* Turns text into the row's member at `member`; `origin` begins the error's message: "option --limit". */
dbk_err *opt_store(arena *a, const opt_row *row, const char *origin, const char *text,
                   void *member) ERR_MUST_USE;

/* "--format=FORMAT", "--verbose" */
void opt_append_long(buf *out, const opt_row *row);
/* "table, csv or json; default table; DAYBOOK_FORMAT"; nothing when there is nothing to say. */
void opt_append_notes(buf *out, const opt_row *row);
/* " FILE...", " [FILE]" */
void opt_append_positional(buf *out, const opt_positional *p);
/* Is the command `name` inside the group `prefix`? "" holds all. */
bool opt_in_group(const char *name, const char *prefix);

/* The union of what an option may fill, for checking a text without a struct. */
typedef union opt_value {
    bool flag;
    const char *string;
    int64_t number;
    int choice;
    opt_list list;
} opt_value;

#endif
