/* nkey.h: the public key that belongs to the seed of a user's NKey.
 *
 * A server that knows users by their NKeys is told the public key and has a challenge signed. libnats signs
 * with the seed, and wants to be told the public key, which is a function of the seed. */
#ifndef DAYBOOK_NATS_NKEY_H
#define DAYBOOK_NATS_NKEY_H

#include <stddef.h>

#include "core/err.h"

#define NKEY_PUBLIC_LENGTH 56

/* ERR_INPUT, without showing it, when the text is not the seed of a user ("SU…"). */
dbk_err *nkey_public_of_seed(const char *seed, size_t length, char out[NKEY_PUBLIC_LENGTH + 1]) ERR_MUST_USE;

#endif
