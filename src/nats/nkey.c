/* Keys are Ed25519, written as base32 of a prefix that says what they are, the key, and a CRC-16 (XMODEM),
 * low byte first. */
#include "nats/nkey.h"

#include <string.h>

#include "core/ed25519.h"

#define KEY_BYTES ED25519_KEY_BYTES
#define SEED_BYTES (2 + KEY_BYTES + 2)
#define SEED_LENGTH 58
#define PUBLIC_BYTES (1 + KEY_BYTES + 2)
/* As the first five bits of the text they make its letters S and U. */
#define PREFIX_SEED (18 << 3)
#define PREFIX_USER (20 << 3)

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

static uint16_t crc16(const uint8_t *bytes, size_t length)
{
    unsigned crc = 0;
    for (size_t i = 0; i < length; i++) {
        crc ^= (unsigned)bytes[i] << 8;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1) & 0xffff;
    }
    return (uint16_t)crc;
}

static bool decode(const char *text, size_t length, uint8_t *out)
{
    unsigned held = 0, bits = 0;
    for (size_t i = 0; i < length; i++) {
        const char *letter = memchr(letters, text[i], sizeof(letters) - 1);
        if (!letter)
            return false;
        held = (held << 5 | (unsigned)(letter - letters)) & 0xfff;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            *out++ = (uint8_t)(held >> bits);
        }
    }
    return true;
}

/* Of a number of bytes that fills the last letter. */
static void encode(const uint8_t *bytes, size_t length, char *out)
{
    unsigned held = 0, bits = 0;
    for (size_t i = 0; i < length; i++) {
        held = (held << 8 | bytes[i]) & 0xfff;
        bits += 8;
        while (bits >= 5) {
            bits -= 5;
            *out++ = letters[held >> bits & 31];
        }
    }
    *out = '\0';
}

/* The kind of the key is in the last three bits of the first byte and the first five of the second. */
static bool is_user_seed(const uint8_t seed[SEED_BYTES])
{
    int kind = (seed[0] & 7) << 5 | (seed[1] & 0xf8) >> 3;
    uint16_t crc = crc16(seed, SEED_BYTES - 2);
    return (seed[0] & 0xf8) == PREFIX_SEED && kind == PREFIX_USER && seed[SEED_BYTES - 2] == (crc & 0xff) &&
           seed[SEED_BYTES - 1] == crc >> 8;
}

dbk_err *nkey_public_of_seed(const char *seed, size_t length, char out[NKEY_PUBLIC_LENGTH + 1])
{
    uint8_t bytes[SEED_BYTES], public[PUBLIC_BYTES] = {PREFIX_USER};
    dbk_err *e = NULL;
    if (length != SEED_LENGTH || !decode(seed, length, bytes) || !is_user_seed(bytes))
        e = err_with_hint(err_new(ERR_INPUT, "this is not the seed of a user's NKey"),
                          "it has %d letters and digits and begins with SU: nsc or nk makes one",
                          SEED_LENGTH);
    else
        e = ed25519_public_of(bytes + 2, public + 1);
    explicit_bzero(bytes, sizeof(bytes));
    if (e)
        return e;
    uint16_t crc = crc16(public, PUBLIC_BYTES - 2);
    public[PUBLIC_BYTES - 2] = (uint8_t)(crc & 0xff);
    public[PUBLIC_BYTES - 1] = (uint8_t)(crc >> 8);
    encode(public, PUBLIC_BYTES, out);
    return NULL;
}
