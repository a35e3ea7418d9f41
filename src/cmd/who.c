#include "cmd/who.h"

#include <pwd.h>
#include <unistd.h>

#include "book/call_context.h"
#include "core/mem.h"

const char *who_user(app *app)
{
    char buffer[4096];
    struct passwd entry, *found = NULL;
    if (getpwuid_r(getuid(), &entry, buffer, sizeof(buffer), &found) == 0 && found)
        return arena_strdup(app->arena, found->pw_name);
    return arena_printf(app->arena, "uid %lu", (unsigned long)getuid());
}

const char *who_user_at_host(app *app)
{
    char host[256] = "";
    const char *user = who_user(app);
    if (!user || gethostname(host, sizeof(host) - 1) != 0 || !host[0])
        return user;
    return arena_printf(app->arena, "%s@%s", user, host);
}

dbk_err *who_ctx(app *app, const char *actor, const char **out)
{
    if (!actor)
        actor = who_user_at_host(app);
    char *ctx = actor ? call_context(&(call_speaker){.actor = actor}) : NULL;
    *out = ctx ? arena_strdup(app->arena, ctx) : NULL;
    mem_free(ctx);
    return *out ? NULL : err_oom();
}
