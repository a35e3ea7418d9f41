/* Spans of JSON: they lie inside each other as they should, every prefix of a document is cut or whole, and
 * json_tree agrees about what is JSON (but for what only it forbids: U+0000, huge exponents). */
#include "core/json_span.h"
#include "core/json_tree.h"
#include "fuzz.h"

#define VALUES_MAX 100000

static void walk(const json_spans *s, const json_span *container, const char *end)
{
    size_t seen = 0;
    const char *behind = container->text;
    for (const json_span *v = json_span_first(s, container); v; v = json_span_after(s, container, v)) {
        fuzz_require(v->text >= behind && v->text + v->length <= end);
        fuzz_require(v->next > (size_t)(v - s->values) && v->next <= container->next);
        behind = v->text + v->length;
        seen++;
        if (v->kind == JSON_SPAN_ARRAY || v->kind == JSON_SPAN_OBJECT)
            walk(s, v, v->text + v->length);
        char text[64];
        if (v->kind == JSON_SPAN_STRING && json_span_copy(v, text, sizeof(text)))
            fuzz_require(v->escaped || (strlen(text) == v->length && memcmp(text, v->text, v->length) == 0));
    }
    fuzz_require(seen == (container->kind == JSON_SPAN_OBJECT ? 2 : 1) * (size_t)container->count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    json_spans spans;
    json_spans_init(&spans, VALUES_MAX);
    json_span_end outcome;
    size_t end;
    if (fuzz_succeeded(json_spans_begin(&spans, text, size, true, &outcome, &end))) {
        fuzz_require(end <= size);
        if (outcome == JSON_SPAN_WHOLE) {
            fuzz_require(spans.count > 0 && spans.values[0].next == spans.count);
            if (spans.values[0].kind == JSON_SPAN_ARRAY || spans.values[0].kind == JSON_SPAN_OBJECT)
                walk(&spans, &spans.values[0], text + end);
            json_span_end again;
            size_t same;
            /* What is whole stays so without what follows. */
            fuzz_require(fuzz_succeeded(json_spans_begin(&spans, text, end, true, &again, &same)));
            fuzz_require(again == JSON_SPAN_WHOLE && same == end);
        }
    }
    bool whole = fuzz_succeeded(json_spans_parse(&spans, text, size, "input"));
    json_spans_term(&spans);
    arena *a = fuzz_arena();
    const json_tree *tree;
    if (fuzz_succeeded(json_tree_parse(a, text, size, "input", &tree)))
        fuzz_require(whole || size == 0 || memchr(text, '[', size) || memchr(text, '{', size)); /* depth */
    arena_free(a);
    return 0;
}
