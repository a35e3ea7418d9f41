#include "ops/broker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/proc.h"
#include "ops/cluster_int.h"

#define PROGRAM "nats-server"
#define CONF_BYTES_MAX ((size_t)64 << 10)
#define VERSION_LIMIT_US 10000000
#define PASSWORD_BYTES 20
#define LISTEN "listen: \"127.0.0.1:"
#define PASSWORD "password: \""

typedef struct version {
    long major, minor;
} version;

/* "nats-server: v2.9.10" */
static dbk_err *ask_version(arena *a, version *out)
{
    const char *const argv[] = {PROGRAM, "--version", NULL};
    int status;
    char *output;
    dbk_err *e = proc_run(a, &(proc_options){.argv = argv}, VERSION_LIMIT_US, 4096, &status, &output);
    if (e && err_code(e) == ERR_NOT_FOUND)
        return err_with_hint(
            e, "install it (Debian: apt-get install nats-server), or name a broker that runs elsewhere: "
               "daybook relay --sink nats://HOST:PORT");
    if (e)
        return e;
    const char *v = strchr(output, 'v');
    while (v && (v[1] < '0' || v[1] > '9'))
        v = strchr(v + 1, 'v');
    char *rest = NULL;
    *out = (version){.major = v ? strtol(v + 1, &rest, 10) : 0};
    out->minor = rest && *rest == '.' ? strtol(rest + 1, NULL, 10) : 0;
    return v ? NULL : err_new(ERR_UNKNOWN, "%s --version says \"%.80s\"", PROGRAM, output);
}

static dbk_err *free_port(int *out)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    dbk_err *e = NULL;
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
        getsockname(fd, (struct sockaddr *)&at, &length) != 0)
        e = err_errno(errno, "could not find a free port");
    else
        *out = ntohs(at.sin_port);
    if (fd >= 0)
        close(fd);
    return e;
}

static dbk_err *new_password(arena *a, const char **out)
{
    unsigned char bytes[PASSWORD_BYTES];
    char *text = arena_alloc(a, 2 * sizeof(bytes) + 1);
    if (!text)
        return err_oom();
    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
        return err_errno(errno, "could not get random bytes");
    for (size_t i = 0; i < sizeof(bytes); i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    *out = text;
    return NULL;
}

/* What an earlier configuration says, else something new. */
static dbk_err *port_and_password(arena *a, const char *path, int *port, const char **password)
{
    char *text = NULL;
    size_t length;
    dbk_err *e = file_exists(path) ? file_read(a, path, CONF_BYTES_MAX, &text, &length) : NULL;
    if (e)
        return e;
    const char *listen = text ? strstr(text, LISTEN) : NULL;
    const char *known = text ? strstr(text, PASSWORD) : NULL;
    if (listen && known) {
        known += strlen(PASSWORD);
        *port = (int)strtol(listen + strlen(LISTEN), NULL, 10);
        *password = arena_strndup(a, known, strcspn(known, "\"\n"));
        return *password ? NULL : err_oom();
    }
    e = free_port(port);
    return e ? e : new_password(a, password);
}

static dbk_err *write_conf(const char *path, const char *folder, bool with_user_conf, int port,
                           const char *password, bool syncs)
{
    buf b;
    buf_init(&b, CONF_BYTES_MAX);
    buf_printf(&b,
               "# Written by `daybook up --nats` each time it starts. Settings of your own: user.conf, "
               "beside this file.\n" LISTEN "%d\"\n"
               "authorization {\n    user: \"" BROKER_USER "\"\n    " PASSWORD "%s\"\n}\n"
               "jetstream {\n    store_dir: \"%s/store\"\n%s}\n",
               port, password, folder, syncs ? "    sync_interval: always\n" : "");
    if (with_user_conf)
        buf_append_str(&b, "include \"user.conf\"\n");
    dbk_err *e = buf_error(&b);
    if (!e)
        e = file_write_atomic(path, b.data, b.length, 0600);
    buf_term(&b);
    return e;
}

/* As the server's user. */
static dbk_err *write_files(arena *a, const char *own, bool syncs, int *port, broker *out)
{
    const char *password = NULL;
    char *conf = arena_printf(a, "%s/nats.conf", own);
    char *user_conf = arena_printf(a, "%s/user.conf", own);
    char *password_file = arena_printf(a, "%s/password", own);
    const char **argv = arena_alloc(a, 4 * sizeof(*argv));
    if (!conf || !user_conf || !password_file || !argv)
        return err_oom();
    dbk_err *e = file_make_dirs(own, 0700);
    if (!e)
        e = port_and_password(a, conf, port, &password);
    if (!e)
        e = write_conf(conf, own, file_exists(user_conf), *port, password, syncs);
    if (!e)
        e = file_write_atomic(password_file, password, strlen(password), 0600);
    argv[0] = PROGRAM;
    argv[1] = "-c";
    argv[2] = conf;
    out->child = (child_spec){.name = PROGRAM, .argv = argv, .ends_last = true};
    out->password_file = password_file;
    return e;
}

static dbk_err *prepare(arena *a, const cluster *c, broker *out)
{
    version v;
    int port = 0;
    char *own = arena_printf(a, "%s/nats", c->home);
    dbk_err *e = own ? ask_version(a, &v) : err_oom();
    bool syncs = !e && (v.major > 2 || (v.major == 2 && v.minor >= 10));
    if (!e)
        e = cluster_become_server_user(c);
    if (e)
        return e;
    e = write_files(a, own, syncs, &port, out);
    cluster_become_self(c);
    if (e)
        return e;
    if (c->uid != c->server_uid) {
        out->child.uid = c->server_uid;
        out->child.gid = c->server_gid;
    }
    out->child.env = cluster_environment(a);
    out->address = arena_printf(a, "nats://127.0.0.1:%d%s", port, syncs ? "?synced=yes" : "");
    return out->child.env && out->address ? NULL : err_oom();
}

dbk_err *broker_prepare(arena *a, const cluster *c, broker *out)
{
    broker made = {0};
    dbk_err *e = prepare(a, c, &made);
    if (e)
        return err_wrap(e, "while preparing the private NATS server");
    *out = made;
    return NULL;
}
