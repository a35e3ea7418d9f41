#include "book/move.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book/move_int.h"
#include "core/clock.h"
#include "core/uuid.h"

/* ---- what is to be done with an account ---- */

static bool same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static dbk_err *new_move(arena *a, const char **out)
{
    dbk_uuid id;
    char text[UUID_TEXT_SIZE];
    dbk_err *e = uuid_v7(clock_system(), &id);
    if (e)
        return e;
    uuid_format(&id, text);
    *out = arena_strdup(a, text);
    return *out ? NULL : err_oom();
}

static dbk_err *wrong_way(const mover_account *a, const char *how, const char *place)
{
    return err_with_hint(err_new(ERR_INPUT, "account %s (%s) %s %s", a->id, a->name, how, place),
                         "finish that move first, or give it up with --abort");
}

/* Where the account stands on its way from one place to the other. */
static dbk_err *find_way(mover *m, mover_account *a)
{
    move_fence here, there;
    dbk_err *e = m->from.fence(m->from.ctx, m->arena, a->id, &here);
    if (!e)
        e = m->to.fence(m->to.ctx, m->arena, a->id, &there);
    if (e)
        return e;
    bool this_way = same(here.place, m->to.place),
         begun = same(here.state, "copying") || same(here.state, "leaving");
    bool arriving = same(there.state, "arriving");
    if (same(here.state, "arriving"))
        return wrong_way(a, "is on its way here from", here.place);
    a->elsewhere = same(here.state, "moved") && !this_way;
    if ((begun || a->elsewhere) && !this_way)
        return wrong_way(a, begun ? "is being moved to" : "was moved to", here.place);
    a->left = same(here.state, "moved");
    a->leaving = same(here.state, "leaving");
    a->done = a->left && !arriving;
    a->move_id = begun || a->left ? here.move_id : NULL;
    if (!a->left && !arriving && !same(there.state, "unknown") && !same(there.state, "moved"))
        return err_with_hint(err_new(ERR_INPUT, "account %s (%s) is known at %s, with a book of its own",
                                     a->id, a->name, m->to.place),
                             "an account has one book: move it from there, or name another place");
    if (arriving && same(there.move_id, a->move_id) && there.progress)
        return mover_resume(m, a, there.progress);
    return NULL;
}

static dbk_err *step(const move_side *side, const mover_account *a, const char *name, const char *place)
{
    return side->step(side->ctx, &(move_step){a->id, a->move_id, name, place});
}

static dbk_err *begin(mover *m, mover_account *a)
{
    dbk_err *e = a->move_id ? NULL : new_move(m->arena, &a->move_id);
    if (!e && !a->leaving)
        e = step(&m->from, a, "copy", m->to.place);
    if (!e)
        e = step(&m->to, a, "arrive", m->from.place);
    return e ? e : mover_refer(m, a);
}

/* ---- phases ---- */

#define FOR_EACH(m, a, e)                                                                                    \
    for (mover_account *a = (m)->accounts; !(e) && a < (m)->accounts + (m)->count; a++)                      \
        if (!a->left)

static dbk_err *check(mover *m)
{
    move_bounds bounds;
    dbk_err *e = m->from.hold(m->from.ctx, -1, &bounds);
    if (e)
        return e;
    FOR_EACH(m, a, e)
    if (!a->resumed)
        e = mover_check(m, a);
    m->from.let_go(m->from.ctx);
    return e;
}

/* Copies what there is, or what changed since, of all accounts as they are at one moment. */
static dbk_err *pass(mover *m, int64_t *rows, bool keeps_hold)
{
    move_bounds after;
    dbk_err *e = m->from.hold(m->from.ctx, m->options->wait_us, &after);
    if (e)
        return e;
    *rows = 0;
    FOR_EACH(m, a, e)
    e = mover_pass(m, a, &after, rows);
    if (e || !keeps_hold)
        m->from.let_go(m->from.ctx);
    return e;
}

#define PASSES_MAX 8
#define ROWS_LEFT_MAX 2000 /* what is copied in a moment while nobody can write */

static dbk_err *copy(mover *m)
{
    int64_t rows;
    dbk_err *e = NULL;
    FOR_EACH(m, a, e)
    e = begin(m, a);
    if (!e)
        e = pass(m, &rows, false);
    for (int i = 0; !e && rows > ROWS_LEFT_MAX && i < PASSES_MAX; i++)
        e = pass(m, &rows, false);
    if (!e)
        e = pass(m, &rows, true);
    if (e)
        return e;
    e = m->to.hold(m->to.ctx, -1, &(move_bounds){0});
    if (!e) {
        e = mover_prove(m, NULL);
        m->to.let_go(m->to.ctx);
    }
    m->from.let_go(m->from.ctx);
    return e;
}

/* From the first step to the last nobody can write. The state that is held of both is compared afterwards. */
static dbk_err *change_over(mover *m)
{
    int64_t rows;
    dbk_err *e = NULL;
    FOR_EACH(m, a, e)
    e = step(&m->from, a, "leave", m->to.place);
    if (!e)
        e = pass(m, &rows, true);
    if (e)
        return e;
    e = m->to.hold(m->to.ctx, -1, &(move_bounds){0});
    FOR_EACH(m, a, e)
    e = mover_count(m, a);
    FOR_EACH(m, a, e)
    e = step(&m->from, a, "left", m->to.place);
    return e;
}

static dbk_err *held(dbk_err *e)
{
    return e ? err_wrap(e, "nobody can write to the accounts now: the same command goes on, --abort gives "
                           "the move up")
             : NULL;
}

static dbk_err *arrive(mover *m)
{
    dbk_err *e = NULL;
    for (mover_account *a = m->accounts; !e && a < m->accounts + m->count; a++)
        if (!a->done)
            e = step(&m->to, a, "arrived", m->from.place);
    return e;
}

/* What was interrupted between the last two steps is proven before the last. */
static dbk_err *hold_again(mover *m)
{
    move_bounds ignored;
    dbk_err *e = m->from.hold(m->from.ctx, -1, &ignored);
    return e ? e : m->to.hold(m->to.ctx, -1, &ignored);
}

static bool all(const mover *m, bool (*is)(const mover_account *a))
{
    for (size_t i = 0; i < m->count; i++)
        if (!is(&m->accounts[i]))
            return false;
    return true;
}

static bool is_done(const mover_account *a)
{
    return a->done;
}

static bool has_left(const mover_account *a)
{
    return a->left;
}

static dbk_err *run(mover *m, move_result *out)
{
    const dbk_clock *clock = clock_system();
    if (all(m, is_done))
        return NULL;
    int64_t stopped_us = 0;
    dbk_err *e;
    if (all(m, has_left)) {
        e = hold_again(m);
        if (!e)
            e = mover_prove(m, NULL);
        if (!e)
            e = arrive(m);
    } else {
        e = check(m);
        if (!e)
            e = copy(m);
        stopped_us = clock->mono_us(clock);
        if (!e)
            e = held(change_over(m));
        if (!e)
            e = arrive(m);
        stopped_us = clock->mono_us(clock) - stopped_us;
        if (!e)
            e = mover_prove(m, &out->dump);
    }
    m->from.let_go(m->from.ctx);
    m->to.let_go(m->to.ctx);
    out->stopped_us = stopped_us;
    out->compared = !e && stopped_us > 0;
    return e;
}

static dbk_err *give_up(mover *m)
{
    dbk_err *e = NULL;
    for (mover_account *a = m->accounts; !e && a < m->accounts + m->count; a++) {
        if (a->left)
            e = err_with_hint(
                err_new(ERR_INPUT, "account %s (%s) has left for %s", a->id, a->name, m->to.place),
                "move it back from there");
        else if (a->move_id)
            e = step(&m->from, a, "abort", m->to.place);
        a->aborted = a->move_id != NULL;
    }
    return e;
}

/* ---- the whole ---- */

static dbk_err *find_accounts(mover *m)
{
    move_account *found;
    dbk_err *e = m->from.accounts(m->from.ctx, m->arena, m->options->accounts, m->options->account_count,
                                  &found, &m->count);
    if (e)
        return e;
    m->accounts = arena_alloc(m->arena, (m->count + 1) * sizeof(*m->accounts));
    if (!m->accounts)
        return err_oom();
    size_t all = m->count;
    dbk_err *elsewhere = NULL;
    m->count = 0;
    for (size_t i = 0; !e && i < all; i++) {
        mover_account *next = &m->accounts[m->count];
        *next = (mover_account){.id = found[i].id, .name = found[i].name};
        e = find_way(m, next);
        if (!e)
            m->count++;
        else if (m->options->account_count == 0 && next->elsewhere) {
            err_free(elsewhere);
            elsewhere = e;
            e = NULL;
        }
    }
    if (!e && m->count == 0)
        e = elsewhere ? elsewhere
                      : err_new(ERR_NOT_FOUND, "there is no account to be moved at %s", m->from.place);
    else
        err_free(elsewhere);
    return e;
}

static dbk_err *report(const mover *m, move_result *out)
{
    out->accounts = arena_alloc(m->arena, m->count * sizeof(*out->accounts));
    if (!out->accounts)
        return err_oom();
    out->count = m->count;
    for (size_t i = 0; i < m->count; i++) {
        const mover_account *a = &m->accounts[i];
        out->accounts[i] = (struct move_moved){a->id, a->name,
                                               a->aborted          ? "aborted"
                                               : m->options->abort ? "was not moved"
                                               : a->done           ? "was moved"
                                                                   : "moved",
                                               a->rows};
    }
    return NULL;
}

static dbk_err *open_side(const char *url, bool may_make, move_side *out)
{
    return strncmp(url, "sqlite:", 7) == 0 ? move_file_open(url + 7, may_make, out)
                                           : move_server_open(url, out);
}

static dbk_err *open_sides(mover *m)
{
    dbk_err *e = open_side(m->options->from, false, &m->from);
    if (!e)
        e = open_side(m->options->to, !m->options->abort, &m->to);
    if (!e && strcmp(m->from.place, m->to.place) == 0)
        e = err_new(ERR_USAGE, "the book would be moved to where it is: %s", m->from.place);
    return e;
}

dbk_err *book_move(arena *a, const move_options *options, move_result *out)
{
    mover m = {.options = options, .arena = a, .batch = arena_new((size_t)256 << 20)};
    *out = (move_result){.count = 0};
    if (!m.batch)
        return err_oom();
    dbk_err *e = move_tables(a, &m.tables, &m.table_count);
    if (!e)
        e = open_sides(&m);
    if (!e)
        e = find_accounts(&m);
    if (!e)
        e = options->abort ? give_up(&m) : run(&m, out);
    if (!e)
        e = report(&m, out);
    if (m.from.close)
        m.from.close(m.from.ctx);
    if (m.to.close)
        m.to.close(m.to.ctx);
    arena_free(m.batch);
    return e;
}
