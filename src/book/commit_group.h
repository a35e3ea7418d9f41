/* commit_group.h: calls of many threads that are made together.
 *
 * A thread that comes with a call makes it at once, together with all that wait, unless as many are at it
 * already as shall be; then it waits for one of them to be done. Whoever is done wakes those whose calls it
 * made, and one of those that came meanwhile, who makes the calls of all that came. So nobody waits for
 * company, and the more come the more go together. Calls with one key stand in each other's way: while one of
 * them is made, the others wait, and then go together. Nothing here knows what a call is. Private to
 * src/book. */
#ifndef DAYBOOK_BOOK_COMMIT_GROUP_H
#define DAYBOOK_BOOK_COMMIT_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COMMIT_GROUP_CALLS_MAX 64 /* made together */
/* While two wait for the disk another can work. */
#define COMMIT_GROUP_AT_WORK_MAX 3

typedef struct commit_group commit_group;

/* Makes the calls, in the thread of one of them, in whose name `with` is. True: all of them are made. False:
 * none, or it is not known. */
typedef bool (*commit_group_make)(void *with, void **calls, size_t count);

commit_group *commit_group_new(commit_group_make make); /* NULL: memory is short */
void commit_group_free(commit_group *g);                /* with no call under way; accepts NULL */

/* True: the call was made, with others or alone. False: its thread is to make it by itself. */
bool commit_group_call(commit_group *g, void *with, void *call, uint64_t key);

/* How many have come and nobody makes yet. */
size_t commit_group_waiting(commit_group *g);

#endif
