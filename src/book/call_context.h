/* call_context.h: the context of a call (p_ctx): who acts, in which session, and because of what. */
#ifndef DAYBOOK_BOOK_CALL_CONTEXT_H
#define DAYBOOK_BOOK_CALL_CONTEXT_H

#include "daybook.h"

/* As JSON, to be freed with mem_free; NULL when memory is short. correlation and cause may be NULL. */
char *call_context(const char *actor, const dbk_uuid *session, const dbk_uuid *correlation,
                   const dbk_uuid *cause);

#endif
