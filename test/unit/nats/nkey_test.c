#include "nats/nkey.h"

#include "../unit.h"

/* The pair that the documentation of NATS has. */
static const char seed[] = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";

static void a_seed_has_its_public_key(void **state)
{
    (void)state;
    char public[NKEY_PUBLIC_LENGTH + 1];
    unit_ok(nkey_public_of_seed(seed, strlen(seed), public));
    assert_string_equal(public, "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4");
}

static void refuse(const char *text)
{
    char public[NKEY_PUBLIC_LENGTH + 1];
    dbk_err *e = nkey_public_of_seed(text, strlen(text), public);
    assert_int_equal(err_code(e), ERR_INPUT);
    assert_null(strstr(err_message(e), "SU"));
    err_free(e);
}

static void what_is_none_is_refused(void **state)
{
    (void)state;
    char changed[sizeof(seed)];
    refuse("");
    refuse("SUACSSL3");
    for (size_t i = 0; i < strlen(seed); i++) {
        memcpy(changed, seed, sizeof(seed));
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        refuse(changed);
        changed[i] = '1';
        refuse(changed);
    }
    /* Of an account, not of a user. */
    refuse("SAANWFZ3JINNPERWT3ALE45U7GYT2ZDW6GJUIVPDKUF6GKAX6AISZJMAS4");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_has_its_public_key),
        cmocka_unit_test(what_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
