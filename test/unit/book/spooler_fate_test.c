/* What becomes of an entry that could not be delivered. */
#include "../unit.h"

#include "book/spooler_fate.h"

static spooler_fate fate(enum err_code code, const char *sqlstate)
{
    dbk_err *e = err_new(code, "no");
    if (sqlstate)
        e = err_with_sqlstate(e, sqlstate);
    spooler_fate found = spooler_fate_of(e);
    err_free(e);
    return found;
}

static void a_server_that_is_away_or_unfit_is_waited_for(void **state)
{
    (void)state;
    static const char *const states[] = {"08001", "08006", "08007", "25006", "3D000", "3F000",
                                         "40001", "40P01", "42883", "42P01", "53100", "53300",
                                         "55P03", "57014", "57P01", "58030"};
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        assert_int_equal(fate(ERR_SERVER, states[i]), FATE_WAIT);
    assert_int_equal(fate(ERR_DENIED, "28P01"), FATE_WAIT);
    assert_int_equal(fate(ERR_DENIED, "TB005"), FATE_WAIT);
    assert_int_equal(fate(ERR_CONNECTION, "XX000"), FATE_WAIT);
    assert_int_equal(fate(ERR_MEMORY, NULL), FATE_WAIT);
    assert_int_equal(fate(ERR_INTERRUPTED, NULL), FATE_WAIT);
    assert_int_equal(fate(ERR_SERVER, NULL), FATE_WAIT);
}

static void what_is_wrong_with_the_entry_is_not(void **state)
{
    (void)state;
    static const char *const states[] = {"22P02", "22003", "23514", "42501", "54000",
                                         "P0001", "TB001", "TB003", "XX000"};
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        assert_int_equal(fate(ERR_SERVER, states[i]), FATE_QUARANTINE);
    assert_int_equal(fate(ERR_INPUT, NULL), FATE_QUARANTINE);
    assert_int_equal(fate(ERR_IO, NULL), FATE_QUARANTINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_that_is_away_or_unfit_is_waited_for),
        cmocka_unit_test(what_is_wrong_with_the_entry_is_not),
    };
    return UNIT_RUN(tests);
}
