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

char *call_context(const char *actor, const dbk_uuid *session, const dbk_uuid *correlation,
                   const dbk_uuid *cause)
{
    buf b;
    buf_init(&b, CONTEXT_BYTES_MAX);
    buf_append_str(&b, "{\"actor\":");
    json_append_string(&b, actor);
    append_uuid(&b, "session", session);
    append_uuid(&b, "correlation", correlation);
    append_uuid(&b, "cause", cause);
    buf_append_char(&b, '}');
    char *text = buf_take(&b);
    buf_term(&b);
    return text;
}
