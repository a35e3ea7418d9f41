/* webhook_secrets.h: what webhooks are signed with, by name.
 *
 * Values are in a file that nobody else can read, or in variables DAYBOOK_WEBHOOK_SECRET_<NAME>; they are
 * never in the database, in arguments, in messages. The file is read again when it has changed, so that a
 * secret can follow another one without a restart. One thread at a time. */
#ifndef DAYBOOK_WEBHOOKS_WEBHOOK_SECRETS_H
#define DAYBOOK_WEBHOOKS_WEBHOOK_SECRETS_H

#include "core/err.h"

#define WEBHOOK_SECRET_LENGTH_MIN 16

typedef struct webhook_secrets webhook_secrets;

/* path NULL: only variables. Lines of the file are `name = value`; empty ones and those that begin with # do
 * not count. ERR_INPUT for a file that others may read, for a line that is none, and for a value that is
 * shorter than WEBHOOK_SECRET_LENGTH_MIN; the line's number is named and nothing of it. */
dbk_err *webhook_secrets_new(const char *path, webhook_secrets **out) ERR_MUST_USE;
void webhook_secrets_free(webhook_secrets *s); /* clears the values; accepts NULL */

/* Reads the file again if it has changed. After an error the values are those of before. */
dbk_err *webhook_secrets_refresh(webhook_secrets *s) ERR_MUST_USE;

/* NULL when there is none of the name. A name that is in the file and in a variable is the file's. Lent until
 * the next refresh. */
const char *webhook_secrets_find(const webhook_secrets *s, const char *name);

#endif
