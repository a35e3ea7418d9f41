#include "core/health.h"

#include "../unit.h"

static void says(health *h, bool fine, const char *text)
{
    buf out;
    buf_init(&out, 0);
    assert_int_equal(health_append(h, &out), fine);
    assert_string_equal(out.data, text);
    buf_term(&out);
}

static void all_parts_have_to_be_fine(void **state)
{
    (void)state;
    clock_fake fake;
    health *h;
    clock_fake_init(&fake, 0);
    unit_ok(health_new(&fake.clock, 1000000, &h));
    says(h, true, "{\"healthy\":true,\"parts\":[]}\n");
    health_part *one = health_add(h, "one"), *two = health_add(h, "two");
    health_fine(one);
    says(h, false,
         "{\"healthy\":false,\"parts\":[{\"name\":\"one\",\"healthy\":true,\"reason\":null},"
         "{\"name\":\"two\",\"healthy\":false,\"reason\":\"it has not begun\"}]}\n");
    health_ill(two, "%d events behind", 7);
    says(h, false,
         "{\"healthy\":false,\"parts\":[{\"name\":\"one\",\"healthy\":true,\"reason\":null},"
         "{\"name\":\"two\",\"healthy\":false,\"reason\":\"7 events behind\"}]}\n");
    health_fine(two);
    says(h, true,
         "{\"healthy\":true,\"parts\":[{\"name\":\"one\",\"healthy\":true,\"reason\":null},"
         "{\"name\":\"two\",\"healthy\":true,\"reason\":null}]}\n");
    health_free(h);
}

static void who_is_silent_for_too_long_is_ill_unless_it_has_ended(void **state)
{
    (void)state;
    clock_fake fake;
    health *h;
    clock_fake_init(&fake, 0);
    unit_ok(health_new(&fake.clock, 1000000, &h));
    health_part *one = health_add(h, "one");
    health_fine(one);
    clock_fake_advance(&fake, 1000000);
    says(h, true, "{\"healthy\":true,\"parts\":[{\"name\":\"one\",\"healthy\":true,\"reason\":null}]}\n");
    clock_fake_advance(&fake, 2000000);
    says(h, false,
         "{\"healthy\":false,\"parts\":[{\"name\":\"one\",\"healthy\":false,\"reason\":\"it has not been "
         "heard of "
         "for 3 s\"}]}\n");
    health_over(one);
    clock_fake_advance(&fake, 9000000);
    says(h, true, "{\"healthy\":true,\"parts\":[{\"name\":\"one\",\"healthy\":true,\"reason\":null}]}\n");
    health_free(h);
}

static void who_waits_for_too_long_is_ill_with_what_it_waits_for(void **state)
{
    (void)state;
    clock_fake fake;
    health *h;
    clock_fake_init(&fake, 0);
    unit_ok(health_new(&fake.clock, 180000000, &h));
    health_part *one = health_add(h, "one");
    health_fine(one);
    health_wait(one, 5000000, "the server to answer");
    clock_fake_advance(&fake, 5000000);
    says(h, true, "{\"healthy\":true,\"parts\":[{\"name\":\"one\",\"healthy\":true,\"reason\":null}]}\n");
    clock_fake_advance(&fake, 2000000);
    says(h, false,
         "{\"healthy\":false,\"parts\":[{\"name\":\"one\",\"healthy\":false,\"reason\":\"it has been waiting "
         "for 7 s for the server to answer\"}]}\n");
    health_fine(one);
    says(h, true, "{\"healthy\":true,\"parts\":[{\"name\":\"one\",\"healthy\":true,\"reason\":null}]}\n");
    clock_fake_advance(&fake, 9000000);
    says(h, true, "{\"healthy\":true,\"parts\":[{\"name\":\"one\",\"healthy\":true,\"reason\":null}]}\n");
    health_free(h);
}

static void nobody_is_asked_without_a_health(void **state)
{
    (void)state;
    health_fine(health_add(NULL, "one"));
    health_ill(NULL, "why");
    health_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_parts_have_to_be_fine),
        cmocka_unit_test(who_is_silent_for_too_long_is_ill_unless_it_has_ended),
        cmocka_unit_test(who_waits_for_too_long_is_ill_with_what_it_waits_for),
        cmocka_unit_test(nobody_is_asked_without_a_health),
    };
    return UNIT_RUN(tests);
}
