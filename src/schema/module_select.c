/* Which modules, and in what order. Pure. */
#include <string.h>

#include "core/buf.h"
#include "schema/module.h"

#define NAMES_TEXT_MAX ((size_t)64 << 10)
#define PROFILE_MODULES_MAX 4

/* What each kind of user needs by name; what these require comes by itself. A profile without names is every
 * module there is. */
static const struct {
    const char *name;
    const char *modules[PROFILE_MODULES_MAX];
} profiles[] = {
    {"bot", {"trading"}}, {"research", {"market"}},       {"desk", {"market", "trading"}},
    {"product", {"app"}}, {"agents", {"agents", "jobs"}}, {"full", {NULL}},
};
#define PROFILE_COUNT (sizeof(profiles) / sizeof(profiles[0]))

/* State of a selection; the arrays run beside set->items. */
typedef struct selection {
    arena *arena;
    const module_set *set;
    bool *chosen;
    bool *kept;   /* installed before */
    bool *wanted; /* chosen, kept, always, or required by a wanted one */
    bool *placed;
} selection;

static size_t index_of(const module_set *set, const module *m)
{
    return (size_t)(m - set->items);
}

static const char *known_modules(arena *a, const module_set *set)
{
    buf names;
    buf_init(&names, NAMES_TEXT_MAX);
    for (size_t i = 0; i < set->count; i++)
        buf_printf(&names, "%s%s", i ? ", " : "", set->items[i].name);
    const char *text = arena_strdup(a, names.state == BUF_OK ? names.data : "");
    buf_term(&names);
    return text ? text : "";
}

static dbk_err *choose(selection *s, bool *flags, const char *name)
{
    const module *m = module_find(s->set, name);
    if (!m)
        return err_with_hint(err_new(ERR_USAGE, "there is no module \"%s\"", name), "known modules: %s",
                             known_modules(s->arena, s->set));
    flags[index_of(s->set, m)] = true;
    return NULL;
}

static dbk_err *choose_profile(selection *s, const char *name)
{
    size_t p = 0;
    while (p < PROFILE_COUNT && strcmp(profiles[p].name, name) != 0)
        p++;
    if (p == PROFILE_COUNT)
        return err_with_hint(err_new(ERR_USAGE, "there is no profile \"%s\"", name),
                             "known profiles: bot, research, desk, product, agents, full");
    for (size_t i = 0; !profiles[p].modules[0] && i < s->set->count; i++)
        s->chosen[i] = true;
    for (size_t i = 0; i < PROFILE_MODULES_MAX && profiles[p].modules[i]; i++) {
        if (!module_find(s->set, profiles[p].modules[i]))
            return err_with_hint(
                err_new(ERR_USAGE,
                        "the profile \"%s\" needs the module \"%s\", which is not part of this version", name,
                        profiles[p].modules[i]),
                "known modules: %s", known_modules(s->arena, s->set));
        dbk_err *e = choose(s, s->chosen, profiles[p].modules[i]);
        if (e)
            return e;
    }
    return NULL;
}

static dbk_err *choose_all(selection *s, const schema_choice *choice, const module_names *remembered)
{
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < choice->module_count; i++)
        e = choose(s, s->chosen, choice->modules[i]);
    if (!e && choice->profile)
        e = choose_profile(s, choice->profile);
    for (size_t i = 0; !e && i < remembered->count; i++)
        e = choose(s, s->kept, remembered->items[i]);
    bool named = choice->module_count > 0 || choice->profile;
    for (size_t i = 0; !e && !named && i < s->set->count; i++)
        if (remembered->count == 0 || !s->set->items[i].built_in)
            s->chosen[i] = true;
    return e;
}

/* Marks what the wanted ones require until nothing is added; each round adds at least one, so it ends. */
static dbk_err *want_required(selection *s)
{
    for (bool added = true; added;) {
        added = false;
        for (size_t i = 0; i < s->set->count; i++) {
            const module *m = &s->set->items[i];
            for (size_t r = 0; s->wanted[i] && r < m->requires.count; r++) {
                const module *needed = module_find(s->set, m->requires.items[r]);
                if (!needed)
                    return err_with_hint(err_new(ERR_INPUT,
                                                 "the module \"%s\" requires \"%s\", which does not exist",
                                                 m->name, m->requires.items[r]),
                                         "known modules: %s", known_modules(s->arena, s->set));
                if (!s->wanted[index_of(s->set, needed)])
                    s->wanted[index_of(s->set, needed)] = added = true;
            }
        }
    }
    return NULL;
}

/* What is always there is there for the built-in modules and those that stand upon them. A team whose modules
 * need nothing of ours has a migration runner, and no schemas it did not ask for. */
static dbk_err *want_all(selection *s)
{
    for (size_t i = 0; i < s->set->count; i++)
        s->wanted[i] = s->chosen[i] || s->kept[i];
    dbk_err *e = want_required(s);
    bool built_in = false;
    for (size_t i = 0; i < s->set->count; i++)
        built_in |= s->wanted[i] && s->set->items[i].built_in;
    for (size_t i = 0; i < s->set->count; i++)
        s->wanted[i] |= built_in && s->set->items[i].always;
    return e ? e : want_required(s);
}

static bool is_ready(const selection *s, const module *m)
{
    for (size_t r = 0; r < m->requires.count; r++)
        if (!s->placed[index_of(s->set, module_find(s->set, m->requires.items[r]))])
            return false;
    return true;
}

/* Follows unplaced requirements from `first` until one comes up again: that walk is the cycle. */
static dbk_err *cycle_error(const selection *s, size_t first)
{
    buf path;
    buf_init(&path, NAMES_TEXT_MAX);
    bool *seen = arena_alloc(s->arena, s->set->count * sizeof(bool));
    size_t at = first;
    for (size_t step = 0; seen && step <= s->set->count; step++) {
        const module *m = &s->set->items[at];
        buf_printf(&path, "%s%s", step ? " -> " : "", m->name);
        if (seen[at])
            break;
        seen[at] = true;
        for (size_t r = 0; r < m->requires.count; r++) {
            size_t next = index_of(s->set, module_find(s->set, m->requires.items[r]));
            if (!s->placed[next]) {
                at = next;
                break;
            }
        }
    }
    dbk_err *e = err_new(ERR_INPUT, "modules require each other in a circle: %s",
                         path.state == BUF_OK ? path.data : "");
    buf_term(&path);
    return e;
}

/* The first by name that is ready, again and again: the same set always gives the same order. */
static dbk_err *place_all(selection *s, module_order *out)
{
    for (;;) {
        size_t next = s->set->count, waiting = s->set->count;
        for (size_t i = 0; i < s->set->count && next == s->set->count; i++) {
            if (!s->wanted[i] || s->placed[i])
                continue;
            if (is_ready(s, &s->set->items[i]))
                next = i;
            else if (waiting == s->set->count)
                waiting = i;
        }
        if (next == s->set->count)
            return waiting == s->set->count ? NULL : cycle_error(s, waiting);
        s->placed[next] = true;
        out->chosen[out->count] = s->chosen[next];
        out->items[out->count++] = &s->set->items[next];
    }
}

dbk_err *module_select(arena *a, const module_set *set, const schema_choice *choice,
                       const module_names *remembered, module_order *out)
{
    bool *flags = arena_alloc(a, (5 * set->count + 1) * sizeof(bool));
    module_order order = {.items = arena_alloc(a, (set->count + 1) * sizeof(*order.items))};
    if (!flags || !order.items)
        return err_oom();
    selection s = {.arena = a,
                   .set = set,
                   .chosen = flags,
                   .wanted = flags + set->count,
                   .placed = flags + 2 * set->count,
                   .kept = flags + 3 * set->count};
    order.chosen = flags + 4 * set->count;
    dbk_err *e = choose_all(&s, choice, remembered);
    if (!e)
        e = want_all(&s);
    if (!e)
        e = place_all(&s, &order);
    if (!e)
        *out = order;
    return e;
}
