/* Answers of venues to every question that is asked of them: the first byte chooses the endpoint. What is
 * kept lies within what was asked for, and the next step follows from it without going back. The last choice
 * is a list of instruments, which is looked at for an error only. */
#include <jansson.h>

#include "fuzz.h"
#include "market/poll/poll_answer.h"

#define FROM_US INT64_C(1600000020000000)
#define SERVER_US INT64_C(1600003600000000)
#define ENDPOINTS_MAX 256

static size_t list_endpoints(const venue_endpoint *out[ENDPOINTS_MAX])
{
    size_t count = 0;
    for (const venue *const *v = venue_list(); *v; v++)
        for (const venue_endpoint *e = (*v)->endpoints; e->stream && count < ENDPOINTS_MAX; e++)
            if (!e->is_list)
                out[count++] = e;
    return count;
}

/* Of an array of objects. */
static size_t items_of(const char *text)
{
    json_t *items = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    fuzz_require(items && json_is_array(items));
    size_t count = json_array_size(items);
    for (size_t i = 0; i < count; i++)
        fuzz_require(json_is_object(json_array_get(items, i)));
    json_decref(items);
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const venue_endpoint *endpoints[ENDPOINTS_MAX];
    size_t count = list_endpoints(endpoints);
    size_t choice = data[0] % (count + 1);
    if (choice == count) {
        (void)fuzz_succeeded(poll_answer_check_list((const char *)data + 1, size - 1));
        return 0;
    }
    venue_series series = {.endpoint = endpoints[choice], .symbol = "BTCUSDT"};
    series.interval_s = series.endpoint->by_interval ? 60 : 0;
    venue_position before = {.from_us = FROM_US, .last_id = -1};
    venue_request asked = {.target = "/", .from_us = FROM_US, .to_us = SERVER_US, .from_id = -1, .weight = 1};
    arena *a = fuzz_arena();
    poll_answer answer;
    if (fuzz_succeeded(
            poll_answer_read(a, &series, &asked, (const char *)data + 1, size - 1, SERVER_US, &answer))) {
        fuzz_require(items_of(answer.rows) == (size_t)answer.page.rows_kept);
        fuzz_require(items_of(answer.rejects) == (size_t)answer.reject_count);
        fuzz_require(answer.page.rows_kept <= answer.page.rows);
        venue_step step;
        if (fuzz_succeeded(venue_after_page(&series, &before, &asked, &answer.page, SERVER_US, &step)))
            fuzz_require(step.position.from_us >= before.from_us || series.endpoint->paging == VENUE_NOW);
    }
    arena_free(a);
    return 0;
}
