#include "market/ingest/file_facts.h"

#include "core/json.h"
#include "market/formats/csv_reader.h"
#include "market/formats/source.h"

static const char *packing_name(source_kind kind)
{
    return kind == SOURCE_GZIP ? "gzip" : kind == SOURCE_ZIP ? "zip" : "none";
}

static void append_columns(buf *out, const dataset *d, const csv_format *format)
{
    buf names;
    buf_init(&names, 0);
    layout_format(d, &format->layout, &names);
    buf_append_str(out, ", \"columns\": ");
    json_append_string(out, names.data);
    buf_append_str(out, ", \"delimiter\": ");
    json_append_string(out, (const char[2]){format->delimiter, '\0'});
    buf_append_str(out, format->header ? ", \"header\": true" : ", \"header\": false");
    buf_break_if(out, &names);
    buf_term(&names);
}

static dbk_err *describe(arena *a, source_kind kind, const file_rows *rows, const char **out)
{
    buf text;
    buf_init(&text, 0);
    buf_printf(&text, "{\"packing\": \"%s\", \"format\": ", packing_name(kind));
    json_append_string(&text, rows->format);
    if (rows->columns)
        append_columns(&text, rows->series[0].dataset, rows->columns);
    buf_append_char(&text, '}');
    return buf_to_arena(&text, a, out);
}

dbk_err *file_facts_read(arena *a, const char *path, const file_rows *rows, file_facts *out)
{
    source *s;
    source_member member;
    file_facts facts = {.member_name = NULL};
    dbk_err *e = source_open(path, &s);
    if (e)
        return e;
    e = describe(a, source_kind_of(s), rows, &facts.dialect);
    if (!e && source_member_of(s, &member)) {
        facts.member_name = arena_strdup(a, member.name);
        facts.member_crc32 = member.crc32;
        facts.member_bytes = member.size_bytes;
        e = facts.member_name ? NULL : err_oom();
    }
    source_close(s);
    if (!e)
        *out = facts;
    return e;
}
