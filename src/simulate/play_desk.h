/* play_desk.h: tells a book on a server what a desk does, by the stored functions, and in whose name the rest
 * is said.
 *
 * Which number a token is, is known by its acquisition alone, and looked up around the network of the player.
 * The time of a lease is ended by writing it: the role must own the tables. */
#ifndef DAYBOOK_SIMULATE_PLAY_DESK_H
#define DAYBOOK_SIMULATE_PLAY_DESK_H

#include "core/buf.h"
#include "simulate/history.h"

typedef struct desk desk;

/* url: as the player's, where calls may be lost; direct_url: where nothing is. Tries again for that long. */
dbk_err *desk_open(const char *url, const char *direct_url, int64_t retry_total_ms, desk **out) ERR_MUST_USE;
void desk_close(desk *d); /* accepts NULL */

/* From now on the book is told things in that name. */
dbk_err *desk_speak(desk *d, dbk_book *book, const speaker *by) ERR_MUST_USE;

/* One operation of a desk; appends what was answered. */
dbk_err *desk_play(desk *d, const desk_operation *o, buf *answers) ERR_MUST_USE;

/* Appends what the book knows of the desks of the accounts, as reference_desk() does. */
dbk_err *desk_state(desk *d, const dbk_uuid *accounts, size_t count, buf *out) ERR_MUST_USE;

/* Ends what would reach beyond the history. */
dbk_err *desk_clear(desk *d) ERR_MUST_USE;

#endif
