/* lease.h: the lease of a bot: what is known of it, and the thread that renews it.
 *
 * A lease is shared by its owner, the books that act by it and its thread; the last of them frees it. What is
 * known is under one lock, which nobody keeps while a server is asked; the connection is under another.
 * Private to src/book. */
#ifndef DAYBOOK_BOOK_LEASE_H
#define DAYBOOK_BOOK_LEASE_H

#include "book/pg_store.h"

/* As dbk_lease_acquire(), whose arguments were checked; s is the store of the book. */
dbk_err *lease_acquire(pg_store *s, const dbk_lease_request *request, dbk_lease **out,
                       dbk_answer *answer) ERR_MUST_USE;

/* One more that shares it, and one less. */
void lease_share(dbk_lease *l);
void lease_drop(dbk_lease *l); /* accepts NULL */

bool lease_held(dbk_lease *l);
void lease_state(dbk_lease *l, dbk_lease_status *out); /* size is left as it is */
const dbk_uuid *lease_bot(const dbk_lease *l);
int64_t lease_token(const dbk_lease *l);

bool lease_is_renewed_by_hand(const dbk_lease *l);
dbk_err *lease_renew(dbk_lease *l, dbk_answer *out) ERR_MUST_USE;
dbk_err *lease_release(dbk_lease *l, dbk_answer *out) ERR_MUST_USE;
/* Ends the thread and what the owner has of it. */
void lease_close(dbk_lease *l);

#endif
