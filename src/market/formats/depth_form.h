/* depth_form.h: where a file of order books, one level a line, has its columns.
 *
 * A header names them; a file without one shows them by the form of its first line. Which of the two a line
 * is, and what its fields are worth, is for the reader to judge. Pure; any thread. */
#ifndef DAYBOOK_MARKET_FORMATS_DEPTH_FORM_H
#define DAYBOOK_MARKET_FORMATS_DEPTH_FORM_H

#include <string.h>

#include "market/formats/csv_reader.h"

typedef enum depth_column {
    DEPTH_SYMBOL,
    DEPTH_TIME,
    DEPTH_FIRST_ID,
    DEPTH_LAST_ID,
    DEPTH_PREVIOUS_ID, /* the only one that a file may lack */
    DEPTH_SIDE,
    DEPTH_TYPE,
    DEPTH_PRICE,
    DEPTH_QUANTITY,
    DEPTH_COLUMNS
} depth_column;

typedef struct depth_form {
    int fields;            /* of a line; 0: not known yet */
    int at[DEPTH_COLUMNS]; /* the field of each column; -1: none */
} depth_form;

/* Do the fields name every column that is needed, and nothing that is not known? Only then *out is written.
 */
bool depth_form_of_header(const csv_fields *fields, depth_form *out);
/* Are the fields a level, in one of the orders that are written without a header? Only then *out is written.
 */
bool depth_form_of_line(const csv_fields *fields, depth_form *out);

/* snap, set or delta. */
bool depth_type_is_known(const layout_text *type);

static inline bool depth_text_is(const layout_text *f, const char *text)
{
    return strlen(text) == f->length && memcmp(f->start, text, f->length) == 0;
}

/* A field of a line with as many as the form has; empty where the form has no such column. Its text is lent
 * from the line. */
static inline const layout_text *depth_field(const depth_form *form, const csv_fields *fields, depth_column c)
{
    static const layout_text nothing = {"", 0};
    return form->at[c] < 0 ? &nothing : &fields->fields[form->at[c]];
}

#endif
