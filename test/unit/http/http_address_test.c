#include "http/http_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include "../unit.h"

static const char *const public_ones[] = {
    "1.1.1.1",           "8.8.8.8",        "9.255.255.255",   "11.0.0.0",
    "100.63.255.255",    "100.128.0.0",    "126.255.255.255", "128.0.0.0",
    "169.253.255.255",   "169.255.0.0",    "172.15.255.255",  "172.32.0.0",
    "192.0.1.0",         "192.0.3.0",      "192.88.98.255",   "192.88.100.0",
    "192.167.255.255",   "192.169.0.0",    "198.17.255.255",  "198.20.0.0",
    "198.51.99.255",     "198.51.101.0",   "203.0.112.255",   "203.0.114.0",
    "223.255.255.255",   "1.0.0.0",        "2001:200::1",     "2606:4700:4700::1111",
    "2a00:1450:4001::1", "3ffe:ffff::1",   "2003::1",         "2001:db7:ffff::",
    "2001:db9::",        "::ffff:1.1.1.1", "64:ff9b::8.8.8.8"};

static const char *const closed_ones[] = {"0.0.0.0",
                                          "0.255.255.255",
                                          "10.0.0.0",
                                          "10.255.255.255",
                                          "100.64.0.0",
                                          "100.127.255.255",
                                          "127.0.0.1",
                                          "127.255.255.255",
                                          "169.254.0.0",
                                          "169.254.169.254",
                                          "172.16.0.0",
                                          "172.31.255.255",
                                          "192.0.0.0",
                                          "192.0.0.255",
                                          "192.0.2.1",
                                          "192.88.99.1",
                                          "192.168.0.0",
                                          "192.168.255.255",
                                          "198.18.0.0",
                                          "198.19.255.255",
                                          "198.51.100.7",
                                          "203.0.113.255",
                                          "224.0.0.1",
                                          "239.255.255.255",
                                          "240.0.0.0",
                                          "255.255.255.255",
                                          "::",
                                          "::1",
                                          "::2",
                                          "::7f00:1",
                                          "::ffff:127.0.0.1",
                                          "::ffff:10.1.2.3",
                                          "::ffff:169.254.169.254",
                                          "::ffff:0:1.1.1.1",
                                          "64:ff9b::10.0.0.1",
                                          "64:ff9b::7f00:1",
                                          "64:ff9b:1::1.1.1.1",
                                          "100::1",
                                          "2001::1",
                                          "2001:1ff:ffff::",
                                          "2001:db8::1",
                                          "2002:7f00:1::",
                                          "2002:101:101::1",
                                          "3fff::1",
                                          "3fff:fff:ffff::",
                                          "4000::1",
                                          "5f00::1",
                                          "fc00::1",
                                          "fd12:3456::1",
                                          "fe80::1",
                                          "febf::1",
                                          "fec0::1",
                                          "ff02::1",
                                          "ff0e::1"};

static bool socket_is_public(const char *text)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(443)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(443)};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
        return http_address_is_public((const struct sockaddr *)&v4, sizeof(v4));
    assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
    return http_address_is_public((const struct sockaddr *)&v6, sizeof(v6));
}

static void the_edges_of_every_range(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(public_ones) / sizeof(public_ones[0]); i++)
        if (!socket_is_public(public_ones[i]) || !http_address_text_is_public(public_ones[i]))
            fail_msg("%s is public", public_ones[i]);
    for (size_t i = 0; i < sizeof(closed_ones) / sizeof(closed_ones[0]); i++)
        if (socket_is_public(closed_ones[i]) || http_address_text_is_public(closed_ones[i]))
            fail_msg("%s is not public", closed_ones[i]);
}

static void what_is_no_address_is_not_public(void **state)
{
    (void)state;
    const struct sockaddr_un local = {.sun_family = AF_UNIX, .sun_path = "/tmp/x"};
    const struct sockaddr_in whole = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x01010101)};
    assert_false(http_address_is_public((const struct sockaddr *)&local, sizeof(local)));
    assert_true(http_address_is_public((const struct sockaddr *)&whole, sizeof(whole)));
    assert_false(http_address_is_public((const struct sockaddr *)&whole, sizeof(whole) - 1));
    const char *const texts[] = {"", "example.com", "1.1.1", "1.1.1.1 ", "0x01010101", "2606:4700::1%eth0"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_false(http_address_text_is_public(texts[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_edges_of_every_range),
        cmocka_unit_test(what_is_no_address_is_not_public),
    };
    return UNIT_RUN(tests);
}
