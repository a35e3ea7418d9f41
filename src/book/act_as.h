/* act_as.h: calls in the name of a bot, for whoever holds its lease. Private to this repository. */
#ifndef DAYBOOK_BOOK_ACT_AS_H
#define DAYBOOK_BOOK_ACT_AS_H

#include "daybook.h"

/* From now on calls of the book carry the bot and the token of its lease as fence (0: none), until this is
 * called with another or with NULL. Nothing of a book in a file, which has no bots. */
void book_act_as(dbk_book *book, const dbk_uuid *bot_id, int64_t fence);

#endif
