#include "webhooks/webhook_secrets.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"

#define FILE_SIZE_MAX 65536
#define SECRETS_MAX 1000
#define NAME_LENGTH_MAX 63

typedef struct secret {
    const char *name;
    const char *value;
} secret;

struct webhook_secrets {
    char *path;
    char *text; /* of the file; names and values point into it */
    size_t text_size;
    secret items[SECRETS_MAX];
    size_t count;
    struct stat seen;
};

dbk_err *webhook_secrets_new(const char *path, webhook_secrets **out)
{
    webhook_secrets *s = mem_alloc(sizeof(*s));
    if (!s)
        return err_oom();
    s->path = path ? mem_strdup(path) : NULL;
    dbk_err *e = path && !s->path ? err_oom() : webhook_secrets_refresh(s);
    if (e) {
        webhook_secrets_free(s);
        return e;
    }
    *out = s;
    return NULL;
}

static void forget(webhook_secrets *s)
{
    if (s->text)
        explicit_bzero(s->text, s->text_size);
    mem_free(s->text);
    s->text = NULL;
    s->count = 0;
}

void webhook_secrets_free(webhook_secrets *s)
{
    if (!s)
        return;
    forget(s);
    mem_free(s->path);
    mem_free(s);
}

/* ---- the file ---- */

static char *trimmed(char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        text[--length] = '\0';
    return text;
}

static bool is_name(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return length > 0 && length <= NAME_LENGTH_MAX && text[length] == '\0' && islower((unsigned char)text[0]);
}

static dbk_err *take_line(webhook_secrets *s, char *line, int number)
{
    line = trimmed(line);
    if (*line == '\0' || *line == '#')
        return NULL;
    char *equals = strchr(line, '=');
    if (equals)
        *equals = '\0';
    const char *name = trimmed(line);
    if (!equals || !is_name(name))
        return err_with_hint(err_new(ERR_INPUT, "%s:%d: not a secret", s->path, number),
                             "write name = value, the name of lower-case letters, digits and underscores");
    const char *value = trimmed(equals + 1);
    if (strlen(value) < WEBHOOK_SECRET_LENGTH_MIN)
        return err_with_hint(err_new(ERR_INPUT, "%s:%d: the secret %s is too short", s->path, number, name),
                             "give it at least %d characters: openssl rand -hex 32",
                             WEBHOOK_SECRET_LENGTH_MIN);
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->items[i].name, name) == 0)
            return err_new(ERR_INPUT, "%s:%d: the secret %s is there twice", s->path, number, name);
    if (s->count == SECRETS_MAX)
        return err_new(ERR_LIMIT, "%s has more than %d secrets", s->path, SECRETS_MAX);
    s->items[s->count++] = (secret){.name = name, .value = value};
    return NULL;
}

static dbk_err *take_lines(webhook_secrets *s)
{
    dbk_err *e = NULL;
    int number = 1;
    for (char *line = s->text; line && !e; number++) {
        char *next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        e = take_line(s, line, number);
        line = next;
    }
    return e;
}

/* Looked at through the descriptor that is read, so that no other file can take its place between. */
static dbk_err *check(const webhook_secrets *s, const struct stat *is)
{
    if (!S_ISREG(is->st_mode))
        return err_new(ERR_INPUT, "%s is no file", s->path);
    if (is->st_mode & 077)
        return err_with_hint(err_new(ERR_INPUT, "%s may be read by others", s->path), "chmod 600 %s",
                             s->path);
    if (is->st_size > FILE_SIZE_MAX)
        return err_new(ERR_LIMIT, "%s has more than %d bytes", s->path, FILE_SIZE_MAX);
    return NULL;
}

static dbk_err *read_all(webhook_secrets *s, int fd, size_t size)
{
    size_t length = 0;
    s->text = mem_alloc(size + 1);
    s->text_size = size + 1;
    while (s->text && length < size) {
        ssize_t n = read(fd, s->text + length, size - length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(errno, "could not read %s", s->path);
        if (n == 0)
            break;
        length += (size_t)n;
    }
    if (!s->text)
        return err_oom();
    return strlen(s->text) == length ? NULL : err_new(ERR_INPUT, "%s has a zero byte", s->path);
}

static dbk_err *read_file(webhook_secrets *s, webhook_secrets *fresh)
{
    int fd = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return err_errno(errno, "could not open %s", s->path);
    fresh->path = s->path;
    dbk_err *e = fstat(fd, &fresh->seen) == 0 ? check(s, &fresh->seen)
                                              : err_errno(errno, "could not look at %s", s->path);
    if (!e)
        e = read_all(fresh, fd, (size_t)fresh->seen.st_size);
    if (!e)
        e = take_lines(fresh);
    close(fd);
    return e;
}

dbk_err *webhook_secrets_refresh(webhook_secrets *s)
{
    struct stat now;
    if (!s->path)
        return NULL;
    if (s->text && stat(s->path, &now) == 0 && now.st_ino == s->seen.st_ino &&
        now.st_size == s->seen.st_size && now.st_mtim.tv_sec == s->seen.st_mtim.tv_sec &&
        now.st_mtim.tv_nsec == s->seen.st_mtim.tv_nsec && now.st_mode == s->seen.st_mode)
        return NULL;
    webhook_secrets *fresh = mem_alloc(sizeof(*fresh));
    if (!fresh)
        return err_oom();
    dbk_err *e = read_file(s, fresh);
    if (e) {
        forget(fresh);
    } else {
        forget(s);
        *s = *fresh;
    }
    mem_free(fresh);
    return e;
}

const char *webhook_secrets_find(const webhook_secrets *s, const char *name)
{
    assert(s && name);
    char variable[sizeof("DAYBOOK_WEBHOOK_SECRET_") + NAME_LENGTH_MAX];
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->items[i].name, name) == 0)
            return s->items[i].value;
    if (!is_name(name))
        return NULL;
    int length = snprintf(variable, sizeof(variable), "DAYBOOK_WEBHOOK_SECRET_%s", name);
    for (int i = 0; i < length; i++)
        variable[i] = (char)toupper((unsigned char)variable[i]);
    const char *value = getenv(variable);
    return value && strlen(value) >= WEBHOOK_SECRET_LENGTH_MIN ? value : NULL;
}
