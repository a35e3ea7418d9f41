#include "schema/lint_int.h"
dbk_err *lint_routines(lint *l)
{
    (void)l;
    return NULL;
}
