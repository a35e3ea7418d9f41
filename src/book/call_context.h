/* call_context.h: the context of a call (p_ctx): who acts, in which session, because of what, and in the name
 * of which bot. */
#ifndef DAYBOOK_BOOK_CALL_CONTEXT_H
#define DAYBOOK_BOOK_CALL_CONTEXT_H

#include "daybook.h"

typedef struct call_speaker {
    const char *actor;
    const dbk_uuid *session, *correlation, *cause; /* NULL: left out */
    const dbk_uuid *bot;                           /* NULL: in nobody's name */
    int64_t fence;                                 /* the token of its lease; 0: left out */
} call_speaker;

/* As JSON, to be freed with mem_free; NULL when memory is short. */
char *call_context(const call_speaker *speaker);

#endif
