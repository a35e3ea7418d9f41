#include "../unit.h"

#include "opt_sample.h"

static void assert_text(buf *b, const char *expected)
{
    unit_ok(buf_error(b));
    assert_string_equal(b->data, expected);
    buf_term(b);
}

static void help_of_a_command(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 0);
    opt_help_command(&b, "daybook", &sample_commands[1]);
    assert_text(&b, "daybook migrate apply: apply what is new\n"
                    "\n"
                    "Usage: daybook migrate apply [OPTION]... [MODULE...]\n"
                    "\n"
                    "Applies migrations, each in a transaction, and stops at the first that the\n"
                    "server refuses to take.\n"
                    "\n"
                    "Second paragraph.\n"
                    "  kept\\as is\n"
                    "\n"
                    "Arguments:\n"
                    "  MODULE                    a module; all when none is named\n"
                    "\n"
                    "Options:\n"
                    "  -n, --limit=N             at most so many (1 to 100; default 10;\n"
                    "                            DAYBOOK_LIMIT)\n"
                    "      --only=NAME           only these (may be repeated)\n"
                    "      --dry-run             say what would be done, in a sentence that is so\n"
                    "                            long that it has to be wrapped at the edge\n"
                    "      --a-rather-long-option=TIME\n"
                    "                            how long (default 5m; DAYBOOK_A_RATHER_LONG_OPTION)\n"
                    "\n"
                    "Output:\n"
                    "  -f, --format=FORMAT       how results are printed (table, csv or json; default\n"
                    "                            table; DAYBOOK_FORMAT)\n"
                    "\n"
                    "Examples:\n"
                    "  daybook migrate apply\n"
                    "  daybook migrate apply -n5 core\n");
}

static void help_of_a_plain_command(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 0);
    opt_help_command(&b, "daybook", &sample_commands[2]);
    assert_text(&b, "daybook status: show what runs\n\nUsage: daybook status\n");
}

static void help_of_the_program_and_of_a_group(void **state)
{
    (void)state;
    buf b;
    buf_init(&b, 0);
    opt_help_group(&b, "daybook", "the book of record", sample_commands, SAMPLE_COUNT, "");
    assert_text(&b, "daybook: the book of record\n"
                    "\n"
                    "Usage: daybook COMMAND [OPTION]...\n"
                    "\n"
                    "Commands:\n"
                    "  up                        start everything\n"
                    "  migrate apply             apply what is new\n"
                    "  status                    show what runs\n"
                    "  migrate status            show what is applied\n"
                    "\n"
                    "\"daybook COMMAND --help\" says more about one of them.\n");
    buf_init(&b, 0);
    opt_help_group(&b, "daybook", "the book of record", sample_commands, SAMPLE_COUNT, "migrate");
    assert_text(&b, "Usage: daybook migrate COMMAND [OPTION]...\n"
                    "\n"
                    "Commands:\n"
                    "  migrate apply             apply what is new\n"
                    "  migrate status            show what is applied\n"
                    "\n"
                    "\"daybook migrate COMMAND --help\" says more about one of them.\n");
}

static void help_never_loses_a_part_in_silence(void **state)
{
    (void)state;
    /* Whatever allocation fails, the buffer is either whole or broken. */
    buf whole;
    buf_init(&whole, 0);
    opt_help_command(&whole, "daybook", &sample_commands[1]);
    for (int64_t n = 1;; n++) {
        buf b;
        buf_init(&b, 0);
        mem_test_fail_after(n);
        opt_help_command(&b, "daybook", &sample_commands[1]);
        mem_test_fail_after(0);
        bool complete = b.state == BUF_OK;
        if (complete)
            assert_string_equal(b.data, whole.data);
        buf_term(&b);
        if (complete)
            break;
    }
    buf_term(&whole);
}

static void a_complete_tree_passes_the_check(void **state)
{
    (void)state;
    unit_ok(opt_check(sample_commands, SAMPLE_COUNT));
    unit_ok(opt_check(NULL, 0));
}

static void refused_row(opt_row row, const char *message)
{
    opt_set sets[] = {{"Output", sample_shared, 1, NULL}, {"Options", &row, 1, NULL}};
    opt_command c = {.name = "up", .summary = "start", .sets = sets, .set_count = 2};
    unit_refused(opt_check(&c, 1), ERR_INTERNAL, message);
}

static void the_check_names_what_a_row_lacks(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    refused_row((opt_row){.name = "x"}, "option --x: text is missing");
    refused_row((opt_row){.name = "x", .help = ""}, "text is missing");
    refused_row((opt_row){.name = "x", .help = "Say more"}, "begins with a capital");
    refused_row((opt_row){.name = "x", .help = "say more."}, "full stop");
    refused_row((opt_row){.name = "x", .help = "say\nmore"}, "more than one line");
    refused_row((opt_row){.help = "x"}, "name does not begin");
    refused_row((opt_row){.name = "X", .help = "x"}, "name does not begin");
    refused_row((opt_row){.name = "a_b", .help = "x"}, "other characters");
    refused_row((opt_row){.name = "help", .help = "x"}, "name is taken");
    refused_row((opt_row){.name = "x", .letter = 'h', .help = "x"}, "letter is taken");
    refused_row((opt_row){.name = "x", .letter = '-', .help = "x"}, "no letter");
    refused_row((opt_row){.name = "x", .value_name = "X", .help = "x"}, "a flag has no value");
    refused_row((opt_row){.name = "x", .kind = OPT_STRING, .help = "x"}, "value_name is missing");
    refused_row((opt_row){.name = "x", .kind = OPT_CHOICE, .value_name = "X", .help = "x", .choices = none},
                "choices are missing");
    refused_row((opt_row){.name = "format", .help = "x"}, "given twice");
    refused_row((opt_row){.name = "x", .letter = 'f', .help = "x"}, "given twice");
    opt_row bad_default = {
        .name = "x", .kind = OPT_INT, .value_name = "N", .help = "x", .default_text = "ten"};
    opt_set set = {"Options", &bad_default, 1, NULL};
    dbk_err *e = opt_check(&(opt_command){.name = "up", .summary = "start", .sets = &set, .set_count = 1}, 1);
    assert_string_equal(err_message(err_cause(e)), "its default: \"ten\" is not a whole number");
    unit_refused(e, ERR_USAGE, "option --x");
}

static void the_check_names_what_a_command_lacks(void **state)
{
    (void)state;
    unit_refused(opt_check(&(opt_command){.name = "up"}, 1), ERR_INTERNAL, "command \"up\": text is missing");
    unit_refused(opt_check(&(opt_command){.summary = "x"}, 1), ERR_INTERNAL, "name is missing");
    unit_refused(opt_check(&(opt_command){.name = "up", .summary = "x", .positional = {.name = "F"}}, 1),
                 ERR_INTERNAL, "help of its argument");
    unit_refused(opt_check(&(opt_command){.name = "up",
                                          .summary = "x",
                                          .positional = {.name = "F", .help = "x", .min = 2, .max = 1}},
                           1),
                 ERR_INTERNAL, "more arguments than it allows");
    opt_command twice[] = {{.name = "up", .summary = "x"}, {.name = "up", .summary = "y"}};
    unit_refused(opt_check(twice, 2), ERR_INTERNAL, "name is given twice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_of_a_command),
        cmocka_unit_test(help_of_a_plain_command),
        cmocka_unit_test(help_of_the_program_and_of_a_group),
        cmocka_unit_test(help_never_loses_a_part_in_silence),
        cmocka_unit_test(a_complete_tree_passes_the_check),
        cmocka_unit_test(the_check_names_what_a_row_lacks),
        cmocka_unit_test(the_check_names_what_a_command_lacks),
    };
    return UNIT_RUN(tests);
}
