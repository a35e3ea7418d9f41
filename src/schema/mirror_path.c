#include <string.h>

#include "core/sha256.h"
#include "schema/mirror_int.h"

/* Bytes of the hash that tell overloads apart: 48 bits, for a handful of functions of one name. */
#define OVERLOAD_BYTES 6
static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

dbk_err *mirror_path_encode(arena *a, const char *name, char **out)
{
    static const char hex[] = "0123456789ABCDEF";
    char *encoded = arena_alloc(a, 3 * strlen(name) + 1);
    if (!encoded)
        return err_oom();
    char *to = encoded;
    for (const char *from = name; *from; from++) {
        if (is_plain(*from)) {
            *to++ = *from;
        } else {
            unsigned char byte = (unsigned char)*from;
            *to++ = '%';
            *to++ = hex[byte >> 4];
            *to++ = hex[byte & 15];
        }
    }
    *to = '\0';
    *out = encoded;
    return NULL;
}

static const char *folder_of(const char *kind)
{
    static const char *const folders[][2] = {
        {"table", "tables"},
        {"foreign table", "foreign_tables"},
        {"view", "views"},
        {"materialized view", "views"},
        {"sequence", "sequences"},
        {"type", "types"},
        {"domain", "types"},
        {"function", "functions"},
        {"procedure", "functions"},
        {"aggregate", "functions"},
        {"collation", "collations"},
        {"conversion", "conversions"},
        {"operator", "operators"},
        {"operator class", "operator_classes"},
        {"operator family", "operator_families"},
        {"text search parser", "text_search_parsers"},
        {"text search template", "text_search_templates"},
        {"text search dictionary", "text_search_dictionaries"},
        {"text search configuration", "text_search_configurations"},
        {"language", "languages"},
        {"access method", "access_methods"},
        {"cast", "casts"},
        {"transform", "transforms"},
        {"foreign data wrapper", "foreign_data_wrappers"},
        {"server", "foreign_servers"},
        {"publication", "publications"},
        {"subscription", "subscriptions"},
    };
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (strcmp(folders[i][0], kind) == 0)
            return folders[i][1];
    return "others";
}

static dbk_err *build(arena *a, const mirror_file *f, const char *suffix, char **out)
{
    char *schema, *name;
    dbk_err *e = mirror_path_encode(a, f->schema, &schema);
    if (!e)
        e = mirror_path_encode(a, f->name, &name);
    if (e)
        return e;
    char *path;
    if (f->object_class == 'd')
        path = arena_strdup(a, "database.sql");
    else if (f->object_class == 'n')
        path = arena_printf(a, "%s/schema.sql", schema);
    else
        path = arena_printf(a, "%s/%s/%s%s.sql", *schema ? schema : MIRROR_NO_SCHEMA, folder_of(f->kind),
                            name, suffix);
    if (!path)
        return err_oom();
    *out = path;
    return NULL;
}

dbk_err *mirror_path_of(arena *a, const mirror_file *f, char **out)
{
    return build(a, f, "", out);
}

dbk_err *mirror_path_overload(arena *a, const mirror_file *f, char **out)
{
    uint8_t digest[32];
    char hex[65], suffix[2 * OVERLOAD_BYTES + 2] = ".";
    const char *arguments = f->arguments ? f->arguments : "";
    dbk_err *e = sha256_of(arguments, strlen(arguments), digest);
    if (e)
        return e;
    sha256_hex(digest, hex);
    memcpy(suffix + 1, hex, 2 * OVERLOAD_BYTES);
    return build(a, f, suffix, out);
}
