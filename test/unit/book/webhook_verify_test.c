#include "../unit.h"
#include "daybook.h"

#define ONE "a secret of many characters"
#define TWO "another secret of the same kind"
#define TIME INT64_C(1732259000)
#define BODY "{\"seq\":1}"

/* Computed with `printf '%s' '1732259000.{"seq":1}' | openssl dgst -sha256 -hmac <secret>`. */
#define BY_ONE "v1=fe73e7f401e33921da88216a1f31a539a7bcde14383a470effdb952cbc436996"
#define BY_TWO "v1=acdc0ea715ccb52b5067b994f1a0c4a0513553c289c606dacb33dd1a3a0cb61b"
/* And of '1732259000.' with ONE. */
#define OF_NOTHING "v1=4354f00728113fb683daaad6987528a859585f3d358fbee01d2383fa75a079b1"

static dbk_webhook_verdict verdict_of(const char *header, const char *body, const char *secret,
                                      const char *other, int64_t now_s)
{
    const char *const secrets[] = {secret, other};
    return dbk_webhook_verify(&(dbk_webhook){.size = sizeof(dbk_webhook),
                                             .signature = header,
                                             .body = body,
                                             .body_length = strlen(body),
                                             .secrets = secrets,
                                             .secret_count = 2,
                                             .now_s = now_s});
}

static dbk_webhook_verdict of(const char *header)
{
    return verdict_of(header, BODY, ONE, NULL, TIME);
}

static void any_of_the_secrets_may_have_signed(void **state)
{
    (void)state;
    static const char both[] = "t=1732259000," BY_TWO "," BY_ONE;
    assert_int_equal(of("t=1732259000," BY_ONE), DBK_WEBHOOK_GENUINE);
    assert_int_equal(verdict_of(both, BODY, ONE, NULL, TIME), DBK_WEBHOOK_GENUINE);
    assert_int_equal(verdict_of(both, BODY, TWO, NULL, TIME), DBK_WEBHOOK_GENUINE);
    assert_int_equal(verdict_of("t=1732259000," BY_TWO, BODY, ONE, TWO, TIME), DBK_WEBHOOK_GENUINE);
    assert_int_equal(verdict_of(both, BODY, "a third one", NULL, TIME), DBK_WEBHOOK_FORGED);
}

static void an_empty_body_is_one(void **state)
{
    (void)state;
    const char *const secrets[] = {ONE};
    assert_int_equal(dbk_webhook_verify(&(dbk_webhook){.size = sizeof(dbk_webhook),
                                                       .signature = "t=1732259000," OF_NOTHING,
                                                       .secrets = secrets,
                                                       .secret_count = 1,
                                                       .now_s = TIME}),
                     DBK_WEBHOOK_GENUINE);
}

static void who_has_no_secret_believes_nothing(void **state)
{
    (void)state;
    /* HMAC of the message with an empty key: what a forger would try. */
    static const char by_nobody[] =
        "t=1732259000,v1=28cb80db45515ebcb60321c1f0c60d3f23444552890bade5fea1184bada612a9";
    assert_int_equal(verdict_of(by_nobody, BODY, "", NULL, TIME), DBK_WEBHOOK_FORGED);
    assert_int_equal(verdict_of(by_nobody, BODY, NULL, NULL, TIME), DBK_WEBHOOK_FORGED);
    assert_int_equal(dbk_webhook_verify(&(dbk_webhook){
                         .size = sizeof(dbk_webhook), .signature = "t=1732259000," BY_ONE, .now_s = TIME}),
                     DBK_WEBHOOK_FORGED);
}

static void what_was_changed_is_forged(void **state)
{
    (void)state;
    char header[] = "t=1732259000," BY_ONE;
    assert_int_equal(verdict_of(header, "{\"seq\":2}", ONE, NULL, TIME), DBK_WEBHOOK_FORGED);
    assert_int_equal(verdict_of(header, BODY " ", ONE, NULL, TIME), DBK_WEBHOOK_FORGED);
    assert_int_equal(of("t=1732259001," BY_ONE), DBK_WEBHOOK_FORGED);
    assert_int_equal(of("t=01732259000," BY_ONE), DBK_WEBHOOK_FORGED);
    for (size_t i = strlen("t=1732259000,v1="); i < sizeof(header) - 1; i++) {
        char kept = header[i];
        header[i] = kept == '0' ? '1' : '0';
        assert_int_equal(of(header), DBK_WEBHOOK_FORGED);
        header[i] = kept;
    }
    assert_int_equal(of(header), DBK_WEBHOOK_GENUINE);
}

static void what_was_signed_at_another_time_is_stale(void **state)
{
    (void)state;
    static const char header[] = "t=1732259000," BY_ONE;
    assert_int_equal(verdict_of(header, BODY, ONE, NULL, TIME + 300), DBK_WEBHOOK_GENUINE);
    assert_int_equal(verdict_of(header, BODY, ONE, NULL, TIME + 301), DBK_WEBHOOK_STALE);
    assert_int_equal(verdict_of(header, BODY, ONE, NULL, TIME - 300), DBK_WEBHOOK_GENUINE);
    assert_int_equal(verdict_of(header, BODY, ONE, NULL, TIME - 301), DBK_WEBHOOK_STALE);
    assert_int_equal(verdict_of(header, BODY, ONE, NULL, 0), DBK_WEBHOOK_STALE); /* by the clock */
    assert_int_equal(verdict_of(header, BODY, TWO, NULL, TIME + 301), DBK_WEBHOOK_FORGED);
    const char *const secrets[] = {ONE};
    dbk_webhook w = {.size = sizeof(w),
                     .signature = header,
                     .body = BODY,
                     .body_length = strlen(BODY),
                     .secrets = secrets,
                     .secret_count = 1,
                     .now_s = TIME + 11,
                     .tolerance_s = 10};
    assert_int_equal(dbk_webhook_verify(&w), DBK_WEBHOOK_STALE);
    w.tolerance_s = 11;
    assert_int_equal(dbk_webhook_verify(&w), DBK_WEBHOOK_GENUINE);
}

static void what_is_no_signature_is_malformed(void **state)
{
    (void)state;
    static const char *const headers[] = {NULL,
                                          "",
                                          ",",
                                          "t=1732259000",
                                          "t=1732259000,",
                                          BY_ONE,
                                          "t=," BY_ONE,
                                          "t=-1," BY_ONE,
                                          "t= 1732259000," BY_ONE,
                                          "t=1732259000, " BY_ONE "x",
                                          "t=1732259000000000," BY_ONE,
                                          "t=1732259000,t=1732259000," BY_ONE,
                                          "t=1732259000," BY_ONE "0",
                                          "t=1732259000,v1=",
                                          "t=1732259000,v1=fe73",
                                          "t=1732259000,nothing," BY_ONE,
                                          "t=1732259000,v2=abc"};
    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
        if (of(headers[i]) != DBK_WEBHOOK_MALFORMED)
            fail_msg("%s is %s", headers[i], dbk_webhook_verdict_name(of(headers[i])));
    assert_int_equal(of("v2=abc,t=1732259000," BY_ONE ",v3="), DBK_WEBHOOK_GENUINE);
}

static void signatures_have_a_limit(void **state)
{
    (void)state;
    char header[2048] = "t=1732259000," BY_ONE;
    for (int i = 0; i < 15; i++)
        snprintf(header + strlen(header), sizeof(header) - strlen(header), ",%s", BY_TWO);
    assert_int_equal(of(header), DBK_WEBHOOK_GENUINE);
    snprintf(header + strlen(header), sizeof(header) - strlen(header), ",%s", BY_TWO);
    assert_int_equal(of(header), DBK_WEBHOOK_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_of_the_secrets_may_have_signed),
        cmocka_unit_test(an_empty_body_is_one),
        cmocka_unit_test(who_has_no_secret_believes_nothing),
        cmocka_unit_test(what_was_changed_is_forged),
        cmocka_unit_test(what_was_signed_at_another_time_is_stale),
        cmocka_unit_test(what_is_no_signature_is_malformed),
        cmocka_unit_test(signatures_have_a_limit),
    };
    return UNIT_RUN(tests);
}
