#include "bus/slot.h"

#include "../unit.h"

/* By an implementation of FNV-1a of which the published hash of "foobar", 0x85944171f73967e8, comes out. */
static void a_slot_is_the_end_of_the_hash(void **state)
{
    (void)state;
    assert_int_equal(slot_of("trading_order", "0190a0a0-0000-7000-8000-000000000000"), 63);
    assert_int_equal(slot_of("ref_venue", "binance"), 47);
    assert_int_equal(slot_of("ref_venue", "börse"), 24);
    assert_int_equal(slot_of("a", ""), 57);
}

static void slots_are_used_evenly(void **state)
{
    (void)state;
    int used[SLOTS] = {0};
    char id[16];
    for (int i = 0; i < 64000; i++) {
        snprintf(id, sizeof(id), "%d", i);
        int slot = slot_of("trading_position", id);
        assert_in_range(slot, 0, SLOTS - 1);
        used[slot]++;
    }
    for (int i = 0; i < SLOTS; i++)
        assert_in_range(used[i], 800, 1200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slot_is_the_end_of_the_hash),
        cmocka_unit_test(slots_are_used_evenly),
    };
    return UNIT_RUN(tests);
}
