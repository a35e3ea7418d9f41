#include "webhooks/webhook_sign.h"

#include "../unit.h"

/* Computed with `printf '%s' '1732259000.{"seq":1}' | openssl dgst -sha256 -hmac <secret>`. */
#define FIRST "fe73e7f401e33921da88216a1f31a539a7bcde14383a470effdb952cbc436996"
#define SECOND "acdc0ea715ccb52b5067b994f1a0c4a0513553c289c606dacb33dd1a3a0cb61b"

static void a_header_for_each_secret(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *const secrets[] = {"a secret of many characters", "another secret of the same kind"};
    const char *const one[] = {"a secret of many characters", NULL};
    assert_string_equal(webhook_sign(a, secrets, 2, 1732259000, "{\"seq\":1}", 9),
                        "Daybook-Signature: t=1732259000,v1=" FIRST ",v1=" SECOND);
    assert_string_equal(webhook_sign(a, one, 2, 1732259000, "{\"seq\":1}", 9),
                        "Daybook-Signature: t=1732259000,v1=" FIRST);
    arena_free(a);
}

static void time_and_body_are_signed(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *const one[] = {"a secret of many characters"};
    assert_null(strstr(webhook_sign(a, one, 1, 1732259001, "{\"seq\":1}", 9), FIRST));
    assert_null(strstr(webhook_sign(a, one, 1, 1732259000, "{\"seq\":2}", 9), FIRST));
    assert_null(strstr(webhook_sign(a, one, 1, 1732259000, "{\"seq\":1}", 8), FIRST));
    assert_non_null(webhook_sign(a, one, 1, 1732259000, NULL, 0));
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_for_each_secret),
        cmocka_unit_test(time_and_body_are_signed),
    };
    return UNIT_RUN(tests);
}
