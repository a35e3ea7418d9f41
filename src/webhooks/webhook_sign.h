/* webhook_sign.h: how a receiver knows that a webhook comes from here, and when it was made.
 *
 *     Daybook-Signature: t=1732259000,v1=5257a8…,v1=9b1deb…
 *
 * t is the time in seconds since 1970; each v1 is HMAC-SHA256 of "<t>.<body>" in hexadecimal, one for every
 * secret in use. A receiver computes it with the secret it knows, compares with each, and refuses what is
 * older than it can accept. */
#ifndef DAYBOOK_WEBHOOKS_WEBHOOK_SIGN_H
#define DAYBOOK_WEBHOOKS_WEBHOOK_SIGN_H

#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

/* The header, name included. Secrets may be NULL at the end of the list. NULL when memory is short. */
const char *webhook_sign(arena *a, const char *const *secrets, size_t count, int64_t time_s, const char *body,
                         size_t length);

#endif
