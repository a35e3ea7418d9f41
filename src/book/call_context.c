#include "book/call_context.h"

#include "core/buf.h"
#include "core/json.h"
#include "core/uuid.h"

#define CONTEXT_BYTES_MAX 4096

static void append_uuid(buf *b, const char *key, const dbk_uuid *id)
{
    char text[UUID_TEXT_SIZE];
    if (!id)
        return;
    uuid_format(id, text);
    buf_printf(b, ",\"%s\":\"%s\"", key, text);
}

char *call_context(const call_speaker *speaker)
{
    buf b;
    buf_init(&b, CONTEXT_BYTES_MAX);
    buf_append_str(&b, "{\"actor\":");
    json_append_string(&b, speaker->actor);
    append_uuid(&b, "session", speaker->session);
    append_uuid(&b, "correlation", speaker->correlation);
    append_uuid(&b, "cause", speaker->cause);
    append_uuid(&b, "bot", speaker->bot);
    if (speaker->fence != 0)
        buf_printf(&b, ",\"fence\":%lld", (long long)speaker->fence);
    buf_append_char(&b, '}');
    char *text = buf_take(&b);
    buf_term(&b);
    return text;
}
