#include "bus/sinks.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAME_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789_.-"
#define NAME_LENGTH_MAX 63

static const sink_ops *const all[] = {&sink_file, &sink_nats, &sink_nats_tls, &sink_stdout, NULL};

const sink_ops *const *sinks_all(void)
{
    return all;
}

dbk_err *sinks_parse(arena *a, const char *text, const sink_ops **ops, const char **name,
                     const char **address)
{
    size_t named = strspn(text, NAME_CHARACTERS);
    bool has_name = named > 0 && named <= NAME_LENGTH_MAX && text[named] == '=';
    const char *rest = has_name ? text + named + 1 : text;
    for (const sink_ops *const *o = all; *o; o++) {
        size_t length = strlen((*o)->prefix);
        if (strncmp(rest, (*o)->prefix, length) != 0)
            continue;
        *ops = *o;
        *name = has_name ? arena_strndup(a, text, named) : (*o)->name;
        *address = (*o)->is_url ? rest : rest + length;
        return *name ? NULL : err_oom();
    }
    return err_with_hint(
        err_new(ERR_USAGE, "no kind of sink: \"%.80s\"", text),
        "[NAME=]file:FOLDER, stdout or a nats:// URL; a name has at most %d of a-z, 0-9, _, . and -",
        NAME_LENGTH_MAX);
}

const char *sinks_setting_text(const sink_options *o, const char *key)
{
    const char *found = NULL;
    size_t length = strlen(key);
    for (size_t i = 0; o->settings && o->settings[i]; i++)
        if (strncmp(o->settings[i], key, length) == 0 && o->settings[i][length] == '=')
            found = o->settings[i] + length + 1;
    return found;
}

dbk_err *sinks_setting(const sink_options *o, const char *key, int64_t otherwise, int64_t min, int64_t max,
                       int64_t *out)
{
    const char *text = sinks_setting_text(o, key);
    char *end;
    if (!text) {
        *out = otherwise;
        return NULL;
    }
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || number < min || number > max)
        return err_with_hint(err_new(ERR_USAGE, "setting %s of sinks is \"%.40s\"", key, text),
                             "a whole number from %lld to %lld", (long long)min, (long long)max);
    *out = number;
    return NULL;
}
