/* JSON of the book: canonical text is read as the same tree, and jansson agrees on what is JSON. */
#include "core/json.h"
#include "core/json_tree.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    arena *a = fuzz_arena();
    const json_tree *tree;
    if (fuzz_succeeded(json_tree_parse(a, text, size, "input", &tree))) {
        buf written;
        buf again;
        buf_init(&written, 0);
        buf_init(&again, 0);
        json_tree_append(&written, tree);
        fuzz_require(fuzz_succeeded(buf_error(&written)));
        const json_tree *copy;
        fuzz_require(fuzz_succeeded(json_tree_parse(a, written.data, written.length, "output", &copy)));
        json_tree_append(&again, copy);
        fuzz_require(strcmp(written.data, again.data) == 0);
        buf_term(&written);
        buf_term(&again);
    }
    arena_free(a);
    json_t *document = NULL;
    if (fuzz_succeeded(json_parse(text, size, "input", &document)))
        json_decref(document);
    return 0;
}
