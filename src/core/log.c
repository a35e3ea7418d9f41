#include "core/log.h"

#include <assert.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/json.h"
#include "core/mem.h"
#include "core/utf8.h"

#define LINE_LENGTH_MAX ((size_t)256 << 10)

struct dbk_log {
    log_options options;
    char *program;
    pthread_mutex_t lock; /* one message is one piece, whichever thread writes it */
};

static const char *const level_names[] = {
    [LOG_ERROR] = "error", [LOG_WARNING] = "warning", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"};

dbk_err *log_new(const log_options *options, dbk_log **out)
{
    assert(out);
    dbk_log *l = mem_alloc(sizeof *l);
    if (!l)
        return err_oom();
    if (options)
        l->options = *options;
    if (!l->options.stream)
        l->options.stream = stderr;
    if (!l->options.clock)
        l->options.clock = clock_system();
    l->program = mem_strdup(l->options.program ? l->options.program : "daybook");
    if (!l->program) {
        mem_free(l);
        return err_oom();
    }
    l->options.program = l->program;
    int failed = pthread_mutex_init(&l->lock, NULL);
    if (failed) {
        mem_free(l->program);
        mem_free(l);
        return err_errno(failed, "could not make a lock");
    }
    *out = l;
    return NULL;
}

void log_free(dbk_log *l)
{
    if (!l)
        return;
    pthread_mutex_destroy(&l->lock);
    mem_free(l->program);
    mem_free(l);
}

bool log_enabled(const dbk_log *l, log_level level)
{
    assert(l);
    return level <= l->options.level;
}

/* Text a stranger may have written must not look like lines of ours nor drive the terminal: lines after the
 * first are indented, other control characters are spelled out. */
static void append_text(buf *line, const char *s)
{
    size_t left = strlen(s);
    while (left > 0) {
        uint32_t code_point;
        size_t n = utf8_decode(s, left, &code_point);
        if (code_point == '\n')
            buf_append_str(line, left == 1 ? "" : "\n  ");
        else if (code_point == UTF8_INVALID || (code_point < 0x20 && code_point != '\t') ||
                 code_point == 0x7f)
            buf_printf(line, "\\x%02x", (unsigned)(unsigned char)*s);
        else if (code_point >= 0x80 && code_point < 0xa0)
            buf_printf(line, "\\u%04x", (unsigned)code_point);
        else
            buf_append(line, s, n);
        s += n;
        left -= n;
    }
}

static bool needs_quotes(const char *s)
{
    if (*s == '\0')
        return true;
    for (const unsigned char *p = (const unsigned char *)s; *p; p++)
        if (*p <= ' ' || *p == '"' || *p == '=' || *p == '\\' || *p >= 0x7f)
            return true;
    return false;
}

static void append_field_value(buf *line, const log_field *f, bool json)
{
    if (f->kind == LOG_FIELD_INT)
        buf_printf(line, "%lld", (long long)f->num);
    else if (json || !f->str || needs_quotes(f->str))
        json_append_string(line, f->str);
    else
        buf_append_str(line, f->str);
}

static void append_text_message(buf *line, const dbk_log *l, log_level level, const char *message,
                                const log_field *fields, size_t count, const dbk_err *e)
{
    if (l->options.timestamps) {
        char now[CLOCK_ISO_SIZE];
        clock_iso(l->options.clock->wall_us(l->options.clock), now);
        buf_printf(line, "%s ", now);
    }
    buf_printf(line, "%s: ", l->program);
    /* At a terminal an ordinary message speaks for itself; in a daemon's log every line says its level. */
    if (level != LOG_INFO || l->options.timestamps)
        buf_printf(line, "%s: ", level_names[level]);
    append_text(line, message);
    for (const dbk_err *cause = e ? err_cause(e) : NULL; cause; cause = err_cause(cause)) {
        buf_append_str(line, ": ");
        append_text(line, err_message(cause));
    }
    for (size_t i = 0; i < count; i++) {
        buf_printf(line, " %s=", fields[i].key);
        append_field_value(line, &fields[i], false);
    }
    if (e && *err_sqlstate(e))
        buf_printf(line, " (SQLSTATE %s)", err_sqlstate(e));
    buf_append_char(line, '\n');
    if (e && err_detail(e)) {
        buf_append_str(line, "  detail: ");
        append_text(line, err_detail(e));
        buf_append_char(line, '\n');
    }
    if (e && err_hint(e)) {
        buf_append_str(line, "  hint: ");
        append_text(line, err_hint(e));
        buf_append_char(line, '\n');
    }
}

static void append_json_error(buf *line, const dbk_err *e)
{
    buf_printf(line, ",\"error\":{\"code\":\"%s\",\"sqlstate\":", err_code_name(err_code(e)));
    json_append_string(line, *err_sqlstate(e) ? err_sqlstate(e) : NULL);
    buf_append_str(line, ",\"constraint\":");
    json_append_string(line, *err_constraint(e) ? err_constraint(e) : NULL);
    buf_append_str(line, ",\"chain\":[");
    for (const dbk_err *cause = e; cause; cause = err_cause(cause)) {
        if (cause != e)
            buf_append_char(line, ',');
        buf_append_str(line, "{\"message\":");
        json_append_string(line, err_message(cause));
        buf_append_str(line, ",\"file\":");
        json_append_string(line, err_file(cause));
        buf_printf(line, ",\"line\":%d}", err_line(cause));
    }
    buf_append_str(line, "],\"detail\":");
    json_append_string(line, err_detail(e));
    buf_append_str(line, ",\"hint\":");
    json_append_string(line, err_hint(e));
    buf_append_char(line, '}');
}

static void append_json_message(buf *line, const dbk_log *l, log_level level, const char *message,
                                const log_field *fields, size_t count, const dbk_err *e)
{
    char now[CLOCK_ISO_SIZE];
    clock_iso(l->options.clock->wall_us(l->options.clock), now);
    buf_printf(line, "{\"time\":\"%s\",\"level\":\"%s\",\"program\":", now, level_names[level]);
    json_append_string(line, l->program);
    buf_printf(line, ",\"pid\":%ld,\"message\":", (long)getpid());
    json_append_string(line, message);
    /* Under a name of their own, so that no field can take the place of "level" or "time". */
    if (count > 0)
        buf_append_str(line, ",\"fields\":{");
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_append_char(line, ',');
        json_append_string(line, fields[i].key);
        buf_append_char(line, ':');
        append_field_value(line, &fields[i], true);
    }
    if (count > 0)
        buf_append_char(line, '}');
    if (e)
        append_json_error(line, e);
    buf_append_str(line, "}\n");
}

static void emit(dbk_log *l, log_level level, const char *message, const log_field *fields, size_t count,
                 const dbk_err *e)
{
    buf line;
    buf_init(&line, LINE_LENGTH_MAX);
    if (l->options.format == LOG_JSON)
        append_json_message(&line, l, level, message, fields, count, e);
    else
        append_text_message(&line, l, level, message, fields, count, e);
    /* A log that cannot be written has nobody left to tell. */
    pthread_mutex_lock(&l->lock);
    if (line.state == BUF_OK)
        (void)fwrite(line.data, 1, line.length, l->options.stream);
    else if (l->options.format == LOG_JSON)
        (void)fprintf(l->options.stream,
                      "{\"level\":\"%s\",\"message\":\"a message was lost: out of memory or too long\"}\n",
                      level_names[level]);
    else
        (void)fprintf(l->options.stream, "%s: %s: a message was lost: out of memory or too long\n",
                      l->program, level_names[level]);
    (void)fflush(l->options.stream);
    pthread_mutex_unlock(&l->lock);
    buf_term(&line);
}

void log_write(dbk_log *l, log_level level, const char *message, const log_field *fields, size_t count)
{
    assert(l && message);
    assert(fields || count == 0);
    if (log_enabled(l, level))
        emit(l, level, message, fields, count, NULL);
}

void log_printf(dbk_log *l, log_level level, const char *fmt, ...)
{
    assert(l && fmt);
    if (!log_enabled(l, level))
        return;
    buf message;
    buf_init(&message, LINE_LENGTH_MAX);
    va_list args;
    va_start(args, fmt);
    buf_vprintf(&message, fmt, args);
    va_end(args);
    emit(l, level, message.state == BUF_OK ? message.data : "a message was lost: out of memory or too long",
         NULL, 0, NULL);
    buf_term(&message);
}

void log_err(dbk_log *l, log_level level, const dbk_err *e)
{
    assert(l && e);
    if (log_enabled(l, level))
        emit(l, level, err_message(e), NULL, 0, e);
}
