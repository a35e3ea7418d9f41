/* The order machine over every state and event, against the matrix that SQL is compared with too. */
#include "../unit.h"

#include "book/order_machine.h"
#include "core/file.h"

#define MATRIX_BYTES_MAX (1024 * 1024)
#define EVENTS_AT 7 /* columns of the matrix before the events */

typedef struct matrix {
    arena *arena;
    char *rest;
} matrix;

static void matrix_open(matrix *m)
{
    size_t length;
    m->arena = arena_new(MATRIX_BYTES_MAX * 2);
    assert_non_null(m->arena);
    unit_ok(file_read(m->arena, ORDER_MATRIX, MATRIX_BYTES_MAX, &m->rest, &length));
}

static const char *matrix_line(matrix *m)
{
    return strsep(&m->rest, "\n");
}

static const char *doubt_name(bool doubt)
{
    return doubt ? "doubt" : "sure";
}

/* The line that the matrix should have for a state, into `line`. */
static void describe(const order_state *state, char *line, size_t size)
{
    int length = snprintf(line, size, "%s,%s,%s,%s,%s,%s,%s", order_lifecycle_name(state->lifecycle),
                          order_pending_name(state->pending), order_progress_name(state->progress),
                          order_origin_name(state->origin), doubt_name(state->outcome_unknown),
                          order_status(state), order_is_open(state) ? "yes" : "no");
    for (order_event event = 0; event < ORDER_EVENT_COUNT; event++) {
        order_state after = *state;
        bool legal = order_next(event, state, &after);
        if (!legal)
            assert_memory_equal(&after, state, sizeof(after));
        assert_int_equal(after.progress, state->progress);
        assert_int_equal(after.origin, state->origin);
        length += legal ? snprintf(line + length, size - (size_t)length, ",%s/%s/%s",
                                   order_lifecycle_name(after.lifecycle), order_pending_name(after.pending),
                                   doubt_name(after.outcome_unknown))
                        : snprintf(line + length, size - (size_t)length, ",-");
        assert_true((size_t)length < size);
    }
}

static order_state state_of(unsigned place)
{
    order_state state = {.outcome_unknown = place % 2};
    place /= 2;
    state.origin = place % ORDER_ORIGIN_COUNT;
    place /= ORDER_ORIGIN_COUNT;
    state.progress = place % ORDER_PROGRESS_COUNT;
    place /= ORDER_PROGRESS_COUNT;
    state.pending = place % ORDER_PENDING_COUNT;
    state.lifecycle = place / ORDER_PENDING_COUNT;
    return state;
}

static void every_state_and_event_is_as_in_the_matrix(void **state)
{
    (void)state;
    const unsigned states =
        ORDER_LIFECYCLE_COUNT * ORDER_PENDING_COUNT * ORDER_PROGRESS_COUNT * ORDER_ORIGIN_COUNT * 2;
    char line[2048];
    matrix m;
    matrix_open(&m);
    matrix_line(&m);
    for (unsigned place = 0; place < states; place++) {
        order_state each = state_of(place);
        describe(&each, line, sizeof(line));
        const char *expected = matrix_line(&m);
        assert_non_null(expected);
        assert_string_equal(line, expected);
    }
    assert_string_equal(matrix_line(&m), "");
    arena_free(m.arena);
}

static void the_matrix_has_a_column_for_each_event(void **state)
{
    (void)state;
    matrix m;
    matrix_open(&m);
    char *header = arena_strdup(m.arena, matrix_line(&m));
    assert_non_null(header);
    for (int i = 0; i < EVENTS_AT; i++)
        strsep(&header, ",");
    for (order_event event = 0; event < ORDER_EVENT_COUNT; event++) {
        const char *name = strsep(&header, ",");
        assert_non_null(name);
        assert_string_equal(name, order_event_name(event));
    }
    assert_null(header);
    arena_free(m.arena);
}

static void a_state_can_be_moved_in_place(void **state)
{
    (void)state;
    order_state order = {.lifecycle = ORDER_LIFECYCLE_SUBMITTED, .outcome_unknown = true};
    assert_true(order_next(ORDER_EVENT_ACKNOWLEDGE, &order, &order));
    assert_int_equal(order.lifecycle, ORDER_LIFECYCLE_ACCEPTED);
    assert_false(order.outcome_unknown);
    assert_false(order_next(ORDER_EVENT_ACKNOWLEDGE, &order, &order));
    assert_string_equal(order_status(&order), "accepted");
}

static void progress_follows_the_quantities(void **state)
{
    (void)state;
    const decimal zero = {0}, four = {4}, ten = {10};
    assert_int_equal(order_progress_of(&ten, zero), ORDER_PROGRESS_NONE);
    assert_int_equal(order_progress_of(&ten, four), ORDER_PROGRESS_PART);
    assert_int_equal(order_progress_of(&ten, ten), ORDER_PROGRESS_FULL);
    assert_int_equal(order_progress_of(&four, ten), ORDER_PROGRESS_FULL);
    assert_int_equal(order_progress_of(NULL, zero), ORDER_PROGRESS_NONE);
    assert_int_equal(order_progress_of(NULL, ten), ORDER_PROGRESS_PART);
}

static void words_are_found_by_name(void **state)
{
    (void)state;
    for (order_event word = 0; word < ORDER_EVENT_COUNT; word++) {
        order_event found = ORDER_EVENT_COUNT;
        assert_true(order_event_find(order_event_name(word), &found));
        assert_int_equal(found, word);
    }
    order_lifecycle lifecycle;
    order_pending pending;
    order_progress progress;
    order_origin origin;
    assert_true(order_lifecycle_find("expired", &lifecycle) && lifecycle == ORDER_LIFECYCLE_EXPIRED);
    assert_true(order_pending_find("replace", &pending) && pending == ORDER_PENDING_REPLACE);
    assert_true(order_progress_find("part", &progress) && progress == ORDER_PROGRESS_PART);
    assert_true(order_origin_find("claimed", &origin) && origin == ORDER_ORIGIN_CLAIMED);
    assert_false(order_lifecycle_find("filled", &lifecycle));
    assert_false(order_pending_find("", &pending));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_and_event_is_as_in_the_matrix),
        cmocka_unit_test(the_matrix_has_a_column_for_each_event),
        cmocka_unit_test(a_state_can_be_moved_in_place),
        cmocka_unit_test(progress_follows_the_quantities),
        cmocka_unit_test(words_are_found_by_name),
    };
    return UNIT_RUN(tests);
}
