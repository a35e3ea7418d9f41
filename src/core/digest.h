/* digest.h: the checksums that other migration tools keep, of whole files in memory. What Daybook itself
 * trusts is sha256.h. */
#ifndef DAYBOOK_CORE_DIGEST_H
#define DAYBOOK_CORE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#define DIGEST_SHA384_HEX_SIZE 97
#define DIGEST_SHA1_HEX_SIZE 41

/* Lower-case hexadecimal, zero-terminated. */
void digest_sha384_hex(const void *data, size_t length, char out[DIGEST_SHA384_HEX_SIZE]);
void digest_sha1_hex(const void *data, size_t length, char out[DIGEST_SHA1_HEX_SIZE]);

/* CRC-32 as in zip and Ethernet (IEEE 802.3). Goes on from `crc`; begin with 0. */
uint32_t digest_crc32(uint32_t crc, const void *data, size_t length);

#endif
