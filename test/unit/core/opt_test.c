#include "../unit.h"

#include "core/opt.h"

struct target {
    bool verbose, quiet, no_wait;
    const char *url;
    int64_t limit, wait_ms;
    int format;
    opt_list only;
};

static const char *const formats[] = {"table", "csv", "json", NULL};
static const opt_row rows[] = {
    {.name = "verbose",
     .letter = 'v',
     .kind = OPT_FLAG,
     .offset = offsetof(struct target, verbose),
     .help = "say more"},
    {.name = "quiet",
     .letter = 'q',
     .kind = OPT_FLAG,
     .offset = offsetof(struct target, quiet),
     .help = "say less"},
    {.name = "no-wait", .kind = OPT_FLAG, .offset = offsetof(struct target, no_wait), .help = "do not wait"},
    {.name = "url",
     .kind = OPT_STRING,
     .offset = offsetof(struct target, url),
     .value_name = "URL",
     .help = "where"},
    {.name = "limit",
     .letter = 'n',
     .kind = OPT_INT,
     .offset = offsetof(struct target, limit),
     .value_name = "N",
     .help = "how many",
     .default_text = "10",
     .min = -5,
     .max = 100},
};
static const opt_row more_rows[] = {
    {.name = "wait-time",
     .kind = OPT_DURATION,
     .offset = offsetof(struct target, wait_ms),
     .value_name = "TIME",
     .help = "how long",
     .default_text = "60s",
     .max = 3600000},
    {.name = "format",
     .letter = 'f',
     .kind = OPT_CHOICE,
     .offset = offsetof(struct target, format),
     .value_name = "FORMAT",
     .help = "how printed",
     .choices = formats},
    {.name = "only",
     .kind = OPT_LIST,
     .offset = offsetof(struct target, only),
     .value_name = "NAME",
     .help = "which",
     .default_text = "all"},
    {.name = "secret",
     .kind = OPT_STRING,
     .offset = offsetof(struct target, url),
     .value_name = "X",
     .help = "never from outside",
     .no_env = true},
};

struct fixture {
    arena *a;
    struct target got;
    opt_set sets[2];
    opt_parse_options options;
    opt_result result;
    const char *const *environment; /* name, value, …, NULL */
};

static const char *look_up(void *ctx, const char *name)
{
    const struct fixture *f = ctx;
    for (const char *const *at = f->environment; at && *at; at += 2)
        if (strcmp(at[0], name) == 0)
            return at[1];
    return NULL;
}

static int set_up(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    f->a = unit_arena();
    memset(&f->got, 0x55, sizeof f->got);
    f->sets[0] = (opt_set){"Options", rows, sizeof rows / sizeof rows[0], &f->got};
    f->sets[1] = (opt_set){"More", more_rows, 3, &f->got};
    f->options = (opt_parse_options){.sets = f->sets, .set_count = 2, .env = look_up, .env_ctx = f};
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(f->a);
    mem_free(f);
    return 0;
}

/* The words of a command line, split at blanks; the command's name is put before them. */
static dbk_err *parse(struct fixture *f, const char *line)
{
    char name[] = "list", *words[32] = {name};
    int count = 1;
    for (char *at = arena_strdup(f->a, line); *at && count < 31;) {
        words[count++] = at;
        at += strcspn(at, " ");
        if (*at)
            *at++ = '\0';
    }
    return opt_parse(f->a, &f->options, count, arena_memdup(f->a, words, sizeof words), &f->result);
}

static void use_config(struct fixture *f, const char *text)
{
    conf *c;
    unit_ok(conf_parse(f->a, "daybook.conf", text, strlen(text), &c));
    f->options.config = c;
}

static void defaults_fill_everything(void **state)
{
    struct fixture *f = *state;
    unit_ok(parse(f, ""));
    assert_false(f->got.verbose);
    assert_false(f->got.no_wait);
    assert_null(f->got.url);
    assert_int_equal(f->got.limit, 10);
    assert_int_equal(f->got.wait_ms, 60000);
    assert_int_equal(f->got.format, 0);
    assert_int_equal(f->got.only.count, 1);
    assert_string_equal(f->got.only.items[0], "all");
    assert_int_equal(f->result.arg_count, 0);
    assert_false(f->result.help);
}

static void every_way_to_write_an_option(void **state)
{
    struct fixture *f = *state;
    unit_ok(parse(f, "-vv --url=a=b -n5 --wait-time 2m --format json --only a --only=b"));
    assert_true(f->got.verbose);
    assert_string_equal(f->got.url, "a=b");
    assert_int_equal(f->got.limit, 5);
    assert_int_equal(f->got.wait_ms, 120000);
    assert_int_equal(f->got.format, 2);
    assert_int_equal(f->got.only.count, 2);
    assert_string_equal(f->got.only.items[1], "b");
    unit_ok(parse(f, "-vqn -5 -f csv --url= --no-verbose --no-wait"));
    assert_false(f->got.verbose);
    assert_true(f->got.quiet);
    assert_true(f->got.no_wait);
    assert_int_equal(f->got.limit, -5);
    assert_int_equal(f->got.format, 1);
    assert_string_equal(f->got.url, "");
    unit_ok(parse(f, "-vfjson --url --verbose --no-no-wait --limit 1 --limit 2"));
    assert_int_equal(f->got.format, 2);
    assert_string_equal(f->got.url, "--verbose");
    assert_false(f->got.no_wait);
    assert_int_equal(f->got.limit, 2);
}

static void arguments_mix_with_options_until_two_dashes(void **state)
{
    struct fixture *f = *state;
    f->options.positional = (opt_positional){.name = "FILE", .help = "a file"};
    unit_ok(parse(f, "one -v - two -- -q --help"));
    assert_int_equal(f->result.arg_count, 5);
    assert_string_equal(f->result.args[0], "one");
    assert_string_equal(f->result.args[1], "-");
    assert_string_equal(f->result.args[3], "-q");
    assert_string_equal(f->result.args[4], "--help");
    assert_true(f->got.verbose);
    assert_false(f->got.quiet);
    assert_false(f->result.help);
}

static void the_number_of_arguments_is_checked(void **state)
{
    struct fixture *f = *state;
    unit_refused(parse(f, "x"), ERR_USAGE, "unexpected argument: x");
    f->options.positional = (opt_positional){.name = "FILE", .help = "a file", .min = 1, .max = 2};
    unit_refused(parse(f, ""), ERR_USAGE, "FILE is missing");
    unit_ok(parse(f, "a b"));
    unit_refused(parse(f, "a b c"), ERR_USAGE, "unexpected argument: c");
}

static void flag_before_environment_before_file_before_default(void **state)
{
    struct fixture *f = *state;
    static const char *const environment[] = {"DAYBOOK_LIMIT",
                                              "20",
                                              "DAYBOOK_WAIT_TIME",
                                              "7",
                                              "DAYBOOK_ONLY",
                                              "x, y",
                                              "DAYBOOK_VERBOSE",
                                              "on",
                                              "DAYBOOK_URL",
                                              "",
                                              NULL};
    f->environment = environment;
    use_config(
        f,
        "[other]\nlimit = 1\n[daybook]\nlimit = 30\nurl = from-file\nformat = csv\nonly = z\nquiet = yes\n");
    unit_ok(parse(f, "--limit 40"));
    assert_int_equal(f->got.limit, 40);
    assert_int_equal(f->got.wait_ms, 7000);
    assert_string_equal(f->got.url, "from-file");
    assert_int_equal(f->got.format, 1);
    assert_int_equal(f->got.only.count, 2);
    assert_string_equal(f->got.only.items[0], "x");
    assert_true(f->got.verbose);
    assert_true(f->got.quiet);
    unit_ok(parse(f, "--only=a --no-quiet"));
    assert_int_equal(f->got.limit, 20);
    assert_int_equal(f->got.only.count, 1);
    assert_false(f->got.quiet);
    f->environment = NULL;
    unit_ok(parse(f, ""));
    assert_int_equal(f->got.limit, 30);
}

static void what_is_overridden_need_not_be_valid(void **state)
{
    struct fixture *f = *state;
    static const char *const environment[] = {"DAYBOOK_LIMIT", "many", NULL};
    f->environment = environment;
    unit_ok(parse(f, "--limit 3"));
    assert_int_equal(f->got.limit, 3);
    unit_refused(parse(f, ""), ERR_USAGE,
                 "environment variable DAYBOOK_LIMIT: \"many\" is not a whole number");
    f->environment = NULL;
    use_config(f, "[daybook]\nverbose = perhaps\n");
    unit_refused(parse(f, ""), ERR_USAGE, "\"perhaps\" is neither true nor false");
    use_config(f, "[daybook]\nlimit = few\n");
    unit_refused(parse(f, ""), ERR_USAGE, "limit in the configuration file: \"few\"");
}

static void some_options_come_from_the_command_line_only(void **state)
{
    struct fixture *f = *state;
    static const char *const environment[] = {"DAYBOOK_SECRET", "e", NULL};
    f->environment = environment;
    f->sets[0] = (opt_set){"Options", &more_rows[3], 1, &f->got};
    f->options.set_count = 1;
    use_config(f, "[daybook]\nsecret = c\n");
    unit_ok(parse(f, ""));
    assert_null(f->got.url);
    unit_ok(parse(f, "--secret s"));
    assert_string_equal(f->got.url, "s");
}

static void wrong_usage_names_the_option(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *line, *message;
    } cases[] = {
        {"--limit", "option --limit needs a value (N)"},
        {"-n", "option --limit needs a value (N)"},
        {"--limit x", "option --limit: \"x\" is not a whole number"},
        {"--limit 1x", "not a whole number"},
        {"--limit=", "not a whole number"},
        {"--limit 101", "option --limit: 101 is not within -5 to 100"},
        {"--limit 99999999999999999999", "not a whole number"},
        {"--verbose=yes", "option --verbose takes no value"},
        {"--no-limit", "unknown option --no-limit"},
        {"--no-verbose=1", "option --no-verbose takes no value"},
        {"-x", "unknown option -x"},
        {"-vx", "unknown option -x"},
        {"--format tabel", "option --format: \"tabel\" is not one of table, csv or json"},
        {"--wait-time 61m", "option --wait-time: 61m is not within 0ms to 3600000ms"},
        {"--=x", "unknown option --"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        unit_refused(parse(f, cases[i].line), ERR_USAGE, cases[i].message);
}

static void assert_hint(dbk_err *e, const char *hint)
{
    assert_non_null(e);
    assert_non_null(err_hint(e));
    assert_string_equal(err_hint(e), hint);
    err_free(e);
}

static void the_nearest_name_is_suggested(void **state)
{
    struct fixture *f = *state;
    assert_hint(parse(f, "--hlep"), "did you mean --help?");
    assert_hint(parse(f, "--verbos"), "did you mean --verbose?");
    assert_hint(parse(f, "--fromat=json"), "did you mean --format?");
    assert_hint(parse(f, "--format jsno"), "did you mean json?");
    dbk_err *e = parse(f, "--zebra");
    assert_null(err_hint(e));
    unit_refused(e, ERR_USAGE, "unknown option --zebra");
    e = parse(f, "--an-option-name-that-is-longer-than-any-that-could-ever-be-meant");
    assert_null(err_hint(e));
    err_free(e);
    static const char *const names[] = {"migrate apply", "status", "up", "url"};
    assert_string_equal(opt_nearest("statsu", names, 4), "status");
    assert_string_equal(opt_nearest("migrat", names, 4), "migrate apply");
    assert_string_equal(opt_nearest("migarte", names, 4), "migrate apply");
    assert_string_equal(opt_nearest("st", names, 4), "status");
    assert_null(opt_nearest("xylophone", names, 4));
    assert_null(opt_nearest("zz", names, 4));
    assert_null(opt_nearest("", names, 4));
    assert_null(opt_nearest("x", NULL, 0));
}

static void durations_have_units(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {{"500ms", 500}, {"60s", 60000}, {"5m", 300000}, {"1h", 3600000}, {"7", 7000}, {"0", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unit_ok(parse(f, arena_printf(f->a, "--wait-time %s", cases[i].text)));
        assert_int_equal(f->got.wait_ms, cases[i].ms);
    }
    static const char *const bad[] = {
        "", "s", "-1s", "1.5s", "5M", "1w", "9223372036854775807h", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        unit_refused(parse(f, arena_printf(f->a, "--wait-time=%s", bad[i])), ERR_USAGE,
                     "option --wait-time: \"");
}

static void help_comes_before_everything(void **state)
{
    struct fixture *f = *state;
    struct target before = f->got;
    unit_ok(parse(f, "--bogus --limit x --help"));
    assert_true(f->result.help);
    assert_memory_equal(&f->got, &before, sizeof before);
    unit_ok(parse(f, "-h"));
    assert_true(f->result.help);
}

static dbk_err *parse_in_small_memory(void *ctx)
{
    struct fixture *f = ctx;
    arena *a = arena_new(0);
    if (!a)
        return err_oom();
    opt_result r;
    char name[] = "list", option[] = "--only=x", *many[3000] = {name};
    for (size_t i = 1; i < 3000; i++)
        many[i] = option;
    dbk_err *e = opt_parse(a, &f->options, 3000, many, &r);
    size_t used = arena_used_bytes(a);
    arena_free(a);
    assert_true(e || used < 1000000);
    return e;
}

static void short_memory_is_reported(void **state)
{
    assert_true(unit_each_allocation_fails(parse_in_small_memory, *state) >= 5);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH(defaults_fill_everything),
        WITH(every_way_to_write_an_option),
        WITH(arguments_mix_with_options_until_two_dashes),
        WITH(the_number_of_arguments_is_checked),
        WITH(flag_before_environment_before_file_before_default),
        WITH(what_is_overridden_need_not_be_valid),
        WITH(some_options_come_from_the_command_line_only),
        WITH(wrong_usage_names_the_option),
        WITH(the_nearest_name_is_suggested),
        WITH(durations_have_units),
        WITH(help_comes_before_everything),
        WITH(short_memory_is_reported),
    };
    return UNIT_RUN(tests);
}
