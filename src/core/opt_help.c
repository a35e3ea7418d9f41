/* opt_help.c: --help from the rows, and the check that the rows say enough for it. */
#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "core/opt_int.h"
#include "core/utf8.h"

#define PAGE_WIDTH ((size_t)80)
#define TEXT_COLUMN ((size_t)28)

void opt_append_long(buf *out, const opt_row *row)
{
    buf_printf(out, "--%s", row->name);
    if (row->kind != OPT_FLAG)
        buf_printf(out, "=%s", row->value_name ? row->value_name : "VALUE");
}

void opt_append_notes(buf *out, const opt_row *row)
{
    size_t before = out->length;
    for (size_t i = 0; row->kind == OPT_CHOICE && row->choices && row->choices[i]; i++)
        buf_printf(out, "%s%s", i == 0 ? "" : row->choices[i + 1] ? ", " : " or ", row->choices[i]);
    if (row->kind == OPT_INT && row->max > row->min)
        buf_printf(out, "%lld to %lld", (long long)row->min, (long long)row->max);
    if (row->kind == OPT_LIST)
        buf_append_str(out, "may be repeated");
    if (row->default_text)
        buf_printf(out, "%sdefault %s", out->length > before ? "; " : "", row->default_text);
    if (!row->no_env) {
        char name[OPT_ENV_NAME_SIZE];
        opt_env_name(row, name);
        buf_printf(out, "%s%s", out->length > before ? "; " : "", name);
    }
}

void opt_append_positional(buf *out, const opt_positional *p)
{
    if (!p->name)
        return;
    const char *more = p->max == 1 ? "" : "...";
    if (p->min > 0)
        buf_printf(out, " %s%s", p->name, more);
    else
        buf_printf(out, " [%s%s]", p->name, more);
}

bool opt_in_group(const char *name, const char *prefix)
{
    size_t length = strlen(prefix);
    return length == 0 || (strncmp(name, prefix, length) == 0 && name[length] == ' ');
}

static void append_spaces(buf *out, size_t count)
{
    buf_printf(out, "%*s", (int)count, "");
}

/* Words of one paragraph from `column` on, the lines after the first indented to `indent`. */
static void append_wrapped(buf *out, const char *text, size_t length, size_t column, size_t indent)
{
    const char *end = text + length;
    bool first = true;
    while (text < end) {
        const char *word_end = memchr(text, ' ', (size_t)(end - text));
        if (!word_end)
            word_end = end;
        size_t width = utf8_width(text, (size_t)(word_end - text));
        if (!first && column + 1 + width > PAGE_WIDTH) {
            buf_append_char(out, '\n');
            append_spaces(out, indent);
            column = indent;
        } else if (!first) {
            buf_append_char(out, ' ');
            column++;
        }
        buf_append(out, text, (size_t)(word_end - text));
        column += width;
        first = false;
        text = word_end;
        while (text < end && *text == ' ')
            text++;
    }
    buf_append_char(out, '\n');
}

/* A left column and its text. */
static void append_entry(buf *out, const char *left, const char *text)
{
    size_t column = 2 + utf8_width(left, strlen(left));
    buf_printf(out, "  %s", left);
    if (column + 2 > TEXT_COLUMN) {
        buf_append_char(out, '\n');
        column = 0;
    }
    append_spaces(out, TEXT_COLUMN - column);
    append_wrapped(out, text, strlen(text), TEXT_COLUMN, TEXT_COLUMN);
}

/* Lines that begin with a space are shown as they are. */
static void append_paragraphs(buf *out, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        if (*text == ' ')
            buf_printf(out, "%.*s\n", (int)length, text);
        else
            append_wrapped(out, text, length, 0, 0);
        text += length;
        if (*text == '\n')
            text++;
    }
}

static void append_option(buf *out, const opt_row *row)
{
    buf left, notes, text;
    buf_init(&left, 1024);
    buf_init(&notes, 64 << 10);
    buf_init(&text, 64 << 10);
    if (row->letter)
        buf_printf(&left, "-%c, ", row->letter);
    else
        buf_append_str(&left, "    ");
    opt_append_long(&left, row);
    opt_append_notes(&notes, row);
    buf_append_str(&text, row->help ? row->help : "");
    if (notes.length > 0)
        buf_printf(&text, " (%s)", notes.data);
    append_entry(out, left.data, text.data);
    /* What could not be put together here must not be missing without notice. */
    buf_break_if(out, &left);
    buf_break_if(out, &notes);
    buf_break_if(out, &text);
    buf_term(&left);
    buf_term(&notes);
    buf_term(&text);
}

static void append_examples(buf *out, const char *examples)
{
    buf_append_str(out, "\nExamples:\n");
    while (*examples) {
        size_t length = strcspn(examples, "\n");
        buf_printf(out, "  %.*s\n", (int)length, examples);
        examples += length;
        if (*examples == '\n')
            examples++;
    }
}

void opt_help_command(buf *out, const char *program, const opt_command *c)
{
    assert(out && program);
    assert(c && c->name);
    buf_printf(out, "%s %s: %s\n\nUsage: %s %s", program, c->name, c->summary, program, c->name);
    if (c->set_count > 0)
        buf_append_str(out, " [OPTION]...");
    opt_append_positional(out, &c->positional);
    buf_append_char(out, '\n');
    if (c->description) {
        buf_append_char(out, '\n');
        append_paragraphs(out, c->description);
    }
    if (c->positional.name) {
        buf_append_str(out, "\nArguments:\n");
        append_entry(out, c->positional.name, c->positional.help ? c->positional.help : "");
    }
    for (size_t i = 0; i < c->set_count; i++) {
        if (c->sets[i].count == 0)
            continue;
        buf_printf(out, "\n%s:\n", c->sets[i].title);
        for (size_t j = 0; j < c->sets[i].count; j++)
            append_option(out, &c->sets[i].rows[j]);
    }
    if (c->examples)
        append_examples(out, c->examples);
}

void opt_help_group(buf *out, const char *program, const char *about, const opt_command *commands,
                    size_t count, const char *prefix)
{
    assert(out && program && about);
    assert(prefix && (commands || count == 0));
    const char *gap = *prefix ? " " : "";
    if (!*prefix)
        buf_printf(out, "%s: %s\n\n", program, about);
    buf_printf(out, "Usage: %s%s%s COMMAND [OPTION]...\n\nCommands:\n", program, gap, prefix);
    for (size_t i = 0; i < count; i++)
        if (opt_in_group(commands[i].name, prefix))
            append_entry(out, commands[i].name, commands[i].summary);
    buf_printf(out, "\n\"%s%s%s COMMAND --help\" says more about one of them.\n", program, gap, prefix);
}

static dbk_err *lacks(const char *command, const char *option, const char *what)
{
    if (option)
        return err_new(ERR_INTERNAL, "command \"%s\", option --%s: %s", command, option, what);
    return err_new(ERR_INTERNAL, "command \"%s\": %s", command, what);
}

/* One sentence, lower case start (a name in capitals may begin it), no full stop. */
static const char *text_fault(const char *text)
{
    if (!text || !*text)
        return "text is missing";
    if (isupper((unsigned char)text[0]) && !isupper((unsigned char)text[1]))
        return "text begins with a capital";
    if (text[strlen(text) - 1] == '.')
        return "text ends in a full stop";
    if (strchr(text, '\n'))
        return "text has more than one line";
    return NULL;
}

static const char *name_fault(const char *name)
{
    if (!name || !islower((unsigned char)*name))
        return "name does not begin with a lower case letter";
    if (strlen(name) > OPT_NAME_LENGTH_MAX)
        return "name is too long";
    if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")])
        return "name has other characters than a to z, 0 to 9 and -";
    if (strcmp(name, "help") == 0)
        return "name is taken";
    return NULL;
}

static const char *row_fault(const opt_row *row)
{
    const char *fault = name_fault(row->name);
    if (!fault)
        fault = text_fault(row->help);
    if (fault)
        return fault;
    if (row->letter && (!isalnum((unsigned char)row->letter) || row->letter == 'h'))
        return "letter is taken or no letter";
    if ((row->kind == OPT_FLAG) != (row->value_name == NULL))
        return row->value_name ? "a flag has no value to name" : "value_name is missing";
    if (row->kind == OPT_CHOICE && (!row->choices || !row->choices[0]))
        return "choices are missing";
    return NULL;
}

static dbk_err *check_row(arena *a, const char *command, const opt_row *row)
{
    const char *fault = row_fault(row);
    if (fault)
        return lacks(command, row->name ? row->name : "", fault);
    if (!row->default_text)
        return NULL;
    opt_value value = {.number = 0};
    dbk_err *e = opt_store(a, row, "its default", row->default_text, &value);
    return e ? err_wrap(e, "command \"%s\", option --%s", command, row->name) : NULL;
}

static const opt_row *row_at(const opt_command *c, size_t index)
{
    for (size_t i = 0; i < c->set_count; i++) {
        if (index < c->sets[i].count)
            return &c->sets[i].rows[index];
        index -= c->sets[i].count;
    }
    return NULL;
}

static dbk_err *check_command(arena *a, const opt_command *c)
{
    const char *fault = text_fault(c->summary);
    if (!c->name || !*c->name)
        return lacks("", NULL, "name is missing");
    if (fault)
        return lacks(c->name, NULL, fault);
    if (c->positional.name && text_fault(c->positional.help))
        return lacks(c->name, NULL, "help of its argument is missing or malformed");
    if (c->positional.max > 0 && c->positional.min > c->positional.max)
        return lacks(c->name, NULL, "wants more arguments than it allows");
    const opt_row *row, *other;
    for (size_t i = 0; (row = row_at(c, i)) != NULL; i++) {
        dbk_err *e = check_row(a, c->name, row);
        if (e)
            return e;
        for (size_t j = 0; j < i && (other = row_at(c, j)) != NULL; j++)
            if (strcmp(row->name, other->name) == 0 || (row->letter && row->letter == other->letter))
                return lacks(c->name, row->name, "name or letter is given twice");
    }
    return NULL;
}

dbk_err *opt_check(const opt_command *commands, size_t count)
{
    assert(commands || count == 0);
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    dbk_err *e = NULL;
    for (size_t i = 0; i < count && !e; i++) {
        e = check_command(a, &commands[i]);
        for (size_t j = 0; j < i && !e; j++)
            if (strcmp(commands[i].name, commands[j].name) == 0)
                e = lacks(commands[i].name, NULL, "name is given twice");
    }
    arena_free(a);
    return e;
}
