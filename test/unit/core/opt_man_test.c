#include "../unit.h"

#include "core/file.h"
#include "core/proc.h"
#include "opt_sample.h"

static void man_page_has_every_part(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 0);
    opt_man_page(&b, "daybook", "0.1.0", "the book of record", sample_commands, SAMPLE_COUNT);
    unit_ok(buf_error(&b));
    static const char *const parts[] = {
        ".TH DAYBOOK 1 \"\" \"daybook 0.1.0\"\n.SH NAME\ndaybook \\- the book of record\n.SH SYNOPSIS\n",
        ".SS daybook up [OPTION]...\nstart everything.\n",
        ".SS daybook migrate apply [OPTION]... [MODULE...]\napply what is new.\n.PP\nApplies migrations",
        "\n.PP\nSecond paragraph.\n.br\n\\&  kept\\eas is\n",
        ".TP\n.I MODULE\na module; all when none is named\n",
        ".TP\n.B \\-n, \\-\\-limit=N\nat most so many (1 to 100; default 10; DAYBOOK_LIMIT)\n",
        ".TP\n.B \\-\\-dry\\-run\nsay what would",
        "wrapped at the edge\n",
        ".PP\n.nf\ndaybook migrate apply\ndaybook migrate apply \\-n5 core\n.fi\n",
        ".SS daybook status\nshow what runs.\n",
        ".SS daybook migrate status [OPTION]... MODULE\n",
        ".SH OPTIONS OF SEVERAL COMMANDS\n.SS Output\n.TP\n.B \\-f, \\-\\-format=FORMAT\n",
        ".SH EXIT STATUS\n",
    };
    const char *at = b.data;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        at = strstr(at, parts[i]);
        if (!at)
            fail_msg("not there, or not in its place: %s", parts[i]);
    }
    assert_null(strstr(strstr(b.data, "\\-\\-format=") + 1, "\\-\\-format="));
    buf_term(&b);
}

static void text_cannot_become_a_roff_command(void **state)
{
    (void)state;
    opt_command c = {.name = "x", .summary = "'quoted", .description = ".dotted\n'again\n -a\\fB"};
    buf b;
    buf_init(&b, 0);
    opt_man_page(&b, "daybook", "1", "x", &c, 1);
    unit_ok(buf_error(&b));
    assert_non_null(strstr(b.data, "\n\\&'quoted.\n.PP\n\\&.dotted\n.PP\n\\&'again\n.br\n\\& \\-a\\efB\n"));
    buf_term(&b);
}

/* Asks bash itself what it would offer after these words. */
static const char script[] =
    "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($#-1)); _daybook; echo \"${COMPREPLY[*]}\"";

static void assert_completes(arena *a, const char *file, const char *line, const char *expected)
{
    const char *argv[24] = {"bash", "-c", script, "-", file};
    size_t count = 5;
    for (char *at = arena_strdup(a, line); at && count < 23;) {
        argv[count++] = at;
        at = strchr(at, ' ');
        if (at)
            *at++ = '\0';
    }
    int status;
    char *output;
    unit_ok(
        proc_run(a, &(proc_options){.argv = argv, .cwd = "/"}, INT64_C(20000000), 10000, &status, &output));
    assert_int_equal(status, 0);
    if (strncmp(output, expected, strlen(expected)) != 0 || output[strlen(expected)] != '\n')
        fail_msg("after \"%s\" bash offers %s", line, output);
}

static void bash_completes_words_options_and_choices(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *folder = unit_folder(a), *file = arena_printf(a, "%s/completion", folder);
    buf b;
    buf_init(&b, 0);
    opt_completion_bash(&b, "daybook", sample_commands, SAMPLE_COUNT);
    unit_ok(buf_error(&b));
    unit_ok(file_write_atomic(file, b.data, b.length, 0600));
    buf_term(&b);
    assert_completes(a, file, "daybook ", "up migrate status");
    assert_completes(a, file, "daybook mi", "migrate");
    assert_completes(a, file, "daybook migrate ", "apply status");
    assert_completes(a, file, "daybook migrate apply --",
                     "--limit --only --dry-run --a-rather-long-option --format --help");
    assert_completes(a, file, "daybook migrate apply core --dr", "--dry-run");
    assert_completes(a, file, "daybook up --format ", "table csv json");
    assert_completes(a, file, "daybook migrate apply --format = j", "json");
    assert_completes(a, file, "daybook migrate apply --format =", "table csv json");
    assert_completes(a, file, "daybook migrate apply -f c", "csv");
    assert_completes(a, file, "daybook migrate apply et", "etc");
    assert_completes(a, file, "daybook nonsense ", "");
    unit_remove(folder);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(man_page_has_every_part),
        cmocka_unit_test(text_cannot_become_a_roff_command),
        cmocka_unit_test(bash_completes_words_options_and_choices),
    };
    return UNIT_RUN(tests);
}
