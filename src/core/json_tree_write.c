/* json_tree_write.c: the text that a server's jsonb prints. */
#include <string.h>

#include "core/json_tree.h"

void json_tree_append_string(buf *out, const char *text)
{
    static const char escaped[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    buf_append_char(out, '"');
    for (const char *s = text; *s; s++) {
        const char *known = strchr(escaped, *s);
        if (known) {
            buf_append_char(out, '\\');
            buf_append_char(out, letters[known - escaped]);
        } else if ((unsigned char)*s < 0x20) {
            buf_printf(out, "\\u%04x", (unsigned)(unsigned char)*s);
        } else {
            buf_append_char(out, *s);
        }
    }
    buf_append_char(out, '"');
}

static void append_items(buf *out, const json_tree *tree)
{
    bool named = tree->kind == JSON_TREE_OBJECT;
    buf_append_char(out, named ? '{' : '[');
    for (size_t i = 0; i < tree->count; i++) {
        if (i > 0)
            buf_append_str(out, ", ");
        if (named) {
            json_tree_append_string(out, tree->names[i]);
            buf_append_str(out, ": ");
        }
        json_tree_append(out, tree->items[i]);
    }
    buf_append_char(out, named ? '}' : ']');
}

void json_tree_append(buf *out, const json_tree *tree)
{
    switch (tree->kind) {
    case JSON_TREE_NULL:
        buf_append_str(out, "null");
        break;
    case JSON_TREE_FALSE:
        buf_append_str(out, "false");
        break;
    case JSON_TREE_TRUE:
        buf_append_str(out, "true");
        break;
    case JSON_TREE_NUMBER:
        buf_append_str(out, tree->text);
        break;
    case JSON_TREE_STRING:
        json_tree_append_string(out, tree->text);
        break;
    case JSON_TREE_ARRAY:
    case JSON_TREE_OBJECT:
        append_items(out, tree);
        break;
    }
}
