/* fleet.h: what the example bot (fleet_bot.c) and the example executor (fleet_executor.c) share.
 *
 * The bot decides and asks; the executor trades. Between them is the book alone: the bot's lease, the queue
 * of what it asks for, commands, halts. Either may be killed, stopped or started twice at any moment. */
#ifndef FLEET_H
#define FLEET_H

#include "daybook.h"

typedef struct fleet {
    dbk_book *book;
    dbk_uuid account_id;
    const char *name; /* of the bot or executor */
} fleet;

/* Reads --url, --account and --name, which both programs take, and opens the book. false: it was said why. */
bool fleet_open(fleet *f, int argc, char **argv, const char *program);
bool fleet_stops(void); /* after SIGINT or SIGTERM */
void fleet_pause(void); /* between two looks at the book */
/* One line on standard output, at once. */
void fleet_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Frees the error. What may succeed later is said, and tried again with the next look; anything else ends the
 * program. */
bool fleet_ok(fleet *f, dbk_err *e);
bool fleet_failed(void);

#endif
