/* Where a private cluster keeps its things.
 *
 * The sockets cannot be in the data folder: a socket's path is limited to 107 bytes and data folders are not.
 * They are in $XDG_RUNTIME_DIR when that is usable and else in /tmp under a name that anybody can foresee, so
 * a folder that is there already is taken only if it is ours alone. Root never uses $XDG_RUNTIME_DIR: the
 * user `postgres` could not enter it. */
#include "ops/cluster_int.h"
#include "ops/cluster_run.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/conf.h"
#include "core/file.h"
#include "core/sha256.h"

#define PASSWD_BUFFER_BYTES 16384
#define ID_DIGITS 16

/* The absolute path of a folder that may not exist yet: what exists of it is resolved, the rest is kept as it
 * is. */
static dbk_err *absolute_path(arena *a, const char *path, char **out)
{
    char *given = arena_strdup(a, path);
    if (!given)
        return err_oom();
    char resolved[PATH_MAX];
    if (realpath(given, resolved)) {
        *out = arena_strdup(a, resolved);
        return *out ? NULL : err_oom();
    }
    if (errno != ENOENT)
        return err_errno(errno, "could not reach the data folder %s", path);

    size_t length = strlen(given);
    while (length > 1 && given[length - 1] == '/')
        given[--length] = '\0';
    char *slash = strrchr(given, '/');
    const char *name = slash ? slash + 1 : given;
    if (strcmp(name, "..") == 0 || strcmp(name, ".") == 0 || *name == '\0')
        return err_new(ERR_USAGE, "the data folder %s does not exist and has no name to make it by", path);
    char *parent_name =
        !slash ? arena_strdup(a, ".") : arena_strndup(a, given, slash == given ? 1 : (size_t)(slash - given));
    if (!parent_name)
        return err_oom();
    if (!realpath(parent_name, resolved))
        return err_with_hint(
            err_errno(errno, "could not reach %s, where the data folder %s would be", parent_name, path),
            "make the folder above it first");
    *out = arena_printf(a, "%s/%s", strcmp(resolved, "/") == 0 ? "" : resolved, name);
    return *out ? NULL : err_oom();
}

static dbk_err *folder_id(arena *a, const char *folder, const char **id)
{
    uint8_t digest[32];
    char hex[65];
    dbk_err *e = sha256_of(folder, strlen(folder), digest);
    if (e)
        return e;
    sha256_hex(digest, hex);
    *id = arena_strndup(a, hex, ID_DIGITS);
    return *id ? NULL : err_oom();
}

/* The user with this name, or with this number when name is NULL; *out stays NULL when there is none. */
static dbk_err *look_up_user(arena *a, const char *name, uid_t uid, struct passwd **out)
{
    struct passwd *entry = arena_alloc(a, sizeof(*entry)), *found = NULL;
    char *text = arena_alloc(a, PASSWD_BUFFER_BYTES);
    if (!entry || !text)
        return err_oom();
    int failed = name ? getpwnam_r(name, entry, text, PASSWD_BUFFER_BYTES, &found)
                      : getpwuid_r(uid, entry, text, PASSWD_BUFFER_BYTES, &found);
    if (failed)
        return err_errno(failed, "could not look up the OS users");
    *out = found;
    return NULL;
}

dbk_err *cluster_locate_users(arena *a, cluster *c)
{
    struct passwd *self = NULL, *server = NULL;
    c->uid = geteuid();
    dbk_err *e = look_up_user(a, NULL, c->uid, &self);
    if (!e && c->uid == 0)
        e = look_up_user(a, CLUSTER_SYSTEM_USER, 0, &server);
    if (e)
        return e;
    c->os_user = self ? self->pw_name : NULL;
    if (c->uid != 0) {
        c->server_user = c->os_user;
        c->server_uid = c->uid;
        c->server_gid = getegid();
    } else if (server && server->pw_uid != 0) {
        c->server_user = server->pw_name;
        c->server_uid = server->pw_uid;
        c->server_gid = server->pw_gid;
    }
    return NULL;
}

dbk_err *cluster_locate(arena *a, const char *folder, cluster **out)
{
    cluster *c = arena_alloc(a, sizeof(*c));
    if (!c)
        return err_oom();
    char *path;
    dbk_err *e = absolute_path(a, folder && *folder ? folder : ".daybook", &path);
    if (e)
        return e;
    c->folder = path;
    e = folder_id(a, path, &c->id);
    if (e)
        return e;
    e = cluster_locate_users(a, c);
    if (e)
        return e;
    c->home = c->uid == 0 ? arena_printf(a, "%s/%s", CLUSTER_SYSTEM_HOME, c->id) : path;
    c->data = c->home ? arena_printf(a, "%s/pg", c->home) : NULL;
    c->lock_path = arena_printf(a, "%s/lock", path);
    c->log_path = arena_printf(a, "%s/up.log", path);
    c->start_path = arena_printf(a, "%s/start.log", path);
    if (!c->data || !c->lock_path || !c->log_path || !c->start_path)
        return err_oom();
    *out = c;
    return NULL;
}

static bool socket_path_fits(const char *dir)
{
    return strlen(dir) + sizeof("/.s.PGSQL.65535") - 1 <= CLUSTER_SOCKET_PATH_MAX;
}

/* XDG_RUNTIME_DIR left over from another user (su, sudo -E) or from an ended session is not usable. */
static bool runtime_dir_is_usable(const char *runtime_dir, uid_t uid)
{
    struct stat st;
    return runtime_dir && runtime_dir[0] == '/' && stat(runtime_dir, &st) == 0 && S_ISDIR(st.st_mode) &&
           st.st_uid == uid && (st.st_mode & 0777) == 0700;
}

char *cluster_socket_dir_name(arena *a, const cluster *c, const char *runtime_dir)
{
    if (c->uid != 0 && runtime_dir_is_usable(runtime_dir, c->uid)) {
        char *dir = arena_printf(a, "%s/daybook-%s", runtime_dir, c->id);
        if (!dir || (socket_path_fits(dir) && !strchr(dir, ',')))
            return dir;
    }
    char *dir = arena_printf(a, "/tmp/daybook-%lu-%s", (unsigned long)c->uid, c->id);
    assert(!dir || socket_path_fits(dir));
    return dir;
}

dbk_err *cluster_private_dir(const char *path, uid_t uid, gid_t gid)
{
    bool made = mkdir(path, 0700) == 0;
    if (!made && errno != EEXIST)
        return err_errno(errno, "could not make the folder %s", path);
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
        return err_new(ERR_DENIED, "%s is not a folder", path);
    if (fd < 0)
        return err_errno(errno, "could not open the folder %s", path);

    dbk_err *e = NULL;
    struct stat st;
    if (fstat(fd, &st) != 0)
        e = err_errno(errno, "could not read the owner of %s", path);
    else if (st.st_uid != uid && st.st_uid != geteuid())
        e = err_with_hint(err_new(ERR_DENIED, "%s belongs to another user", path),
                          "somebody took the name: remove it and ask who did");
    else if (!made && st.st_uid == uid && (st.st_mode & 077) != 0)
        e = err_with_hint(err_new(ERR_DENIED, "%s can be entered by others", path), "chmod 700 %s", path);
    else if (st.st_uid != uid && (fchmod(fd, 0700) != 0 || fchown(fd, uid, gid) != 0))
        e = err_errno(errno, "could not give %s to the server's user", path);
    close(fd);
    return e;
}

dbk_err *cluster_socket_dir(arena *a, const cluster *c, char **dir)
{
    char *name = cluster_socket_dir_name(a, c, getenv("XDG_RUNTIME_DIR"));
    if (!name)
        return err_oom();
    dbk_err *e = cluster_private_dir(name, c->server_uid, c->server_gid);
    if (e)
        return err_wrap(e, "while making the folder for the server's socket");
    *dir = name;
    return NULL;
}

static dbk_err *check_folder_owner(const cluster *c)
{
    struct stat st;
    if (stat(c->folder, &st) != 0)
        return err_errno(errno, "could not read the owner of %s", c->folder);
    if (!S_ISDIR(st.st_mode))
        return err_new(ERR_INPUT, "the data folder %s is not a folder", c->folder);
    if (c->uid != 0 && st.st_uid != c->uid)
        return err_with_hint(err_new(ERR_DENIED, "the data folder %s belongs to another user", c->folder),
                             "run daybook as that user, or name another folder with --data");
    if ((st.st_mode & 022) != 0)
        return err_with_hint(err_new(ERR_DENIED, "others can write to the data folder %s", c->folder),
                             "chmod go-w %s", c->folder);
    return NULL;
}

/* Root and an ordinary user would keep two different books under one folder without noticing. */
static dbk_err *check_folder_content(arena *a, const cluster *c)
{
    char *note = arena_printf(a, "%s/%s", c->folder, CLUSTER_NOTE_NAME);
    char *own_data = arena_printf(a, "%s/pg", c->folder);
    if (!note || !own_data)
        return err_oom();
    if (c->uid == 0 && file_exists(own_data))
        return err_with_hint(
            err_new(ERR_DENIED, "the data folder %s holds the data of an ordinary user", c->folder),
            "run daybook as that user, or name another folder with --data");
    if (!file_exists(note))
        return NULL;
    if (c->uid != 0)
        return err_with_hint(err_new(ERR_DENIED, "the data folder %s was made by root", c->folder),
                             "run daybook as root, or name another folder with --data");
    conf *content;
    dbk_err *e = conf_read(a, note, &content);
    if (e)
        return e;
    const char *data = conf_get(content, "", "data");
    if (!data)
        return err_new(ERR_INPUT, "%s does not say where the data is", note);
    if (strcmp(data, c->data) == 0)
        return NULL;
    e = err_new(ERR_INPUT, "the data folder %s was moved or copied: its data is in %s", c->folder, data);
    return err_with_hint(e, "move it back, or move the data to %s and remove %s", c->data, note);
}

static dbk_err *write_note(arena *a, const cluster *c)
{
    char *path = arena_printf(a, "%s/%s", c->folder, CLUSTER_NOTE_NAME);
    char *text =
        arena_printf(a,
                     "# PostgreSQL does not run as root, so the server of this folder runs as the user %s\n"
                     "# and has its data where that user can reach it. Back up and remove both together.\n"
                     "folder = %s\n"
                     "data = %s\n",
                     c->server_user, c->folder, c->data);
    if (!path || !text)
        return err_oom();
    if (file_exists(path))
        return NULL;
    return file_write_atomic(path, text, strlen(text), 0600);
}

dbk_err *cluster_make_folder(const cluster *c)
{
    if (mkdir(c->folder, 0700) != 0 && errno != EEXIST)
        return err_errno(errno, "could not make the data folder %s", c->folder);
    return check_folder_owner(c);
}

dbk_err *cluster_check_users(const cluster *c)
{
    if (!c->os_user) {
        dbk_err *e = err_new(ERR_DENIED, "the user with number %lu has no name", (unsigned long)c->uid);
        return err_with_hint(
            e, "PostgreSQL knows its clients by name: add the user to /etc/passwd, or name an existing "
               "server with DAYBOOK_URL");
    }
    if (!c->server_user) {
        dbk_err *e = err_new(ERR_NOT_FOUND, "there is no OS user " CLUSTER_SYSTEM_USER " to run the server");
        return err_with_hint(
            e, "PostgreSQL does not run as root: install its server package, which makes the user, or run "
               "daybook as an ordinary user");
    }
    return NULL;
}

dbk_err *cluster_make_home(arena *a, const cluster *c)
{
    dbk_err *e = cluster_check_users(c);
    if (!e)
        e = check_folder_content(a, c);
    if (e || c->uid != 0)
        return e;
    if (mkdir(CLUSTER_SYSTEM_HOME, 0755) != 0 && errno != EEXIST)
        return err_errno(errno, "could not make %s", CLUSTER_SYSTEM_HOME);
    e = cluster_private_dir(c->home, c->server_uid, c->server_gid);
    return e ? e : write_note(a, c);
}

void cluster_socket_dir_remove(arena *a, const cluster *c)
{
    struct stat st;
    const char *name = cluster_socket_dir_name(a, c, getenv("XDG_RUNTIME_DIR"));
    /* Root could remove anybody's. */
    if (name && lstat(name, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == c->server_uid)
        (void)rmdir(name);
}
