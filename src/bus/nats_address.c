#include "bus/nats_address.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "nats/jetstream.h"

#define SECOND_US INT64_C(1000000)
#define TEXT_MAX 4096
#define NAME_MAX_LENGTH 64

static const char name_characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

typedef struct unit {
    const char *name;
    int64_t factor;
} unit;

static const unit durations[] = {
    {"ms", 1000}, {"s", SECOND_US}, {"m", 60 * SECOND_US}, {"h", 3600 * SECOND_US}, {"d", 86400 * SECOND_US},
    {NULL, 0}};
static const unit sizes[] = {
    {"", 1}, {"kB", INT64_C(1) << 10}, {"MB", INT64_C(1) << 20}, {"GB", INT64_C(1) << 30}, {NULL, 0}};

/* "90s": a whole number with one of the units. */
static dbk_err *quantity(const char *key, const char *text, const unit *units, int64_t *out)
{
    char *end;
    long long number = strtoll(text, &end, 10);
    for (const unit *u = units; end != text && number >= 0 && u->name; u++)
        if (strcmp(end, u->name) == 0 && number <= INT64_MAX / 1000 / u->factor) {
            *out = number * u->factor;
            return NULL;
        }
    return err_with_hint(err_new(ERR_USAGE, "%s is not understood: %s", key, text),
                         "durations end in ms, s, m, h or d, sizes in kB, MB or GB");
}

static dbk_err *name(const char *key, const char *text, const char **out)
{
    size_t length = strlen(text);
    if (length == 0 || length > NAME_MAX_LENGTH || text[strspn(text, name_characters)])
        return err_new(ERR_USAGE, "%s is 1 to %d letters, digits, - and _: %s", key, NAME_MAX_LENGTH, text);
    *out = text;
    return NULL;
}

static dbk_err *choice(const char *key, const char *text, const char *yes, const char *no, bool *out)
{
    if (strcmp(text, yes) != 0 && strcmp(text, no) != 0)
        return err_new(ERR_USAGE, "%s is %s or %s: %s", key, yes, no, text);
    *out = strcmp(text, yes) == 0;
    return NULL;
}

static dbk_err *replicas(const char *text, int64_t *out)
{
    if (strlen(text) != 1 || !strchr("12345", *text))
        return err_new(ERR_USAGE, "replicas is 1 to 5: %s", text);
    *out = *text - '0';
    return NULL;
}

static dbk_err *set(nats_address *out, const char *key, const char *value)
{
    if (strcmp(key, "stream") == 0)
        return name(key, value, &out->stream);
    if (strcmp(key, "subject") == 0)
        return name(key, value, &out->subject);
    if (strcmp(key, "replicas") == 0)
        return replicas(value, &out->replicas);
    if (strcmp(key, "max_age") == 0 && strcmp(value, "none") == 0)
        return quantity(key, "0s", durations, &out->max_age_us);
    if (strcmp(key, "max_age") == 0)
        return quantity(key, value, durations, &out->max_age_us);
    if (strcmp(key, "max_bytes") == 0)
        return quantity(key, value, sizes, &out->max_bytes);
    if (strcmp(key, "duplicate_window") == 0)
        return quantity(key, value, durations, &out->duplicate_us);
    if (strcmp(key, "discard") == 0)
        return choice(key, value, "new", "old", &out->discard_new);
    if (strcmp(key, "synced") == 0)
        return choice(key, value, "yes", "no", &out->synced);
    return err_with_hint(err_new(ERR_USAGE, "a NATS address has no setting %s", key),
                         "stream, subject, replicas, max_age, max_bytes, duplicate_window, discard, synced");
}

/* "host:1,other:2" as URLs that all begin with the scheme. */
static dbk_err *servers(arena *a, const char *scheme, char *hosts, const char **out)
{
    buf b;
    buf_init(&b, TEXT_MAX);
    char *rest = hosts;
    for (char *host = strsep(&rest, ","); host; host = strsep(&rest, ","))
        buf_printf(&b, "%s%s%s", b.length > 0 ? "," : "", scheme, host);
    *out = arena_strdup(a, b.data);
    dbk_err *e = buf_error(&b);
    buf_term(&b);
    return e || *out ? e : err_oom();
}

static dbk_err *settings(char *query, nats_address *out)
{
    dbk_err *e = NULL;
    for (char *key = strsep(&query, "&"); !e && key; key = strsep(&query, "&")) {
        char *value = strchr(key, '=');
        if (!value)
            return err_new(ERR_USAGE, "a setting of a NATS address has no value: %s", key);
        *value++ = '\0';
        e = set(out, key, value);
    }
    return e;
}

dbk_err *nats_address_parse(arena *a, const char *text, nats_address *out)
{
    const char *scheme = strncmp(text, "nats://", 7) == 0  ? "nats://"
                         : strncmp(text, "tls://", 6) == 0 ? "tls://"
                                                           : NULL;
    if (!scheme)
        return err_new(ERR_USAGE, "a NATS address begins with nats:// or tls://");
    if (strchr(text, '@'))
        return err_with_hint(err_new(ERR_USAGE, "the address of a NATS server holds a user or a password"),
                             "arguments can be read by everybody on the machine: set " JETSTREAM_ACCESS_HINT
                             " in the environment");
    char *hosts = arena_strdup(a, text + strlen(scheme));
    if (!hosts)
        return err_oom();
    nats_address found = {.stream = NATS_ADDRESS_DEFAULT_STREAM,
                          .subject = NATS_ADDRESS_DEFAULT_SUBJECT,
                          .replicas = 1,
                          .max_age_us = 7 * 86400 * SECOND_US,
                          .duplicate_us = 120 * SECOND_US};
    char *query = hosts;
    hosts = strsep(&query, "?");
    hosts[strcspn(hosts, "/")] = '\0';
    if (!*hosts)
        return err_new(ERR_USAGE, "a NATS address names no server");
    dbk_err *e = query ? settings(query, &found) : NULL;
    if (!e)
        e = servers(a, scheme, hosts, &found.servers);
    if (!e)
        *out = found;
    return e;
}
