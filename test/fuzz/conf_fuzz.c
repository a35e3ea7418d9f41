/* Configuration files: what was read can be asked for. */
#include "core/conf.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena *a = fuzz_arena();
    conf *c;
    if (fuzz_succeeded(conf_parse(a, "input", (const char *)data, size, &c))) {
        for (size_t i = 0; i < conf_count(c); i++) {
            const conf_entry *entry = conf_at(c, i);
            const char *value = conf_get(c, entry->section, entry->key);
            fuzz_require(value && strcmp(value, entry->value) == 0);
            const char **words;
            size_t count;
            fuzz_require(fuzz_succeeded(conf_split(a, value, &words, &count)));
        }
    }
    arena_free(a);
    return 0;
}
