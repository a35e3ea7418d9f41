/* quote.h: SQL text built on the client, for statements that cannot take parameters or are only printed.
 *
 * Everything that reaches a server from a running command uses $1 parameters or format('%I') there; this is
 * for `set local role …` and for the script of `grants bootstrap`, which no server has seen yet. */
#ifndef DAYBOOK_SCHEMA_QUOTE_H
#define DAYBOOK_SCHEMA_QUOTE_H

#include "core/arena.h"
#include "core/err.h"

/* The longest identifier a server keeps; it would cut a longer one silently, so quoting refuses it. */
#define QUOTE_IDENT_BYTES_MAX 63

/* "name", always quoted, so that no keyword list is needed. ERR_INPUT for an empty name or one that is too
 * long. */
dbk_err *quote_ident(arena *a, const char *name, char **out) ERR_MUST_USE;

/* 'text', correct whether standard_conforming_strings is on or off. */
dbk_err *quote_literal(arena *a, const char *text, char **out) ERR_MUST_USE;

/* $tag$text$tag$ with a tag that text does not contain. */
dbk_err *quote_dollar(arena *a, const char *text, char **out) ERR_MUST_USE;

#endif
