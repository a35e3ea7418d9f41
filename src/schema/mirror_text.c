#include <string.h>

#include "schema/mirror_int.h"

static void append_line(buf *out, const char *text)
{
    buf_append_str(out, text);
    buf_append_char(out, '\n');
}

/* A name may hold a line end; a line of the header may not. */
static void append_on_one_line(buf *out, const char *text)
{
    for (const char *p = text; *p; p++)
        buf_append_char(out, *p == '\n' || *p == '\r' ? ' ' : *p);
}

static void append_header(buf *out, const mirror_set *s, const mirror_file *f)
{
    buf_printf(out, "%s%s", MIRROR_FIRST, f->kind);
    if (*f->identity) {
        buf_append_char(out, ' ');
        append_on_one_line(out, f->identity);
    }
    buf_append_char(out, '\n');
    if (f->object_class == 'n' || f->object_class == 'd')
        for (size_t i = 0; i < s->role_count; i++)
            if (strcmp(s->roles[i].schema, f->schema) == 0)
                buf_printf(out, "%s%s\n", MIRROR_ROLE, s->roles[i].name);
    for (size_t i = f->first_need; i < f->first_need + f->need_count; i++) {
        const mirror_need *n = &s->needs[i];
        if (!(n->soft && f->deferred))
            buf_printf(out, "%s%s\n", MIRROR_NEEDS, s->files[n->needs].path);
    }
}

/* What a piece says in its own place; NULL for nothing. */
static const char *here(const mirror_file *f, const mirror_piece *p)
{
    if (f->deferred && p->later)
        return p->bare && *p->bare ? p->bare : NULL;
    if (p->sql)
        return p->sql;
    return p->later;
}

static bool is_member(const mirror_piece *p)
{
    return p->section == MIRROR_COLUMNS || p->section == MIRROR_CONSTRAINTS;
}

static void append_head(buf *out, const mirror_set *s, const mirror_file *f)
{
    if (!f->head)
        return;
    buf_append_char(out, '\n');
    append_line(out, f->head);
    if (!f->tail)
        return;
    const char *comma = "    ";
    for (size_t i = f->first_piece; i < f->first_piece + f->piece_count; i++) {
        const char *text = is_member(&s->pieces[i]) ? here(f, &s->pieces[i]) : NULL;
        if (!text)
            continue;
        buf_append_str(out, comma);
        buf_append_str(out, text);
        comma = ",\n    ";
    }
    if (comma[0] == ',')
        buf_append_char(out, '\n');
    append_line(out, f->tail);
}

/* Statements of the sections from..below; a blank line where the subject changes. */
static void append_sections(buf *out, const mirror_set *s, const mirror_file *f, int from, int below)
{
    int subject = -1;
    for (size_t i = f->first_piece; i < f->first_piece + f->piece_count; i++) {
        const mirror_piece *p = &s->pieces[i];
        const char *text = here(f, p);
        if (!text || is_member(p) || p->section < from || p->section >= below)
            continue;
        if (p->section / 10 != subject)
            buf_append_char(out, '\n');
        subject = p->section / 10;
        append_line(out, text);
    }
}

static bool defers(const mirror_file *f, const mirror_piece *p)
{
    return f->deferred && p->later;
}

static bool has_later(const mirror_set *s, const mirror_file *f)
{
    for (size_t i = f->first_piece; i < f->first_piece + f->piece_count; i++)
        if (defers(f, &s->pieces[i]) || (s->pieces[i].section >= MIRROR_LATER_FROM && here(f, &s->pieces[i])))
            return true;
    return false;
}

void mirror_text_append(buf *out, const mirror_set *s, const mirror_file *f)
{
    append_header(out, s, f);
    append_head(out, s, f);
    /* The pieces that stand before the owner have their places inside the head. */
    append_sections(out, s, f, 0, MIRROR_COLUMNS);
    if (f->owner_sql) {
        buf_append_char(out, '\n');
        append_line(out, f->owner_sql);
    }
    append_sections(out, s, f, MIRROR_OWNER, MIRROR_LATER_FROM);
    if (!has_later(s, f))
        return;
    buf_printf(out, "\n%s\n", MIRROR_LATER);
    append_sections(out, s, f, MIRROR_LATER_FROM, MIRROR_DEFERRED);
    for (size_t i = f->first_piece; i < f->first_piece + f->piece_count; i++)
        if (defers(f, &s->pieces[i]))
            append_line(out, s->pieces[i].later);
    append_sections(out, s, f, MIRROR_DEFERRED, 100);
}
