/* reconcile.h: the fill that would lead from the position of the book to the one that the venue says. Pure.
 */
#ifndef DAYBOOK_BOOK_RECONCILE_H
#define DAYBOOK_BOOK_RECONCILE_H

#include <stdbool.h>

#include "book/position.h"
#include "core/wide.h"

/* trading._reconcile_price() of the server is the same rule; the vectors of both tests are the same.
 *
 * The price of a fill of (venue_qty - qty) after which a position of qty at avg has the venue's
 * quantity and, where a fill can reach it, the venue's average. Quantities are signed. A reduction and a
 * close are made at the book's own average, so that they realise nothing; a flip opens at the venue's
 * average. Rounded to 18 decimals. False when the quantities are the same, and when no price above zero would
 * do: then somebody has to look. */
bool reconcile_price(position_kind kind, wide qty, wide avg, wide venue_qty, wide venue_avg, wide *out);

/* Quantities are equal, and averages but for `tolerance` of the book's (0.0001 is a hundredth of a percent).
 */
bool reconcile_matches(wide qty, wide avg, wide venue_qty, wide venue_avg, wide tolerance);

#endif
