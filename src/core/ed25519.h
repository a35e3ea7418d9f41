/* ed25519.h: keys of the signature scheme Ed25519, over OpenSSL's libcrypto. */
#ifndef DAYBOOK_CORE_ED25519_H
#define DAYBOOK_CORE_ED25519_H

#include <stdint.h>

#include "core/err.h"

#define ED25519_KEY_BYTES 32

/* The public key that belongs to a private one. */
dbk_err *ed25519_public_of(const uint8_t secret[ED25519_KEY_BYTES],
                           uint8_t out[ED25519_KEY_BYTES]) ERR_MUST_USE;

#endif
