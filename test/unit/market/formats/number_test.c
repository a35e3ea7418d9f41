#include "../../unit.h"

#include "market/formats/number.h"

static number_status parse(const char *text, double *out)
{
    return number_parse(text, strlen(text), out);
}

static void numbers_are_what_strtod_says(void **state)
{
    (void)state;
    static const char *const texts[] = {"0",
                                        "-0",
                                        "+1",
                                        "1.",
                                        ".5",
                                        "8e-8",
                                        "1E-8",
                                        "1e+3",
                                        "0.00002820",
                                        "46319.0",
                                        "2300413.7295",
                                        "85342.70000000",
                                        "123456789012345",
                                        "999999999999999",
                                        "0.000000000000001",
                                        "9007199254740992",
                                        "9007199254740993",
                                        "1e22",
                                        "1e23",
                                        "1e-22",
                                        "1e-23",
                                        "123456789012345e22",
                                        "1.7976931348623157e308",
                                        "5e-324",
                                        "2.2250738585072014e-308",
                                        "0.1000000000000000055511151231257827021181583404541015625",
                                        "100000000000000000000000",
                                        "0e400",
                                        "0.0e-999",
                                        "00000000000000000000000000000001.5",
                                        "4.35",
                                        "0.3",
                                        "2.675",
                                        "1.005",
                                        "0.00000000",
                                        "-7.12345678",
                                        "4.0000000123",
                                        "99.99999999"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        double v;
        number_status status = parse(texts[i], &v);
        assert_true(status == NUMBER_OK || status == NUMBER_LOSSY);
        double expected = strtod(texts[i], NULL);
        assert_memory_equal(&v, &expected, sizeof(v));
    }
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Decimals of every length and size that venues write, and many they do not. */
static void random_numbers_are_what_strtod_says(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252ULL;
    for (int i = 0; i < 300000; i++) {
        char text[64];
        uint64_t shift = next_random(&seed) % 64;
        uint64_t bits = next_random(&seed) >> shift;
        int decimals = (int)(next_random(&seed) % 20);
        char digits[32];
        int length = snprintf(digits, sizeof(digits), "%0*llu", decimals + 1, (unsigned long long)bits);
        snprintf(text, sizeof(text), "%.*s.%s", length - decimals, digits, digits + length - decimals);
        if (i % 5 == 0)
            snprintf(text + strlen(text), 16, "e%d", (int)(next_random(&seed) % 80) - 40);
        double v;
        assert_true(parse(text, &v) <= NUMBER_LOSSY);
        double expected = strtod(text, NULL);
        if (memcmp(&v, &expected, sizeof(v)) != 0)
            fail_msg("%s gave %.17g, not %.17g", text, v, expected);
    }
}

/* The significant digits of a printed number, without point, exponent and trailing zeros. */
static void significant(const char *text, char out[32])
{
    size_t n = 0;
    for (const char *c = text; *c && *c != 'e' && n < 31; c++)
        if (*c >= '0' && *c <= '9')
            out[n++] = *c;
    while (n > 1 && out[n - 1] == '0')
        n--;
    out[n] = '\0';
}

/* The rule that the table's values give the file's back, against the definition: print the shortest text that
 * is the double, and compare digit by digit. */
static void random_losses_are_noticed(void **state)
{
    (void)state;
    uint64_t seed = 42;
    for (int i = 0; i < 100000; i++) {
        char text[64];
        uint64_t shift = next_random(&seed) % 24;
        uint64_t mantissa = next_random(&seed) >> shift;
        snprintf(text, sizeof(text), "%llue-8", (unsigned long long)mantissa);
        double v;
        number_status status = parse(text, &v);
        char shortest[64];
        for (int digits = 1; digits <= 17; digits++) {
            snprintf(shortest, sizeof(shortest), "%.*e", digits - 1, v);
            if (strtod(shortest, NULL) == v)
                break;
        }
        char given[32], kept[32];
        significant(text, given);
        significant(shortest, kept);
        bool equal = strcmp(given, kept) == 0;
        if ((status == NUMBER_OK) != equal)
            fail_msg("%s is kept as %s, and that was called %s", text, shortest,
                     status == NUMBER_OK ? "exact" : "lossy");
    }
}

static void losses_are_noticed(void **state)
{
    (void)state;
    double v;
    assert_int_equal(parse("123456789012345", &v), NUMBER_OK);
    assert_int_equal(parse("0.30000000000000004", &v), NUMBER_OK);
    assert_int_equal(parse("12345678901234567000", &v), NUMBER_OK);
    assert_int_equal(parse("1.000000000000000000000000000000", &v), NUMBER_OK);
    assert_int_equal(parse("9007199254740993", &v), NUMBER_LOSSY);
    assert_int_equal(parse("0.12345678901234567890", &v), NUMBER_LOSSY);
    assert_int_equal(parse("0.10000000000000001", &v), NUMBER_LOSSY);
    assert_int_equal(parse("1e-400", &v), NUMBER_LOSSY);
}

static void other_text_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {" 1",    "1 ",    "1,5",   "0x10", "inf",      "nan",  "-",
                                        "+",     ".",     "e5",    "1e",   "1e+",      "1e-",  "--1",
                                        "1.2.3", "1e5e5", "1_000", "12a",  "\xc2\xa0", "1e5.0"};
    double v = 7;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_int_equal(parse(texts[i], &v), NUMBER_MALFORMED);
    assert_int_equal(parse("", &v), NUMBER_EMPTY);
    assert_int_equal(parse("1e309", &v), NUMBER_RANGE);
    assert_int_equal(parse("1e99999999999999999999", &v), NUMBER_RANGE);
    assert_true(v == 7);
}

/* Eight decimals are read at once: none of them may be anything but a digit. */
static void each_of_eight_decimals_is_a_digit(void **state)
{
    (void)state;
    static const char digits[] = "0123456789";
    for (size_t place = 2; place < 10; place++)
        for (int c = 1; c < 256; c++) {
            char text[] = "1.23456789";
            double v;
            text[place] = (char)c;
            bool good = strchr(digits, c) != NULL;
            if (c == 'e' || c == 'E')
                continue; /* then it is another kind of number */
            assert_int_equal(parse(text, &v), good ? NUMBER_OK : NUMBER_MALFORMED);
            if (good)
                assert_true(v == strtod(text, NULL));
        }
}

static void a_number_has_a_longest_text(void **state)
{
    (void)state;
    char text[NUMBER_LENGTH_MAX + 2];
    memset(text, '1', sizeof(text));
    double v;
    assert_int_equal(number_parse(text, NUMBER_LENGTH_MAX, &v), NUMBER_LOSSY);
    assert_int_equal(number_parse(text, NUMBER_LENGTH_MAX + 1, &v), NUMBER_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_what_strtod_says), cmocka_unit_test(random_numbers_are_what_strtod_says),
        cmocka_unit_test(random_losses_are_noticed),    cmocka_unit_test(losses_are_noticed),
        cmocka_unit_test(other_text_is_refused),        cmocka_unit_test(each_of_eight_decimals_is_a_digit),
        cmocka_unit_test(a_number_has_a_longest_text),
    };
    return UNIT_RUN(tests);
}
