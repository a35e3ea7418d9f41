/* opt_man.c: the man page and shell completion from the same rows as --help. */
#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "core/opt_int.h"

/* Text for roff: a backslash, and a dot or quote where a line begins, would be commands; a plain - is a
 * hyphen there, not the minus that people copy. */
static void append_roff(buf *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool begins_line =
            i == 0 ? out->length == 0 || out->data[out->length - 1] == '\n' : text[i - 1] == '\n';
        if (begins_line && (text[i] == '.' || text[i] == '\''))
            buf_append_str(out, "\\&");
        if (text[i] == '\\')
            buf_append_str(out, "\\e");
        else if (text[i] == '-')
            buf_append_str(out, "\\-");
        else
            buf_append_char(out, text[i]);
    }
}

static void append_roff_str(buf *out, const char *text)
{
    append_roff(out, text, strlen(text));
}

/* For what was put together in a buffer of its own. */
static void append_roff_buf(buf *out, buf *part)
{
    append_roff(out, part->data, part->length);
    buf_break_if(out, part);
    buf_term(part);
}

static void append_man_option(buf *out, const opt_row *row)
{
    buf part;
    buf_append_str(out, ".TP\n.B ");
    if (row->letter)
        buf_printf(out, "\\-%c, ", row->letter);
    buf_init(&part, 1024);
    opt_append_long(&part, row);
    append_roff_buf(out, &part);
    buf_append_char(out, '\n');
    append_roff_str(out, row->help);
    buf_init(&part, 64 << 10);
    opt_append_notes(&part, row);
    if (part.length > 0) {
        buf_append_str(out, " (");
        append_roff_buf(out, &part);
        buf_append_char(out, ')');
    } else {
        append_roff_buf(out, &part);
    }
    buf_append_char(out, '\n');
}

/* Paragraphs part at line ends; lines that begin with a space are shown as they are. */
static void append_man_paragraphs(buf *out, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        if (*text == ' ')
            buf_append_str(out, ".br\n\\&");
        else if (length > 0)
            buf_append_str(out, ".PP\n");
        append_roff(out, text, length);
        if (length > 0)
            buf_append_char(out, '\n');
        text += length;
        if (*text == '\n')
            text++;
    }
}

/* Tables that several commands carry are told once, at the end. */
static bool is_shared(const opt_command *commands, size_t count, const opt_row *rows)
{
    size_t users = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < commands[i].set_count; j++)
            users += commands[i].sets[j].rows == rows;
    return users > 1;
}

static void append_man_command(buf *out, const char *program, const opt_command *c,
                               const opt_command *commands, size_t count)
{
    buf_append_str(out, ".SS ");
    append_roff_str(out, program);
    buf_append_char(out, ' ');
    append_roff_str(out, c->name);
    buf usage;
    buf_init(&usage, 1024);
    buf_append_str(&usage, c->set_count > 0 ? " [OPTION]..." : "");
    opt_append_positional(&usage, &c->positional);
    append_roff_buf(out, &usage);
    buf_append_char(out, '\n');
    append_roff_str(out, c->summary);
    buf_append_str(out, ".\n");
    if (c->description)
        append_man_paragraphs(out, c->description);
    if (c->positional.name) {
        buf_append_str(out, ".TP\n.I ");
        append_roff_str(out, c->positional.name);
        buf_append_char(out, '\n');
        append_roff_str(out, c->positional.help);
        buf_append_char(out, '\n');
    }
    for (size_t i = 0; i < c->set_count; i++)
        for (size_t j = 0; j < c->sets[i].count && !is_shared(commands, count, c->sets[i].rows); j++)
            append_man_option(out, &c->sets[i].rows[j]);
    if (c->examples) {
        buf_append_str(out, ".PP\n.nf\n");
        append_roff_str(out, c->examples);
        buf_append_str(out, c->examples[strlen(c->examples) - 1] == '\n' ? ".fi\n" : "\n.fi\n");
    }
}

static void append_man_shared(buf *out, const opt_command *commands, size_t count)
{
    buf_append_str(out, ".SH OPTIONS OF SEVERAL COMMANDS\n");
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < commands[i].set_count; j++) {
            const opt_set *set = &commands[i].sets[j];
            /* Only where it occurs first: no earlier command has it. */
            bool seen = false;
            for (size_t k = 0; k < i && !seen; k++)
                for (size_t m = 0; m < commands[k].set_count && !seen; m++)
                    seen = commands[k].sets[m].rows == set->rows;
            if (seen || !is_shared(commands, count, set->rows))
                continue;
            buf_append_str(out, ".SS ");
            append_roff_str(out, set->title);
            buf_append_char(out, '\n');
            for (size_t k = 0; k < set->count; k++)
                append_man_option(out, &set->rows[k]);
        }
    }
}

static void append_upper(buf *out, const char *text)
{
    for (; *text; text++)
        buf_append_char(out, (char)toupper((unsigned char)*text));
}

void opt_man_page(buf *out, const char *program, const char *version, const char *about,
                  const opt_command *commands, size_t count)
{
    assert(out && program && version && about);
    assert(commands || count == 0);
    buf_append_str(out, ".TH ");
    append_upper(out, program);
    buf_append_str(out, " 1 \"\" \"");
    append_roff_str(out, program);
    buf_append_char(out, ' ');
    append_roff_str(out, version);
    buf_append_str(out, "\"\n.SH NAME\n");
    append_roff_str(out, program);
    buf_append_str(out, " \\- ");
    append_roff_str(out, about);
    buf_append_str(out, "\n.SH SYNOPSIS\n.B ");
    append_roff_str(out, program);
    buf_append_str(out, "\nCOMMAND [OPTION]...\n.SH COMMANDS\n");
    for (size_t i = 0; i < count; i++)
        append_man_command(out, program, &commands[i], commands, count);
    append_man_shared(out, commands, count);
    buf_append_str(out, ".SH SETTINGS\nA setting is taken from its option, else from the environment "
                        "variable named with the option, "
                        "else from the section\n.B [daybook]\nof the configuration file under the option's "
                        "long name, else it has its "
                        "default.\n");
    buf_append_str(out, ".SH EXIT STATUS\n.TP\n.B 0\nyes, or done\n.TP\n.B 1\ndifferences or warnings were "
                        "found\n.TP\n.B 2\nwrong usage\n"
                        ".TP\n.B 3\ncould not tell\n.TP\n.B 4\nconnection failed, or trying again may "
                        "help\n.TP\n.B 5\ninput refused\n"
                        ".TP\n.B 6\ninternal error\n.TP\n.B 10 to 16\nfaults of migration history\n.TP\n.B "
                        "130, 143\nended by a signal\n");
}

/* The words that may follow the words of `path` ("" at the start), each once. */
static void append_next_words(buf *out, const opt_command *commands, size_t count, const char *path)
{
    size_t skip = *path ? strlen(path) + 1 : 0;
    const char *gap = "";
    for (size_t i = 0; i < count; i++) {
        if (!opt_in_group(commands[i].name, path))
            continue;
        const char *word = commands[i].name + skip;
        size_t length = strcspn(word, " ");
        bool seen = false;
        /* Commands of a group need not stand together. */
        for (size_t j = 0; j < i && !seen; j++) {
            const char *other = commands[j].name + skip;
            seen = opt_in_group(commands[j].name, path) && strcspn(other, " ") == length &&
                   memcmp(other, word, length) == 0;
        }
        if (seen)
            continue;
        buf_printf(out, "%s%.*s", gap, (int)length, word);
        gap = " ";
    }
}

static void append_completion_choices(buf *out, const opt_command *c)
{
    for (size_t i = 0; i < c->set_count; i++) {
        for (size_t j = 0; j < c->sets[i].count; j++) {
            const opt_row *row = &c->sets[i].rows[j];
            if (row->kind == OPT_FLAG)
                continue;
            buf_printf(out, "    '%s --%s'", c->name, row->name);
            if (row->letter)
                buf_printf(out, " | '%s -%c'", c->name, row->letter);
            /* A value without a list: file names are the best guess. */
            if (row->kind != OPT_CHOICE) {
                buf_append_str(out, ") words=; files=1 ;;\n");
                continue;
            }
            buf_append_str(out, ") files= words='");
            for (size_t k = 0; row->choices[k]; k++)
                buf_printf(out, "%s%s", k ? " " : "", row->choices[k]);
            buf_append_str(out, "' ;;\n");
        }
    }
}

static void append_completion_command(buf *out, const opt_command *c)
{
    buf_printf(out, "    '%s') words='", c->name);
    for (size_t i = 0; i < c->set_count; i++)
        for (size_t j = 0; j < c->sets[i].count; j++)
            buf_printf(out, "--%s ", c->sets[i].rows[j].name);
    buf_printf(out, "--help'%s ;;\n", c->positional.name ? "; files=1" : "");
}

static void append_completion_groups(buf *out, const opt_command *commands, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *space = strchr(commands[i].name, ' ');
        if (!space)
            continue;
        size_t length = (size_t)(space - commands[i].name);
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = strncmp(commands[j].name, commands[i].name, length + 1) == 0;
        char group[64];
        if (seen || length >= sizeof group)
            continue;
        memcpy(group, commands[i].name, length);
        group[length] = '\0';
        buf_printf(out, "    '%s') words='", group);
        append_next_words(out, commands, count, group);
        buf_append_str(out, "' ;;\n");
    }
}

void opt_completion_bash(buf *out, const char *program, const opt_command *commands, size_t count)
{
    assert(out && program);
    assert(commands || count == 0);
    buf_printf(
        out,
        "# bash completion for %s; made by `%s completion bash`\n"
        "_%s() {\n"
        "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path= words= files= i\n"
        "    # bash takes --name=value apart at the sign.\n"
        "    if [[ $cur == '=' ]]; then cur=\n"
        "    elif [[ $prev == '=' ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
        "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "        [[ ${COMP_WORDS[i]} == -* ]] && break\n"
        "        path+=${path:+ }${COMP_WORDS[i]}\n"
        "    done\n"
        "    while true; do\n"
        "        case $path in\n"
        "        '' ",
        program, program, program);
    buf_append_str(out, "| ");
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "%s'%s'", i ? " | " : "", commands[i].name);
    buf_append_str(
        out, ") break ;;\n        *' '*) path=${path% *} ;;\n        *) break ;;\n        esac\n    done\n");
    buf_append_str(out, "    case $path in\n    '') words='");
    append_next_words(out, commands, count, "");
    buf_append_str(out, "' ;;\n");
    append_completion_groups(out, commands, count);
    for (size_t i = 0; i < count; i++)
        append_completion_command(out, &commands[i]);
    buf_append_str(out, "    esac\n    case \"$path $prev\" in\n");
    for (size_t i = 0; i < count; i++)
        append_completion_choices(out, &commands[i]);
    buf_printf(out,
               "    esac\n"
               "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
               "    [[ $files && $cur != -* ]] && COMPREPLY+=($(compgen -f -- \"$cur\"))\n"
               "}\n"
               "complete -o filenames -F _%s %s\n",
               program, program);
}
