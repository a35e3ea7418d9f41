/* move_prove.c: that both places have the same book, and that what is derived in it follows from its facts.
 */
#include <string.h>

#include "book/move_int.h"

static void say(const mover *m, const char *what)
{
    if (m->options->progress)
        m->options->progress(m->options->ctx, what, 0);
}

static dbk_err *compare(const mover *m, const book_dump_result *from, const book_dump_result *to)
{
    for (size_t i = 0; i < from->count; i++)
        if (strcmp(from->sections[i].sha256, to->sections[i].sha256) != 0)
            return err_with_hint(
                err_new(ERR_INPUT, "%s differ: %lld rows, sha256 %s, at %s; %lld rows, sha256 %s, at %s",
                        from->sections[i].name, (long long)from->sections[i].rows, from->sections[i].sha256,
                        m->from.place, (long long)to->sections[i].rows, to->sections[i].sha256, m->to.place),
                "an account of the move is there with other content: compare with daybook book "
                "dump --section %s",
                from->sections[i].name);
    return NULL;
}

static dbk_err *dump_both(const mover *m, const book_dump_options *options, book_dump_result *out)
{
    book_dump_result from, to;
    dbk_err *e = m->from.dump(m->from.ctx, options, &from);
    if (!e)
        e = m->to.dump(m->to.ctx, options, &to);
    if (!e)
        e = compare(m, &from, &to);
    if (!e && out)
        *out = to;
    return e;
}

static dbk_err *name_difference(void *ctx, const book_difference *d)
{
    const mover *m = ctx;
    return err_new(ERR_INPUT, "%s %s: %s is %s at %s, and %s computed again from the facts", d->table, d->key,
                   d->column, d->stored ? d->stored : "null", m->to.place,
                   d->recomputed ? d->recomputed : "null");
}

static dbk_err *prove(mover *m, const book_accounts *accounts, book_dump_result *out)
{
    book_verify_result verified;
    say(m, "comparing digests");
    dbk_err *e = dump_both(m, &(book_dump_options){.accounts = *accounts}, out);
    if (e)
        return e;
    say(m, "computing again");
    return m->to.verify(
        m->to.ctx, &(book_verify_options){.accounts = *accounts, .difference = name_difference, .ctx = m},
        &verified);
}

dbk_err *mover_prove(mover *m, book_dump_result *out)
{
    const char **ids = arena_alloc(m->arena, m->count * sizeof(*ids));
    if (!ids)
        return err_oom();
    size_t count = 0;
    for (size_t i = 0; i < m->count; i++)
        if (!m->accounts[i].done)
            ids[count++] = m->accounts[i].id;
    return prove(m, &(book_accounts){ids, count}, out);
}

static bool is_counted(const move_table *t)
{
    return strcmp(t->name, "restated_positions") != 0 && strncmp(t->name, "session", 7) != 0;
}

dbk_err *mover_count(mover *m, mover_account *a)
{
    static const char *const sums[] = {"accounts", "positions", "position_fees"};
    say(m, "counting");
    dbk_err *e = dump_both(m,
                           &(book_dump_options){.accounts = {&a->id, 1},
                                                .sections = sums,
                                                .section_count = sizeof(sums) / sizeof(sums[0])},
                           NULL);
    for (size_t i = 0; !e && i < m->table_count; i++) {
        int64_t from = 0, to = 0;
        if (!is_counted(&m->tables[i]))
            continue;
        e = m->from.count(m->from.ctx, &m->tables[i], a->id, &from);
        if (!e)
            e = m->to.count(m->to.ctx, &m->tables[i], a->id, &to);
        if (!e && from != to)
            e = err_new(ERR_INPUT, "account %s (%s) has %lld rows of %s at %s and %lld at %s", a->id, a->name,
                        (long long)from, m->tables[i].name, m->from.place, (long long)to, m->to.place);
    }
    return e;
}
