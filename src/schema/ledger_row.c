#include "schema/ledger_row.h"

#include <inttypes.h>
#include <string.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/sha256.h"

#define ROW_BYTES_MAX ((size_t)1 << 20)
#define US_PER_S INT64_C(1000000)

static void begin_item(buf *out)
{
    buf_append_str(out, out->length > 1 ? ", " : "");
}

/* The server escapes what JSON demands and nothing else; json_append_string() also escapes DEL. */
static void append_character(buf *out, char c)
{
    static const char escaped[] = {'\b', '\f', '\n', '\r', '\t', '"', '\\'}, letters[] = "bfnrt\"\\";
    const char *at = memchr(escaped, c, sizeof(escaped));
    if (at)
        buf_printf(out, "\\%c", letters[at - escaped]);
    else if ((unsigned char)c < ' ')
        buf_printf(out, "\\u%04x", (unsigned)c);
    else
        buf_append_char(out, c);
}

static void append_text(buf *out, const char *text)
{
    begin_item(out);
    if (!text) {
        buf_append_str(out, "null");
        return;
    }
    buf_append_char(out, '"');
    for (; *text; text++)
        append_character(out, *text);
    buf_append_char(out, '"');
}

static void append_int(buf *out, int64_t value)
{
    begin_item(out);
    buf_printf(out, "%" PRId64, value);
}

static void append_bool(buf *out, bool value)
{
    begin_item(out);
    buf_append_str(out, value ? "true" : "false");
}

/* Always with microseconds; clock_iso() leaves them out when there are none. */
static void append_time(buf *out, int64_t wall_us)
{
    char iso[CLOCK_ISO_SIZE];
    int64_t us = wall_us % US_PER_S;
    us = us < 0 ? us + US_PER_S : us;
    clock_iso(wall_us - us, iso);
    begin_item(out);
    buf_printf(out, "\"%.*s.%06" PRId64 "Z\"", (int)strlen(iso) - 1, iso, us);
}

static void append_row(buf *out, const ledger_row *row)
{
    buf_append_char(out, '[');
    append_int(out, row->seq);
    append_text(out, row->module);
    append_int(out, row->number);
    append_text(out, row->name);
    append_text(out, row->kind);
    append_text(out, row->sha256);
    append_text(out, row->sha384);
    append_int(out, row->statements);
    append_bool(out, row->out_of_order);
    append_time(out, row->started_us);
    append_time(out, row->finished_us);
    append_int(out, row->lock_wait_ms);
    append_text(out, row->applied_by);
    append_text(out, row->applied_as);
    append_text(out, row->git_commit);
    if (row->git_commit)
        append_bool(out, row->git_dirty);
    else
        append_text(out, NULL);
    append_text(out, row->approved_by);
    append_text(out, row->tool_version);
    append_text(out, row->server_version);
    append_text(out, row->steps_hash);
    append_text(out, row->prev_hash);
    buf_append_char(out, ']');
}

dbk_err *ledger_row_hash(const ledger_row *row, char out[LEDGER_HASH_SIZE])
{
    buf text;
    uint8_t digest[32];
    buf_init(&text, ROW_BYTES_MAX);
    append_row(&text, row);
    dbk_err *e = buf_error(&text);
    if (!e) {
        sha256_of_pair(text.data, text.length, NULL, 0, digest);
        sha256_hex(digest, out);
    }
    buf_term(&text);
    return e;
}
