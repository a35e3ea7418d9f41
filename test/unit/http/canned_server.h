/* canned_server.h: a server on loopback that gives the answers it was made with, one a connection, in order.
 *
 * An answer is every byte that is sent, head included; the connection is closed after it. An answer of NULL
 * is none: the connection stays open and silent until the server ends. */
#ifndef DAYBOOK_TEST_CANNED_SERVER_H
#define DAYBOOK_TEST_CANNED_SERVER_H

#include <stddef.h>

typedef struct canned_server canned_server;

canned_server *canned_start(const char *const *answers, size_t count);
/* http://127.0.0.1:PORT followed by path; lives as long as the server. */
const char *canned_url(canned_server *s, const char *path);
/* What the nth connection asked, head included; "" when it did not come. */
const char *canned_request(const canned_server *s, size_t n);
/* Ends it and frees everything lent. */
void canned_stop(canned_server *s);

#endif
