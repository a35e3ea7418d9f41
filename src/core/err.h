/* err.h: the one error type of Daybook.
 *
 * A fallible function returns `dbk_err *`: NULL is success, anything else is owned by the caller, who either
 * returns it upwards (perhaps wrapped), reports it once, or frees it. Results leave through out-parameters,
 * which are written only on success. An error carries a code (which decides exit status), the SQLSTATE when a
 * server was the cause, a message (lower case, no full stop), an optional detail and hint, the place in the
 * source where it was made, and the error that caused it.
 *
 * Not for control flow and not for programmer errors: those are asserts.
 *
 *     dbk_err *e = file_read(a, path, limit, &text);
 *     if (e)
 *         return err_wrap(e, "while reading configuration %s", path);
 *
 * Every function here may be called from any thread; an error object belongs to one thread at a time.
 * Out of memory is a constant, read-only object: it can be freed, annotated and wrapped like any other, and
 * stays what it is. */
#ifndef DAYBOOK_CORE_ERR_H
#define DAYBOOK_CORE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

#include "daybook.h" /* dbk_err is a public type */

enum err_code {
    ERR_NONE = 0,
#define ERR_CODE(name, exit_status, http_status, summary) ERR_##name,
#include "core/err_codes.def"
#undef ERR_CODE
    ERR_CODE_COUNT
};

#define ERR_MUST_USE __attribute__((warn_unused_result))
#define ERR_FORMAT(fmt_at, args_at) __attribute__((format(printf, fmt_at, args_at)))

/* A new error. Never returns NULL. */
#define err_new(code, ...) err_new_at(__FILE__, __LINE__, code, __VA_ARGS__)
dbk_err *err_new_at(const char *file, int line, enum err_code code, const char *fmt, ...) ERR_MUST_USE
    ERR_FORMAT(4, 5);

/* A new error from errno: "<what>: <strerror>". A missing file is ERR_NOT_FOUND, a closed one ERR_DENIED,
 * short memory the constant below, anything else ERR_IO. ENOSPC, EDQUOT, EFBIG, EACCES and ENOENT get their
 * own hints. */
#define err_errno(errnum, ...) err_errno_at(__FILE__, __LINE__, errnum, __VA_ARGS__)
dbk_err *err_errno_at(const char *file, int line, int errnum, const char *fmt, ...) ERR_MUST_USE
    ERR_FORMAT(4, 5);

/* The constant out-of-memory error. */
dbk_err *err_oom(void) ERR_MUST_USE;

/* A new error with the same code and SQLSTATE whose cause is `cause` (taken). Returns `cause` itself when
 * memory is short, so nothing is ever lost. */
#define err_wrap(cause, ...) err_wrap_at(__FILE__, __LINE__, cause, __VA_ARGS__)
dbk_err *err_wrap_at(const char *file, int line, dbk_err *cause, const char *fmt, ...) ERR_MUST_USE
    ERR_FORMAT(4, 5);

/* Annotate; each replaces what was there and returns `e` for chaining. Strings are copied. */
dbk_err *err_with_detail(dbk_err *e, const char *fmt, ...) ERR_FORMAT(2, 3);
dbk_err *err_with_hint(dbk_err *e, const char *fmt, ...) ERR_FORMAT(2, 3);
dbk_err *err_with_sqlstate(dbk_err *e, const char *sqlstate);
dbk_err *err_with_constraint(dbk_err *e, const char *name);

/* Getters lend; pointers are valid until the error is freed. detail and hint look down the chain and may be
 * NULL; sqlstate and constraint are "" when unknown. */
enum err_code err_code(const dbk_err *e);
const char *err_message(const dbk_err *e);
const char *err_detail(const dbk_err *e);
const char *err_hint(const dbk_err *e);
const char *err_sqlstate(const dbk_err *e);
const char *err_constraint(const dbk_err *e);
const dbk_err *err_cause(const dbk_err *e);
const char *err_file(const dbk_err *e);
int err_line(const dbk_err *e);

/* What err_codes.def says of a code. */
const char *err_code_name(enum err_code code);
const char *err_code_summary(enum err_code code);
int err_exit_status(const dbk_err *e);

/* Accepts NULL. Frees the causes too. */
void err_free(dbk_err *e);

#endif
