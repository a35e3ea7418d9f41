/* http_address.h: which addresses belong to the public internet.
 *
 * For requests to servers that somebody else named: a name may resolve to the machine itself, to its cloud's
 * metadata service or to a neighbour. Pure. */
#ifndef DAYBOOK_HTTP_HTTP_ADDRESS_H
#define DAYBOOK_HTTP_HTTP_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* False for addresses that are private, shared, of loopback, of a link, multicast, for documentation or
 * otherwise not global (the registries of RFC 6890), in IPv4 and IPv6, and for IPv6 addresses that carry such
 * an IPv4 address (mapped, NAT64); also for other families and for less than a whole address. */
bool http_address_is_public(const struct sockaddr *address, socklen_t length);

/* The same for an address as text, as inet_ntop() writes it; an IPv6 zone makes it local. */
bool http_address_text_is_public(const char *text);

#endif
