/* sqlite_argument.c: what a call says, checked as the functions of a server check it, and what it names. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "book/sqlite_book_sql.h"
#include "book/sqlite_store_int.h"

static dbk_err *argument_err(const char *sqlstate, const char *hint, const char *fmt, va_list args)
{
    char text[1000];
    vsnprintf(text, sizeof(text), fmt, args);
    dbk_err *e = err_with_sqlstate(err_new(ERR_INPUT, "argument %s", text), sqlstate);
    return hint ? err_with_hint(e, "%s", hint) : e;
}

dbk_err *argument_malformed(const char *hint, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    dbk_err *e = argument_err("TB001", hint, fmt, args);
    va_end(args);
    return e;
}

dbk_err *argument_unknown(const char *hint, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    dbk_err *e = argument_err("TB002", hint, fmt, args);
    va_end(args);
    return e;
}

/* Code points; a byte that continues one is none. */
static size_t count_chars(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

dbk_err *require_text(const char *name, const char *value, size_t chars_max, bool required)
{
    if (!value && !required)
        return NULL;
    if (value && value[strspn(value, " \t\n\v\f\r")] != '\0' && count_chars(value) <= chars_max)
        return NULL;
    char hint[100];
    snprintf(hint, sizeof(hint), "Pass between 1 and %zu characters that are not all blank.", chars_max);
    return argument_malformed(hint, "%s is %s%.40s%s, which is not a usable text", name, value ? "'" : "",
                              value ? value : "null", value ? "'" : "");
}

dbk_err *require_length(const char *name, const char *value, size_t chars_max)
{
    size_t chars = value ? count_chars(value) : 1;
    return chars >= 1 && chars <= chars_max ? NULL : require_text(name, value, chars_max, false);
}

dbk_err *require_choice(const char *name, const char *value, const char *const *choices)
{
    char hint[400] = "Pass one of:";
    for (size_t i = 0; choices[i]; i++) {
        if (value && strcmp(choices[i], value) == 0)
            return NULL;
        size_t length = strlen(hint);
        snprintf(hint + length, sizeof(hint) - length, "%s %s", i > 0 ? "," : "", choices[i]);
    }
    return argument_malformed(hint, "%s is %s%.40s%s", name, value ? "'" : "", value ? value : "null",
                              value ? "'" : "");
}

dbk_err *require_amount(const char *name, const char *value, bool required, maybe_amount *out)
{
    *out = (maybe_amount){.known = value != NULL};
    dbk_err *e = value ? decimal_parse(value, strlen(value), &out->value) : NULL;
    if (!e && (value || !required))
        return NULL;
    err_free(e);
    return argument_malformed("Pass a finite decimal number with at most 20 integer digits and 18 decimals.",
                              "%s is %.100s, which is not an amount", name, value ? value : "null");
}

dbk_err *require_positive(const char *name, const char *value, bool required, maybe_amount *out)
{
    dbk_err *e = require_amount(name, value, required, out);
    if (e || !out->known || decimal_sign(out->value) > 0)
        return e;
    return argument_malformed("Pass a number greater than zero.", "%s is %.100s", name, value);
}

dbk_err *require_id(const char *name, const dbk_uuid *id)
{
    return id ? NULL
              : argument_malformed(
                    "Choose a uuid before the first attempt and pass the same one with every repetition.",
                    "%s is null, but it is the identity of the request", name);
}

/* ---- what is named ---- */

dbk_err *account_elsewhere(const dbk_uuid *account_id, const char *state, const char *place)
{
    char id[UUID_TEXT_SIZE];
    uuid_format(account_id, id);
    bool moved = strcmp(state, "moved") == 0;
    dbk_err *e = moved ? err_new(ERR_DENIED, "the book of account %s was moved to %s", id, place)
                       : err_new(ERR_DENIED, "the book of account %s is being moved %s %s", id,
                                 strcmp(state, "leaving") == 0 ? "to" : "here from", place);
    err_with_hint(e, "%s",
                  moved ? "Connect to that place and repeat the call there."
                        : "Repeat the call when the move has ended, at the place where the book is then; "
                          "daybook book move --abort gives a move up.");
    return err_with_sqlstate(e, "TB005");
}

dbk_err *account_get(sqlite_call *c, const dbk_uuid *account_id, account_row *out)
{
    sq q = sq_of(c, sqlite_book_account_get);
    sq_uuid(&q, account_id);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    if (e)
        return e;
    if (!found) {
        char text[UUID_TEXT_SIZE];
        uuid_format(account_id, text);
        return err_with_sqlstate(err_new(ERR_DENIED, "account %s is not in the book", text), "42501");
    }
    *out = (account_row){.account_id = *account_id,
                         .is_open = strcmp(sqlite_text(q.stmt, 0), "open") == 0,
                         .hedging = strcmp(sqlite_text(q.stmt, 1), "hedging") == 0,
                         .currency = sq_get_text(&q, 2),
                         .opening_balance = sq_get_amount(&q, 3),
                         .version = sq_get_int8(&q, 4)};
    const char *state = c->reads ? NULL : sq_get_text(&q, 5), *place = sq_get_text(&q, 6);
    dbk_err *broken = sq_done(&q);
    return broken || !state ? broken : account_elsewhere(account_id, state, place);
}

dbk_err *require_currency(sqlite_call *c, const char *name, const char *code)
{
    sq q = sq_of(c, sqlite_book_currency_exists);
    sq_text(&q, code);
    bool found;
    dbk_err *e = sq_has_row(&q, &found);
    if (e || found)
        return e;
    return argument_unknown("Register the currency first.", "%s is %.40s, which is not a registered currency",
                            name, code ? code : "null");
}

dbk_err *require_run(sqlite_call *c, const dbk_uuid *account_id, const dbk_uuid *run_id)
{
    sq q = sq_of(c, sqlite_book_run_exists);
    sq_uuid(&q, account_id);
    sq_uuid(&q, run_id);
    bool found;
    dbk_err *e = sq_has_row(&q, &found);
    if (e || found)
        return e;
    char text[UUID_TEXT_SIZE];
    uuid_format(run_id, text);
    return argument_unknown("Start the run first with dbk_run_start(), or pass NULL.",
                            "run_id is %s, which is no run of the account", text);
}

dbk_err *require_place(const account_row *account, const char *position_key)
{
    if (!account->hedging || position_key[0])
        return NULL;
    return argument_malformed("Name the position; in a hedging account nothing nets by itself.",
                              "position_key is empty, but the account is hedging");
}

dbk_err *instrument_get(sqlite_call *c, const dbk_uuid *instrument_id, instrument_row *out)
{
    sq q = sq_of(c, sqlite_book_instrument_get);
    sq_uuid(&q, instrument_id);
    bool found;
    dbk_err *e = sq_row(&q, &found);
    if (e)
        return e;
    if (!found) {
        char text[UUID_TEXT_SIZE];
        uuid_format(instrument_id, text);
        return argument_unknown("Register the instrument first.",
                                "instrument_id is %s, which is not registered", text);
    }
    *out = (instrument_row){.instrument_id = *instrument_id,
                            .kind = sq_get_text(&q, 0),
                            .base = sq_get_text(&q, 1),
                            .settle = sq_get_text(&q, 2),
                            .tick_size = sq_get_amount(&q, 3),
                            .lot_size = sq_get_amount(&q, 4),
                            .multiplier = sq_get_amount(&q, 5).value};
    return sq_done(&q);
}
