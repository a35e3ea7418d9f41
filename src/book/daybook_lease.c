/* The functions of daybook.h about leases, and what a book does that acts by one. */
#include "book/daybook_int.h"

#include <string.h>

#include "book/lease.h"

#define TTL_MIN_MS 1000

dbk_err *daybook_needs_server(const dbk_book *book, const char *name)
{
    if (!book->file)
        return NULL;
    return err_with_hint(
        err_new(ERR_INPUT,
                "%s: a book in a file keeps no bots, leases, halts and intents: they are of a "
                "server, where several programs share a book",
                name),
        "daybook book move takes the book to a server");
}

dbk_err *dbk_lease_acquire(dbk_book *book, const dbk_lease_request *request, dbk_lease **lease,
                           dbk_answer *out)
{
    REQUIRE(book && lease && out, "book, lease or out is NULL");
    REQUIRE_STRUCT(request);
    dbk_lease_request full = *request;
    if (full.ttl_ms == 0)
        full.ttl_ms = DBK_LEASE_TTL_MS;
    REQUIRE(full.ttl_ms >= TTL_MIN_MS && full.ttl_ms <= LIMIT_MS_MAX,
            "ttl_ms is less than a second or more than a day");
    dbk_err *e = daybook_needs_server(book, __func__);
    if (!e)
        e = daybook_settle(book);
    return e ? e : lease_acquire(book->store, &full, lease, out);
}

dbk_err *dbk_act_as(dbk_book *book, dbk_lease *lease)
{
    REQUIRE(book, "book is NULL");
    dbk_err *e = daybook_needs_server(book, __func__);
    if (e)
        return e;
    if (lease)
        lease_share(lease);
    lease_drop(book->acts_by);
    book->acts_by = lease;
    pg_store_act_as(book->store, lease ? lease_bot(lease) : NULL, lease ? lease_token(lease) : 0);
    return NULL;
}

dbk_err *daybook_may_ask(dbk_book *book, const char *name)
{
    dbk_lease_status state;
    if (!book->acts_by || lease_held(book->acts_by))
        return NULL;
    lease_state(book->acts_by, &state);
    return err_with_hint(err_new(ERR_DENIED, "%s: the lease of the bot is lost: %s", name, state.why),
                         "acquire it again with dbk_lease_acquire; facts are recorded all the same");
}

bool dbk_lease_held(dbk_lease *lease)
{
    return lease && lease_held(lease);
}

dbk_err *dbk_lease_state(dbk_lease *lease, dbk_lease_status *out)
{
    REQUIRE(lease, "lease is NULL");
    REQUIRE_STRUCT(out);
    lease_state(lease, out);
    return NULL;
}

dbk_err *dbk_lease_renew(dbk_lease *lease, dbk_answer *out)
{
    REQUIRE(lease && out, "lease or out is NULL");
    REQUIRE(lease_is_renewed_by_hand(lease),
            "a thread renews this lease: it was not acquired with renew_by_hand");
    return lease_renew(lease, out);
}

dbk_err *dbk_lease_release(dbk_lease *lease, dbk_answer *out)
{
    REQUIRE(lease && out, "lease or out is NULL");
    return lease_release(lease, out);
}

void dbk_lease_close(dbk_lease *lease)
{
    if (lease)
        lease_close(lease);
}
