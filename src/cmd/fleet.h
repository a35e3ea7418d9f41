/* fleet.h: what `daybook bot` and `daybook risk` have in common: whom a command is about, who asks for a
 * change and why, and answers as tables.
 *
 * A change has an identity that is printed with its answer, so that the same command with --id is a
 * repetition and not another change. */
#ifndef DAYBOOK_CMD_FLEET_H
#define DAYBOOK_CMD_FLEET_H

#include <stddef.h>

#include "cmd/app.h"
#include "core/uuid.h"

/* The options of a command begin with these. */
typedef struct fleet_flags {
    const char *account, *bot;
    const char *reason, *actor, *id;
    bool all;
} fleet_flags;

#define FLEET_ACCOUNT_ROW                                                                                    \
    {                                                                                                        \
        .name = "account", .kind = OPT_STRING, .offset = offsetof(fleet_flags, account),                     \
        .value_name = "ACCOUNT", .help = "the account: its id, or its name when only one has it"             \
    }
#define FLEET_BOT_ROW                                                                                        \
    {                                                                                                        \
        .name = "bot", .kind = OPT_STRING, .offset = offsetof(fleet_flags, bot), .value_name = "BOT",        \
        .help = "the bot: its id, or its name when only one has it", .no_env = true                          \
    }
#define FLEET_ALL_ROW                                                                                        \
    {                                                                                                        \
        .name = "all", .kind = OPT_FLAG, .offset = offsetof(fleet_flags, all),                               \
        .help = "all trading of all accounts; takes the kind of role risk", .no_env = true                   \
    }
#define FLEET_REASON_ROW                                                                                     \
    {                                                                                                        \
        .name = "reason", .kind = OPT_STRING, .offset = offsetof(fleet_flags, reason), .value_name = "TEXT", \
        .help = "why, kept with the change; must be given", .no_env = true                                   \
    }
#define FLEET_ACTOR_ROW                                                                                      \
    {                                                                                                        \
        .name = "actor", .kind = OPT_STRING, .offset = offsetof(fleet_flags, actor), .value_name = "NAME",   \
        .help = "who asks for it; without one the operating system's user, at this host"                     \
    }
#define FLEET_ID_ROW                                                                                         \
    {                                                                                                        \
        .name = "id", .kind = OPT_STRING, .offset = offsetof(fleet_flags, id), .value_name = "UUID",         \
        .help = "identity of the change, to repeat one; without it a new one", .no_env = true                \
    }

/* NULL for what was not named. A bot that is named brings its account along. */
typedef struct fleet_subject {
    const char *account_id, *bot_id;
} fleet_subject;
/* ERR_NOT_FOUND for what does not exist or may not be read, ERR_INPUT for a name that several have. In
 * app->arena. */
dbk_err *fleet_find(app *app, pg_conn *c, const fleet_flags *f, fleet_subject *out) ERR_MUST_USE;

typedef struct fleet_change {
    dbk_uuid id;
    const char *reason, *actor;
    const char *ctx; /* JSON, the last parameter of functions that write */
} fleet_change;
/* ERR_USAGE without a reason. */
dbk_err *fleet_change_of(app *app, const fleet_flags *f, fleet_change *out) ERR_MUST_USE;

/* ERR_USAGE when what `need` names was not named. */
dbk_err *fleet_need(const char *value, const char *option) ERR_MUST_USE;

/* Connects as `command`, and prints the rows of a statement whose one parameter is the account named, or
 * NULL. */
dbk_err *fleet_list(app *app, const char *command, const char *title, const char *sql,
                    const fleet_flags *f) ERR_MUST_USE;
/* Runs a statement of one row, with the columns outcome, id and, where there are such, conflict_field,
 * refusal_code and refusal_detail; prints it, and returns a conflict or a refusal as an error. */
dbk_err *fleet_write(app *app, pg_conn *c, const char *title, const char *sql, pg_params *p) ERR_MUST_USE;
/* The same of rows that were read. */
dbk_err *fleet_verdict(const pg_rows *rows) ERR_MUST_USE;

#endif
