#include "http/http_address.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

typedef struct range4 {
    uint32_t address;
    int bits;
} range4;

typedef struct range6 {
    uint8_t address[16];
    int bits;
} range6;

#define V4(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

static const range4 closed4[] = {
    {V4(0, 0, 0, 0), 8},       /* this network */
    {V4(10, 0, 0, 0), 8},      /* private */
    {V4(100, 64, 0, 0), 10},   /* shared by customers of a provider */
    {V4(127, 0, 0, 0), 8},     /* loopback */
    {V4(169, 254, 0, 0), 16},  /* of a link; metadata of clouds */
    {V4(172, 16, 0, 0), 12},   /* private */
    {V4(192, 0, 0, 0), 24},    /* protocol assignments */
    {V4(192, 0, 2, 0), 24},    /* documentation */
    {V4(192, 88, 99, 0), 24},  /* 6to4 relays */
    {V4(192, 168, 0, 0), 16},  /* private */
    {V4(198, 18, 0, 0), 15},   /* benchmarks */
    {V4(198, 51, 100, 0), 24}, /* documentation */
    {V4(203, 0, 113, 0), 24},  /* documentation */
    {V4(224, 0, 0, 0), 4},     /* multicast */
    {V4(240, 0, 0, 0), 4},     /* reserved, and broadcast */
};

/* Of the global unicast addresses, 2000::/3; everything outside of these is closed anyway. */
static const range6 closed6[] = {
    {{0x20, 0x01, 0x00}, 23},       /* protocol assignments, Teredo among them */
    {{0x20, 0x01, 0x0d, 0xb8}, 32}, /* documentation */
    {{0x20, 0x02}, 16},             /* 6to4, which carries any IPv4 address */
    {{0x3f, 0xff, 0x00}, 20},       /* documentation */
};
static const range6 global6 = {{0x20}, 3};
static const range6 mapped6 = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
static const range6 nat64 = {{0x00, 0x64, 0xff, 0x9b}, 96};

static bool is_public4(uint32_t address)
{
    for (size_t i = 0; i < COUNT(closed4); i++)
        if (address >> (32 - closed4[i].bits) == closed4[i].address >> (32 - closed4[i].bits))
            return false;
    return true;
}

static bool is_in6(const uint8_t *address, const range6 *range)
{
    int whole = range->bits / 8;
    int rest = range->bits % 8;
    if (memcmp(address, range->address, (size_t)whole) != 0)
        return false;
    return rest == 0 || address[whole] >> (8 - rest) == range->address[whole] >> (8 - rest);
}

static bool is_public6(const uint8_t *address)
{
    if (is_in6(address, &mapped6) || is_in6(address, &nat64))
        return is_public4(V4(address[12], address[13], address[14], address[15]));
    for (size_t i = 0; i < COUNT(closed6); i++)
        if (is_in6(address, &closed6[i]))
            return false;
    return is_in6(address, &global6);
}

bool http_address_is_public(const struct sockaddr *address, socklen_t length)
{
    assert(address);
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (length >= sizeof(v4) && address->sa_family == AF_INET) {
        memcpy(&v4, address, sizeof(v4));
        return is_public4(ntohl(v4.sin_addr.s_addr));
    }
    if (length >= sizeof(v6) && address->sa_family == AF_INET6) {
        memcpy(&v6, address, sizeof(v6));
        return is_public6(v6.sin6_addr.s6_addr);
    }
    return false;
}

bool http_address_text_is_public(const char *text)
{
    struct in_addr v4;
    struct in6_addr v6;
    if (inet_pton(AF_INET, text, &v4) == 1)
        return is_public4(ntohl(v4.s_addr));
    return inet_pton(AF_INET6, text, &v6) == 1 && is_public6(v6.s6_addr);
}
