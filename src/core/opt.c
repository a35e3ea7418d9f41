#include "core/opt.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/opt_int.h"

#define ROWS_MAX ((size_t)256)

struct slot {
    const opt_row *row;
    void *member;
    bool given; /* by a flag */
};

struct parser {
    arena *arena;
    const opt_parse_options *options;
    struct slot *slots;
    size_t slot_count;
    int argc;
    char *const *argv;
    int at; /* the argument being looked at */
    opt_result result;
};

void opt_env_name(const opt_row *row, char out[OPT_ENV_NAME_SIZE])
{
    int n = snprintf(out, OPT_ENV_NAME_SIZE, "DAYBOOK_%s", row->name);
    assert(n > 0 && n < OPT_ENV_NAME_SIZE);
    for (char *p = out; *p; p++)
        *p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
}

static dbk_err *make_slots(struct parser *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->options->set_count; i++)
        n += p->options->sets[i].count;
    assert(n <= ROWS_MAX);
    p->slots = arena_alloc(p->arena, (n + 1) * sizeof *p->slots);
    if (!p->slots)
        return err_oom();
    for (size_t i = 0; i < p->options->set_count; i++) {
        const opt_set *set = &p->options->sets[i];
        for (size_t j = 0; j < set->count; j++) {
            assert(set->target);
            char *member = (char *)set->target + set->rows[j].offset;
            p->slots[p->slot_count++] = (struct slot){.row = &set->rows[j], .member = member};
        }
    }
    return NULL;
}

static void clear_member(const struct slot *s)
{
    switch (s->row->kind) {
    case OPT_FLAG:
        *(bool *)s->member = false;
        break;
    case OPT_STRING:
        *(const char **)s->member = NULL;
        break;
    case OPT_INT:
    case OPT_DURATION:
        *(int64_t *)s->member = 0;
        break;
    case OPT_CHOICE:
        *(int *)s->member = 0;
        break;
    case OPT_LIST:
        *(opt_list *)s->member = (opt_list){.count = 0};
        break;
    }
}

static dbk_err *store_flag_value(struct parser *p, struct slot *s, const char *text)
{
    char origin[OPT_NAME_LENGTH_MAX + 16];
    snprintf(origin, sizeof origin, "option --%s", s->row->name);
    if (!s->given)
        clear_member(s);
    s->given = true;
    return opt_store(p->arena, s->row, origin, text, s->member);
}

static struct slot *find_long(struct parser *p, const char *name, size_t length)
{
    for (size_t i = 0; i < p->slot_count; i++)
        if (strlen(p->slots[i].row->name) == length && memcmp(p->slots[i].row->name, name, length) == 0)
            return &p->slots[i];
    return NULL;
}

static struct slot *find_letter(struct parser *p, char letter)
{
    for (size_t i = 0; i < p->slot_count; i++)
        if (p->slots[i].row->letter == letter)
            return &p->slots[i];
    return NULL;
}

static dbk_err *unknown_option(struct parser *p, const char *name, size_t length)
{
    dbk_err *e = err_new(ERR_USAGE, "unknown option --%.*s", (int)length, name);
    char word[OPT_NAME_LENGTH_MAX + 1];
    if (length >= sizeof word)
        return e;
    memcpy(word, name, length);
    word[length] = '\0';
    const char *names[ROWS_MAX + 1];
    for (size_t i = 0; i < p->slot_count; i++)
        names[i] = p->slots[i].row->name;
    names[p->slot_count] = "help";
    const char *near = opt_nearest(word, names, p->slot_count + 1);
    return near ? err_with_hint(e, "did you mean --%s?", near) : e;
}

/* The value of an option that needs one and has it in the next argument. */
static dbk_err *next_value(struct parser *p, const opt_row *row, const char **out)
{
    if (p->at + 1 >= p->argc)
        return err_new(ERR_USAGE, "option --%s needs a value (%s)", row->name,
                       row->value_name ? row->value_name : "VALUE");
    *out = p->argv[++p->at];
    return NULL;
}

static dbk_err *take_long(struct parser *p, const char *text)
{
    const char *equals = strchr(text, '=');
    size_t length = equals ? (size_t)(equals - text) : strlen(text);
    struct slot *s = find_long(p, text, length);
    bool off = false;
    if (!s && length > 3 && memcmp(text, "no-", 3) == 0) {
        s = find_long(p, text + 3, length - 3);
        off = s && s->row->kind == OPT_FLAG;
        if (!off)
            s = NULL;
    }
    if (!s)
        return unknown_option(p, text, length);
    if (s->row->kind == OPT_FLAG) {
        if (equals)
            return err_new(ERR_USAGE, "option --%.*s takes no value", (int)length, text);
        return store_flag_value(p, s, off ? "false" : "true");
    }
    const char *value = equals ? equals + 1 : NULL;
    dbk_err *e = value ? NULL : next_value(p, s->row, &value);
    return e ? e : store_flag_value(p, s, value);
}

/* -v, -vq, -fFILE, -f FILE. */
static dbk_err *take_letters(struct parser *p, const char *letters)
{
    for (; *letters; letters++) {
        struct slot *s = find_letter(p, *letters);
        if (!s)
            return err_new(ERR_USAGE, "unknown option -%c", *letters);
        if (s->row->kind == OPT_FLAG) {
            dbk_err *e = store_flag_value(p, s, "true");
            if (e)
                return e;
            continue;
        }
        const char *value = letters[1] ? letters + 1 : NULL;
        dbk_err *e = value ? NULL : next_value(p, s->row, &value);
        return e ? e : store_flag_value(p, s, value);
    }
    return NULL;
}

static bool asks_for_help(int argc, char *const *argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

static dbk_err *take_arguments(struct parser *p)
{
    bool ended = false;
    p->result.args = arena_alloc(p->arena, ((size_t)p->argc + 1) * sizeof *p->result.args);
    if (!p->result.args)
        return err_oom();
    for (p->at = 1; p->at < p->argc; p->at++) {
        const char *text = p->argv[p->at];
        dbk_err *e = NULL;
        if (ended || text[0] != '-' || text[1] == '\0')
            p->result.args[p->result.arg_count++] = text;
        else if (strcmp(text, "--") == 0)
            ended = true;
        else if (text[1] == '-')
            e = take_long(p, text + 2);
        else
            e = take_letters(p, text + 1);
        if (e)
            return e;
    }
    return NULL;
}

static dbk_err *check_arguments(const struct parser *p)
{
    const opt_positional *want = &p->options->positional;
    size_t given = p->result.arg_count;
    if (!want->name && given > 0)
        return err_new(ERR_USAGE, "unexpected argument: %s", p->result.args[0]);
    if (given < want->min)
        return err_new(ERR_USAGE, "%s is missing", want->name);
    if (want->name && want->max > 0 && given > want->max)
        return err_new(ERR_USAGE, "unexpected argument: %s", p->result.args[want->max]);
    return NULL;
}

/* A value of a list that is not a flag holds all items. */
static dbk_err *store_text(struct parser *p, struct slot *s, const char *origin, const char *text)
{
    if (s->row->kind != OPT_LIST)
        return opt_store(p->arena, s->row, origin, text, s->member);
    opt_list list;
    dbk_err *e = conf_split(p->arena, text, &list.items, &list.count);
    if (!e)
        *(opt_list *)s->member = list;
    return e;
}

static dbk_err *fill_rest(struct parser *p, struct slot *s)
{
    char name[OPT_ENV_NAME_SIZE], origin[OPT_ENV_NAME_SIZE + 32];
    const opt_parse_options *o = p->options;
    clear_member(s);
    if (!s->row->no_env && o->env) {
        opt_env_name(s->row, name);
        const char *text = o->env(o->env_ctx, name);
        if (text && *text) {
            snprintf(origin, sizeof origin, "environment variable %s", name);
            return store_text(p, s, origin, text);
        }
    }
    if (!s->row->no_env && o->config) {
        const char *text = conf_get(o->config, OPT_CONF_SECTION, s->row->name);
        if (text) {
            snprintf(origin, sizeof origin, "%s in the configuration file", s->row->name);
            return store_text(p, s, origin, text);
        }
    }
    if (!s->row->default_text)
        return NULL;
    snprintf(origin, sizeof origin, "default of --%s", s->row->name);
    return store_text(p, s, origin, s->row->default_text);
}

dbk_err *opt_parse(arena *a, const opt_parse_options *o, int argc, char *const *argv, opt_result *out)
{
    assert(a && o && out);
    assert(argc >= 1 && argv);
    if (asks_for_help(argc, argv)) {
        *out = (opt_result){.help = true};
        return NULL;
    }
    struct parser p = {.arena = a, .options = o, .argc = argc, .argv = argv};
    dbk_err *e = make_slots(&p);
    if (!e)
        e = take_arguments(&p);
    if (!e)
        e = check_arguments(&p);
    for (size_t i = 0; i < p.slot_count && !e; i++)
        if (!p.slots[i].given)
            e = fill_rest(&p, &p.slots[i]);
    if (!e)
        *out = p.result;
    return e;
}
