/* Errors are small heap objects, made rarely and freed once. Every string is a copy, so an error outlives
 * whatever it speaks of. Where memory is short while an error is being made or annotated, the part that
 * matters most is kept: first the code (the constant out-of-memory error), then the message, then what was
 * already known. */
#include "core/err.h"

#include <assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"

/* A server's message can be as long as the statement it quotes; nobody reads more than this. */
#define TEXT_SIZE_MAX 16384

struct dbk_err {
    enum err_code code;
    int line;
    char sqlstate[6];
    const char *file; /* a string literal of the caller */
    char *message;
    char *detail;
    char *hint;
    char *constraint;
    dbk_err *cause;
};

static const dbk_err oom = {
    .code = ERR_MEMORY, .file = __FILE__, .line = __LINE__, .message = (char *)(uintptr_t) "out of memory"};

static const struct {
    const char *name;
    const char *summary;
    int exit_status;
} codes[ERR_CODE_COUNT] = {
    [ERR_NONE] = {"NONE", "no error", 0},
#define ERR_CODE(name, exit_status, http_status, summary) [ERR_##name] = {#name, summary, exit_status},
#include "core/err_codes.def"
#undef ERR_CODE
};

static char *format_text(const char *fmt, va_list args) ERR_FORMAT(1, 0);
static char *format_text(const char *fmt, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, fmt, again);
    va_end(again);
    assert(length >= 0);
    size_t size = (size_t)length + 1;
    if (size > TEXT_SIZE_MAX)
        size = TEXT_SIZE_MAX;
    char *text = mem_alloc(size);
    if (text)
        vsnprintf(text, size, fmt, args);
    return text;
}

/* Takes message; NULL message or no memory for the object gives NULL and frees it. */
static dbk_err *make(const char *file, int line, enum err_code code, char *message)
{
    assert(code > ERR_NONE && code < ERR_CODE_COUNT);
    dbk_err *e = message ? mem_alloc(sizeof *e) : NULL;
    if (!e) {
        mem_free(message);
        return NULL;
    }
    e->code = code;
    e->file = file;
    e->line = line;
    e->message = message;
    return e;
}

dbk_err *err_new_at(const char *file, int line, enum err_code code, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    dbk_err *e = make(file, line, code, format_text(fmt, args));
    va_end(args);
    return e ? e : err_oom();
}

static enum err_code errno_code(int errnum)
{
    switch (errnum) {
    case ENOENT:
    case ENOTDIR:
        return ERR_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return ERR_DENIED;
    default:
        return ERR_IO;
    }
}

static const char *errno_hint(int errnum)
{
    switch (errnum) {
    case ENOSPC:
        return "free space on the file system and run it again";
    case EDQUOT:
        return "the disk quota of this user is used up; free space or raise it";
    case EFBIG:
        return "the file system or `ulimit -f` does not allow a file of this size";
    case EACCES:
        return "check owner and permissions of the file and of every folder above it";
    case ENOENT:
        return "check the spelling of the path and the current folder";
    default:
        return NULL;
    }
}

dbk_err *err_errno_at(const char *file, int line, int errnum, const char *fmt, ...)
{
    if (errnum == ENOMEM)
        return err_oom();
    va_list args;
    va_start(args, fmt);
    char *what = format_text(fmt, args);
    va_end(args);
    if (!what)
        return err_oom();
    char scratch[128];
    const char *reason = strerror_r(errnum, scratch, sizeof scratch);
    dbk_err *e = err_new_at(file, line, errno_code(errnum), "%s: %s", what, reason);
    mem_free(what);
    const char *hint = errno_hint(errnum);
    return hint ? err_with_hint(e, "%s", hint) : e;
}

dbk_err *err_oom(void)
{
    /* Nothing below writes to it, see is_constant(). */
    return (dbk_err *)(uintptr_t)&oom;
}

static bool is_constant(const dbk_err *e)
{
    return e == &oom;
}

dbk_err *err_wrap_at(const char *file, int line, dbk_err *cause, const char *fmt, ...)
{
    assert(cause);
    if (is_constant(cause))
        return cause;
    va_list args;
    va_start(args, fmt);
    dbk_err *e = make(file, line, cause->code, format_text(fmt, args));
    va_end(args);
    if (!e)
        return cause;
    memcpy(e->sqlstate, cause->sqlstate, sizeof e->sqlstate);
    e->cause = cause;
    return e;
}

/* Takes text; an annotation for which there was no memory leaves the error as it was. */
static void replace(char **field, char *text)
{
    if (!text)
        return;
    mem_free(*field);
    *field = text;
}

dbk_err *err_with_detail(dbk_err *e, const char *fmt, ...)
{
    assert(e);
    if (is_constant(e))
        return e;
    va_list args;
    va_start(args, fmt);
    replace(&e->detail, format_text(fmt, args));
    va_end(args);
    return e;
}

dbk_err *err_with_hint(dbk_err *e, const char *fmt, ...)
{
    assert(e);
    if (is_constant(e))
        return e;
    va_list args;
    va_start(args, fmt);
    replace(&e->hint, format_text(fmt, args));
    va_end(args);
    return e;
}

dbk_err *err_with_sqlstate(dbk_err *e, const char *sqlstate)
{
    assert(e);
    assert(sqlstate);
    if (is_constant(e))
        return e;
    /* Comes from a server: anything but five characters is not a SQLSTATE and is left out. */
    memset(e->sqlstate, 0, sizeof e->sqlstate);
    if (strlen(sqlstate) == sizeof e->sqlstate - 1)
        memcpy(e->sqlstate, sqlstate, sizeof e->sqlstate);
    return e;
}

dbk_err *err_with_constraint(dbk_err *e, const char *name)
{
    assert(e);
    assert(name);
    if (!is_constant(e))
        replace(&e->constraint, mem_strdup(name));
    return e;
}

enum err_code err_code(const dbk_err *e)
{
    return e ? e->code : ERR_NONE;
}

const char *err_message(const dbk_err *e)
{
    assert(e);
    return e->message;
}

const char *err_detail(const dbk_err *e)
{
    for (; e; e = e->cause)
        if (e->detail)
            return e->detail;
    return NULL;
}

const char *err_hint(const dbk_err *e)
{
    for (; e; e = e->cause)
        if (e->hint)
            return e->hint;
    return NULL;
}

const char *err_sqlstate(const dbk_err *e)
{
    assert(e);
    return e->sqlstate;
}

const char *err_constraint(const dbk_err *e)
{
    for (; e; e = e->cause)
        if (e->constraint)
            return e->constraint;
    return "";
}

const dbk_err *err_cause(const dbk_err *e)
{
    assert(e);
    return e->cause;
}

const char *err_file(const dbk_err *e)
{
    assert(e);
    return e->file;
}

int err_line(const dbk_err *e)
{
    assert(e);
    return e->line;
}

const char *err_code_name(enum err_code code)
{
    assert(code >= ERR_NONE && code < ERR_CODE_COUNT);
    return codes[code].name;
}

const char *err_code_summary(enum err_code code)
{
    assert(code >= ERR_NONE && code < ERR_CODE_COUNT);
    return codes[code].summary;
}

int err_exit_status(const dbk_err *e)
{
    return codes[err_code(e)].exit_status;
}

void err_free(dbk_err *e)
{
    while (e && !is_constant(e)) {
        dbk_err *cause = e->cause;
        mem_free(e->message);
        mem_free(e->detail);
        mem_free(e->hint);
        mem_free(e->constraint);
        mem_free(e);
        e = cause;
    }
}
