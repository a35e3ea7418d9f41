/* log.h: messages for people and machines; data never goes here.
 *
 * A message is one primary line (lower case, no full stop) and key=value fields; with an error, its chain,
 * detail and hint follow. Text goes to a terminal or file, JSON (one object a line) when asked. Levels never
 * change program flow. Never pass a secret: connection strings go through pg_url_sanitize() first. Safe from
 * several threads. */
#ifndef DAYBOOK_CORE_LOG_H
#define DAYBOOK_CORE_LOG_H

#include <stdint.h>
#include <stdio.h>

#include "core/clock.h"
#include "core/err.h"

typedef enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG } log_level;
typedef enum log_format { LOG_TEXT, LOG_JSON } log_format;

typedef struct log_options {
    FILE *stream;    /* NULL: stderr */
    log_level level; /* messages above it are dropped */
    log_format format;
    const char *program;    /* NULL: "daybook" */
    const dbk_clock *clock; /* NULL: system */
    bool timestamps;        /* text format: prefix each line with the time (daemons) */
} log_options;

typedef struct dbk_log dbk_log;

dbk_err *log_new(const log_options *options, dbk_log **out) ERR_MUST_USE;
void log_free(dbk_log *l);
bool log_enabled(const dbk_log *l, log_level level);

/* One field; build with the macros. A NULL string value prints as null. */
typedef struct log_field {
    const char *key;
    enum { LOG_FIELD_STR, LOG_FIELD_INT } kind;
    const char *str;
    int64_t num;
} log_field;
#define LOG_STR(k, v) ((log_field){.key = (k), .kind = LOG_FIELD_STR, .str = (v)})
#define LOG_INT(k, v) ((log_field){.key = (k), .kind = LOG_FIELD_INT, .num = (int64_t)(v)})

/* log_fields(l, LOG_INFO, "server started", LOG_STR("data", dir), LOG_INT("pid", pid)) */
#define log_fields(l, level, message, ...)                                                                   \
    log_write(l, level, message, (const log_field[]){__VA_ARGS__},                                           \
              sizeof((const log_field[]){__VA_ARGS__}) / sizeof(log_field))
void log_write(dbk_log *l, log_level level, const char *message, const log_field *fields, size_t count);
void log_printf(dbk_log *l, log_level level, const char *fmt, ...) ERR_FORMAT(3, 4);

/* Reports an error once, with chain, detail, hint, SQLSTATE; does not free it. */
void log_err(dbk_log *l, log_level level, const dbk_err *e);

#endif
