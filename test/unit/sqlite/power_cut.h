/* power_cut.h: a layer under SQLite's files that remembers which bytes were flushed, and a disk after the
 * power went.
 *
 * Everything passes through to real files. From the chosen operation on all of them fail, as they do when the
 * machine is gone. What a disk may hold then is what was flushed, and of what was written since any part, in
 * sectors of 512 bytes, in any order; a file that was deleted without its folder being flushed may be back.
 * A file's name is on disk with its first flush. One database at a time, one thread. */
#ifndef DAYBOOK_TEST_UNIT_SQLITE_POWER_CUT_H
#define DAYBOOK_TEST_UNIT_SQLITE_POWER_CUT_H

#include <stdbool.h>
#include <stdint.h>

#define POWER_CUT_VFS "power_cut"

/* Forgets what was before. The operation with this number, of writes, truncations, flushes and deletions,
 * fails first; 0: none. */
void power_cut_begin(int64_t operation);
int64_t power_cut_operations(void); /* so far */
bool power_cut_happened(void);
/* Whether files opened without the name of a layer go through this one. */
void power_cut_everywhere(bool yes);
/* A disk that lies says that it has flushed, and has not: but for a file's first flush. Until told otherwise.
 */
void power_cut_lie(bool yes);
/* Writes what the disk holds now into `folder`, under the files' own names; the choice goes by the seed. */
void power_cut_leave(const char *folder, uint64_t seed);
void power_cut_end(void);

#endif
