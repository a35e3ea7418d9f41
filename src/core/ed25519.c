#include "core/ed25519.h"

#include <openssl/evp.h>

dbk_err *ed25519_public_of(const uint8_t secret[ED25519_KEY_BYTES], uint8_t out[ED25519_KEY_BYTES])
{
    size_t length = ED25519_KEY_BYTES;
    EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, secret, ED25519_KEY_BYTES);
    bool good = key && EVP_PKEY_get_raw_public_key(key, out, &length) == 1 && length == ED25519_KEY_BYTES;
    EVP_PKEY_free(key);
    return good ? NULL : err_new(ERR_INTERNAL, "libcrypto made no public key");
}
