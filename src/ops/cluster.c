/* Whether the server of a data folder runs, told from the files PostgreSQL keeps and from the kernel.
 *
 * postmaster.pid outlives a server that was killed, and its number may by then be another process's, even
 * another server's. So the process must also run in this very data folder: the postmaster makes it its
 * working directory. Where the kernel does not show that (containers without CAP_SYS_PTRACE), the data folder
 * must be among the process's arguments. */
#include "ops/cluster_int.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/file.h"

#define PIDFILE_BYTES_MAX 8192
#define CMDLINE_BYTES_MAX 65536

enum {
    LINE_PID,
    LINE_DATA,
    LINE_STARTED,
    LINE_PORT,
    LINE_SOCKET_DIR,
    LINE_LISTEN,
    LINE_SHMEM,
    LINE_STATUS,
    LINE_COUNT
};

const char *cluster_state_text(cluster_state state)
{
    static const char *const texts[] = {
        [CLUSTER_ABSENT] = "absent",   [CLUSTER_STOPPED] = "stopped",   [CLUSTER_STARTING] = "starting",
        [CLUSTER_RUNNING] = "running", [CLUSTER_STOPPING] = "stopping",
    };
    assert(state <= CLUSTER_STOPPING);
    return texts[state];
}

static bool parse_number(const char *text, int64_t min, int64_t max, int64_t *out)
{
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < min || value > max)
        return false;
    *out = value;
    return true;
}

static cluster_state parse_status(const char *text)
{
    if (strncmp(text, "ready", 5) == 0 || strncmp(text, "standby", 7) == 0)
        return CLUSTER_RUNNING;
    return strncmp(text, "stopping", 8) == 0 ? CLUSTER_STOPPING : CLUSTER_STARTING;
}

bool cluster_parse_pidfile(char *text, cluster_pidfile *out)
{
    const char *lines[LINE_COUNT] = {NULL};
    size_t count = 0;
    for (char *at = text; count < LINE_COUNT && *at;) {
        char *end = strchr(at, '\n');
        if (!end)
            break;
        *end = '\0';
        lines[count++] = at;
        at = end + 1;
    }
    int64_t pid, started = 0, port = 0;
    if (count <= LINE_PID || !parse_number(lines[LINE_PID], INT_MIN + 1, INT_MAX, &pid) || pid == 0)
        return false;
    if (count > LINE_STARTED && !parse_number(lines[LINE_STARTED], 0, INT64_MAX / 1000000, &started))
        return false;
    if (count > LINE_PORT && !parse_number(lines[LINE_PORT], 1, 65535, &port))
        return false;
    /* A negative number is a single-user backend: something works on the data, but nobody can connect to it.
     */
    *out = (cluster_pidfile){
        .pid = (pid_t)(pid < 0 ? -pid : pid),
        .started_s = started,
        .port = (int)port,
        .socket_dir = count > LINE_SOCKET_DIR && *lines[LINE_SOCKET_DIR] ? lines[LINE_SOCKET_DIR] : NULL,
        .state = count > LINE_STATUS ? parse_status(lines[LINE_STATUS]) : CLUSTER_STARTING};
    if (out->state == CLUSTER_RUNNING && (!out->socket_dir || out->port == 0))
        out->state = CLUSTER_STARTING;
    return true;
}

static bool arguments_name_folder(arena *a, pid_t pid, const char *data)
{
    char *path = arena_printf(a, "/proc/%ld/cmdline", (long)pid);
    char *text = arena_alloc(a, CMDLINE_BYTES_MAX);
    if (!path || !text)
        return false;
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    size_t length = fread(text, 1, CMDLINE_BYTES_MAX - 1, f);
    fclose(f);
    for (size_t at = 0; at < length; at += strlen(text + at) + 1)
        if (strcmp(text + at, data) == 0)
            return true;
    return false;
}

/* Whether a live process with this number is a server on this data folder. */
static bool process_is_ours(arena *a, const cluster *c, pid_t pid)
{
    if (kill(pid, 0) != 0 && errno == ESRCH)
        return false;
    char *path = arena_printf(a, "/proc/%ld", (long)pid);
    char *cwd_path = arena_printf(a, "/proc/%ld/cwd", (long)pid);
    struct stat st;
    if (!path || !cwd_path || stat(path, &st) != 0 || st.st_uid != c->server_uid)
        return false;
    struct stat cwd, data;
    if (stat(cwd_path, &cwd) == 0 && stat(c->data, &data) == 0)
        return cwd.st_dev == data.st_dev && cwd.st_ino == data.st_ino;
    return arguments_name_folder(a, pid, c->data);
}

/* A zombie (a dead child that its parent has not asked about) still has its number and its owner. */
static bool process_is_dead(arena *a, pid_t pid)
{
    char *path = arena_printf(a, "/proc/%ld/stat", (long)pid);
    FILE *f = path ? fopen(path, "re") : NULL;
    if (!f)
        return false;
    char text[512];
    size_t length = fread(text, 1, sizeof(text) - 1, f);
    fclose(f);
    text[length] = '\0';
    const char *after_name = strrchr(text, ')');
    return after_name && (after_name[1] == ' ') && (after_name[2] == 'Z' || after_name[2] == 'X');
}

dbk_err *cluster_data_major(arena *a, const cluster *c, int *major)
{
    char *path = arena_printf(a, "%s/PG_VERSION", c->data);
    if (!path)
        return err_oom();
    struct stat st;
    if (stat(path, &st) != 0) {
        if (errno != ENOENT && errno != ENOTDIR)
            return err_errno(errno, "could not look into the data folder %s", c->folder);
        if (file_exists(c->data))
            return err_with_hint(err_new(ERR_INPUT, "%s is not a data folder of PostgreSQL", c->data),
                                 "move it away, or name another folder with --data");
        *major = 0;
        return NULL;
    }
    char *text;
    size_t length;
    dbk_err *e = file_read(a, path, 64, &text, &length);
    if (e)
        return e;
    text[strcspn(text, "\r\n")] = '\0';
    int64_t value;
    if (!parse_number(text, 1, 999, &value))
        return err_new(ERR_INPUT, "%s does not hold a version: \"%s\"", path, text);
    *major = (int)value;
    return NULL;
}

/* Like file_read, but a file that is not there (the server removes it at its end) is NULL. */
static dbk_err *read_pidfile(arena *a, const cluster *c, char **text)
{
    char *path = arena_printf(a, "%s/postmaster.pid", c->data);
    if (!path)
        return err_oom();
    size_t length;
    dbk_err *e = file_read(a, path, PIDFILE_BYTES_MAX, text, &length);
    if (err_code(e) != ERR_NOT_FOUND)
        return e;
    err_free(e);
    *text = NULL;
    return NULL;
}

dbk_err *cluster_inspect(arena *a, const cluster *c, cluster_server *out)
{
    int major = 0;
    dbk_err *e = cluster_data_major(a, c, &major);
    if (e)
        return e;
    cluster_server server = {.state = major ? CLUSTER_STOPPED : CLUSTER_ABSENT, .major = major};
    char *text = NULL;
    if (major)
        e = read_pidfile(a, c, &text);
    if (e)
        return e;
    cluster_pidfile file;
    if (text && cluster_parse_pidfile(text, &file) && process_is_ours(a, c, file.pid) &&
        !process_is_dead(a, file.pid)) {
        server.state = file.state;
        server.pid = file.pid;
        server.port = file.port;
        server.socket_dir = file.socket_dir;
        server.started_us = file.started_s * 1000000;
    }
    *out = server;
    return NULL;
}

/* Percent-encodes everything that has a meaning in a URL's query. */
static void append_encoded(buf *out, const char *s)
{
    for (; *s; s++) {
        unsigned char ch = (unsigned char)*s;
        if ((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
            strchr("-._~/", ch))
            buf_append_char(out, *s);
        else
            buf_printf(out, "%%%02X", ch);
    }
}

dbk_err *cluster_server_url(arena *a, const cluster_server *s, const char *role, const char *database,
                            char **url)
{
    assert(s->socket_dir);
    assert(s->port > 0);
    buf text;
    buf_init(&text, 4096);
    buf_append_str(&text, "postgresql:///");
    append_encoded(&text, database);
    buf_append_str(&text, "?host=");
    append_encoded(&text, s->socket_dir);
    buf_printf(&text, "&port=%d&user=", s->port);
    append_encoded(&text, role);
    dbk_err *e = buf_error(&text);
    char *copy = e ? NULL : arena_strdup(a, text.data);
    buf_term(&text);
    if (e)
        return e;
    if (!copy)
        return err_oom();
    *url = copy;
    return NULL;
}

dbk_err *cluster_url(arena *a, const char *folder, char **url)
{
    cluster *c;
    cluster_server server;
    dbk_err *e = cluster_locate(a, folder, &c);
    if (!e)
        e = cluster_inspect(a, c, &server);
    if (e)
        return e;
    if (server.state == CLUSTER_RUNNING)
        return cluster_server_url(a, &server, CLUSTER_ROLE, CLUSTER_DATABASE, url);
    if (server.state == CLUSTER_STARTING || server.state == CLUSTER_STOPPING)
        return err_with_hint(err_new(ERR_CONNECTION, "the private server of %s is %s", c->folder,
                                     cluster_state_text(server.state)),
                             "try again in a moment; daybook status says how it is");
    e = err_new(ERR_CONNECTION, "the private server of %s is not running", c->folder);
    return err_with_hint(e, "start it with daybook up, or name an existing server with DAYBOOK_URL");
}

void cluster_clear_environment(void)
{
    static const char *const names[] = {"PGSERVICE",        "PGSERVICEFILE",        "PGHOSTADDR",
                                        "PGOPTIONS",        "PGREQUIREPEER",        "PGREQUIREAUTH",
                                        "PGCHANNELBINDING", "PGTARGETSESSIONATTRS", "PGGSSENCMODE",
                                        "PGSSLMODE",        "PGSSLNEGOTIATION",     "PGREQUIRESSL"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        (void)unsetenv(names[i]);
}
