#include "book/spooler_fate.h"

#include <string.h>

/* Classes of SQLSTATE that speak of the server, the connection or the installation. 42 is among them for what
 * a database without the modules answers; 42501 speaks of one account. */
static const char *const of_the_server[] = {"08", "25", "28", "3D", "3F", "40", "42", "53", "55", "57", "58"};

/* ERR_IO is of the spool: the entry is damaged. */
static const enum err_code of_the_entry[] = {ERR_USAGE, ERR_INPUT,    ERR_NOT_FOUND,
                                             ERR_LIMIT, ERR_INTERNAL, ERR_IO};

static spooler_fate fate_without_sqlstate(enum err_code code)
{
    for (size_t i = 0; i < sizeof(of_the_entry) / sizeof(of_the_entry[0]); i++) {
        if (code == of_the_entry[i])
            return FATE_QUARANTINE;
    }
    return FATE_WAIT;
}

spooler_fate spooler_fate_of(const dbk_err *e)
{
    const char *sqlstate = err_sqlstate(e);
    if (!sqlstate[0])
        return fate_without_sqlstate(err_code(e));
    /* A server that ended the connection with its answer is not fit for the next entry either. */
    if (err_code(e) == ERR_CONNECTION)
        return FATE_WAIT;
    if (strcmp(sqlstate, "42501") == 0)
        return FATE_QUARANTINE;
    /* The book is on its way: the entry is for the place where it arrives. */
    if (strcmp(sqlstate, "TB005") == 0)
        return FATE_WAIT;
    for (size_t i = 0; i < sizeof(of_the_server) / sizeof(of_the_server[0]); i++) {
        if (strncmp(sqlstate, of_the_server[i], 2) == 0)
            return FATE_WAIT;
    }
    return FATE_QUARANTINE;
}
