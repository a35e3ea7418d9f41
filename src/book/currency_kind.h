/* currency_kind.h: what an unknown currency is registered as. */
#ifndef DAYBOOK_BOOK_CURRENCY_KIND_H
#define DAYBOOK_BOOK_CURRENCY_KIND_H

/* "fiat", "stablecoin", else "crypto"; whoever knows better registers it first. Static text. */
const char *currency_kind_guess(const char *code);

#endif
