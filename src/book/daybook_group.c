/* The functions of daybook.h about groups. */
#include <pthread.h>
#include <string.h>

#include "book/daybook_int.h"
#include "core/mem.h"

/* Shared by its owner and the books that are in it; the last of them frees it. */
struct dbk_group {
    commit_group *calls;
    pthread_mutex_t lock; /* guards the rest */
    char *url;            /* of the first book that joined; NULL: none has */
    size_t users;
};

dbk_err *dbk_group_new(dbk_group **out)
{
    REQUIRE(out, "out is NULL");
    dbk_group *g = mem_alloc(sizeof(*g));
    commit_group *calls = g ? pg_store_group_new() : NULL;
    if (!calls) {
        mem_free(g);
        return err_oom();
    }
    g->calls = calls;
    g->users = 1;
    pthread_mutex_init(&g->lock, NULL);
    *out = g;
    return NULL;
}

void dbk_group_free(dbk_group *group)
{
    if (!group)
        return;
    pthread_mutex_lock(&group->lock);
    bool last = --group->users == 0;
    pthread_mutex_unlock(&group->lock);
    if (!last)
        return;
    commit_group_free(group->calls);
    pthread_mutex_destroy(&group->lock);
    mem_free(group->url);
    mem_free(group);
}

/* With the lock. */
static dbk_err *join(dbk_group *g, const char *url)
{
    if (!g->url)
        g->url = mem_strdup(url);
    if (!g->url)
        return err_oom();
    if (strcmp(g->url, url) != 0)
        return err_with_hint(
            err_new(ERR_USAGE,
                    "dbk_group_join: the book was opened with another URL than those that are in the group"),
            "what is made together goes over one connection: make a group for each URL");
    g->users++;
    return NULL;
}

dbk_err *dbk_group_join(dbk_book *book, dbk_group *group)
{
    REQUIRE(book, "book is NULL");
    dbk_err *e = NULL;
    if (group && book->file)
        return err_with_hint(err_new(ERR_INPUT, "dbk_group_join: a book in a file has one writer at a time"),
                             "record many fills at once with dbk_fills_record");
    if (group && book->spool)
        return err_with_hint(
            err_new(ERR_INPUT, "dbk_group_join: a book with a spool delivers in an order of its own"),
            "leave spool and DAYBOOK_SPOOL out, or the group");
    if (group) {
        pthread_mutex_lock(&group->lock);
        e = join(group, pg_store_url(book->store));
        pthread_mutex_unlock(&group->lock);
    }
    if (e)
        return e;
    dbk_group_free(book->group);
    book->group = group;
    return NULL;
}

commit_group *daybook_group_calls(const dbk_book *book)
{
    return book->group ? book->group->calls : NULL;
}
