/* reference.h: a book that is only meant to be right: it keeps every fact it was told and works out the rest
 * from all of them, with exact fractions, whenever it is asked. Written from docs/BOOK.md alone: it shares
 * no code, no table and no generated file with src/book, so that the two cannot be wrong together. */
#ifndef DAYBOOK_SIMULATE_REFERENCE_H
#define DAYBOOK_SIMULATE_REFERENCE_H

#include "core/buf.h"
#include "simulate/history.h"

typedef struct reference reference;

/* The history's operations are referred to, not copied: they outlive the reference. NULL when memory is
 * short.
 */
reference *reference_new(void);
void reference_free(reference *r); /* accepts NULL */

/* Takes one operation and appends the answer that a book must give, a line for each fill of a batch. */
dbk_err *reference_take(reference *r, const operation *o, buf *answers) ERR_MUST_USE;

/* The sections of its dump: all but those of facts that no history has. Returns how many. */
#define REFERENCE_SECTIONS_MAX 16
size_t reference_sections(const char *names[REFERENCE_SECTIONS_MAX]);

/* Appends the canonical dump of all accounts (docs/BOOK.md), those sections of it. */
dbk_err *reference_dump(reference *r, buf *out) ERR_MUST_USE;

/* Appends what is known of the desk, a line for each bot, lease, acquisition, halt in force, and fact that
 * was told by somebody who may not act as the bot; in no order. */
dbk_err *reference_desk(reference *r, buf *out) ERR_MUST_USE;

/* Appends what is known of the desk, one line each: changes of bots, who holds their leases, halts in force,
 * facts that were told by somebody who may not act as the bot (docs/SIMULATE.md). */
dbk_err *reference_desk(reference *r, buf *out) ERR_MUST_USE;

#endif
