/* What the private server is told, as text. Nothing here does I/O.
 *
 * postgresql.conf includes daybook.conf, which is ours and is written anew at every start, and then
 * user.conf, which is the user's and is never touched again: what is said there wins. Durability is never
 * traded for speed in daybook.conf; a book of record that forgets an acknowledged fill is worthless. */
#include "ops/cluster_int.h"

#include <assert.h>
#include <string.h>

#include "core/buf.h"

#define CONF_BYTES_MAX 65536

static int64_t clamp(int64_t value, int64_t min, int64_t max)
{
    return value < min ? min : value > max ? max : value;
}

/* Modest on purpose: the machine is shared with bots, and the kernel's own cache does the rest. */
cluster_memory cluster_memory_for(int64_t machine_mb)
{
    assert(machine_mb >= 0);
    return (cluster_memory){
        .shared_buffers_mb = clamp(machine_mb / 8, 32, 1024),
        .effective_cache_size_mb = clamp(machine_mb / 2, 128, 65536),
        .maintenance_work_mem_mb = clamp(machine_mb / 32, 64, 512),
    };
}

char *cluster_conf_main(arena *a)
{
    return arena_strdup(
        a, "# Written by daybook. Settings of your own belong in user.conf, which wins over daybook.conf.\n"
           "include = 'daybook.conf'\n"
           "include_if_exists = 'user.conf'\n");
}

char *cluster_conf_daybook(arena *a, cluster_memory memory)
{
    return arena_printf(a,
                        "# Written anew by every `daybook up`; changes here are lost. To change a setting, "
                        "put it into user.conf.\n"
                        "\n"
                        "# Only a Unix socket, in a folder that nobody else can enter. Its place is given on "
                        "the command line.\n"
                        "listen_addresses = ''\n"
                        "unix_socket_permissions = 0700\n"
                        "max_connections = 100\n"
                        "\n"
                        "# Durability: what was acknowledged survives a crash. Leave these four alone.\n"
                        "fsync = on\n"
                        "synchronous_commit = on\n"
                        "full_page_writes = on\n"
                        "wal_level = replica\n"
                        "\n"
                        "# Large enough that loading candles does not force a checkpoint every few seconds.\n"
                        "max_wal_size = 4GB\n"
                        "checkpoint_timeout = 15min\n"
                        "\n"
                        "# An eighth of the machine, at most 1 GB; the kernel caches the rest. Raise it on a "
                        "machine of its own.\n"
                        "shared_buffers = %lldMB\n"
                        "effective_cache_size = %lldMB\n"
                        "maintenance_work_mem = %lldMB\n"
                        "work_mem = 16MB\n"
                        "# Short statements, mostly PL/pgSQL: compiling them costs more than it saves.\n"
                        "jit = off\n"
                        "\n"
                        "# One place, one language, one zone.\n"
                        "timezone = 'UTC'\n"
                        "log_timezone = 'UTC'\n"
                        "datestyle = 'iso, ymd'\n"
                        "lc_messages = 'C'\n"
                        "default_text_search_config = 'pg_catalog.simple'\n"
                        "\n"
                        "# The server's own log: one file a weekday, so at most a week is kept. Values of "
                        "parameters stay out of it.\n"
                        "logging_collector = on\n"
                        "log_directory = 'log'\n"
                        "log_filename = 'postgresql-%%a.log'\n"
                        "log_file_mode = 0600\n"
                        "log_truncate_on_rotation = on\n"
                        "log_rotation_age = 1d\n"
                        "log_rotation_size = 0\n"
                        "log_line_prefix = '%%m [%%p] %%q%%u@%%d %%a '\n"
                        "log_lock_waits = on\n"
                        "log_min_duration_statement = 5s\n"
                        "log_parameter_max_length = 0\n"
                        "log_parameter_max_length_on_error = 0\n"
                        "password_encryption = 'scram-sha-256'\n",
                        (long long)memory.shared_buffers_mb, (long long)memory.effective_cache_size_mb,
                        (long long)memory.maintenance_work_mem_mb);
}

char *cluster_conf_user(arena *a)
{
    return arena_strdup(
        a, "# Your settings for this server. Daybook made this file once and never changes it.\n"
           "#\n"
           "# What is said here wins over daybook.conf beside it. Then tell the server:\n"
           "#     daybook psql -- -U postgres -c 'select pg_reload_conf()'\n"
           "# Memory, connections and wal_level are read at its start only: daybook down, then daybook up.\n"
           "# A mistake here keeps the server from starting; daybook up then prints which line it is.\n"
           "#\n"
           "# shared_buffers = 4GB\n"
           "# max_connections = 300\n"
           "# log_min_duration_statement = 200ms\n");
}

char *cluster_conf_hba(arena *a)
{
    return arena_strdup(
        a,
        "# Written anew by every `daybook up`. To use rules of your own, set hba_file in user.conf.\n"
        "# Who is on the other end of the socket is the kernel's word; which roles that user may be is in\n"
        "# pg_ident.conf. Nothing else gets in.\n"
        "local all all peer map=daybook\n");
}

/* A quoted token of pg_ident.conf: quotes are doubled, nothing else has a meaning between them. */
static void append_quoted(buf *out, const char *s)
{
    buf_append_char(out, '"');
    for (; *s; s++) {
        if (*s == '"')
            buf_append_char(out, '"');
        buf_append_char(out, *s);
    }
    buf_append_char(out, '"');
}

static void append_mapping(buf *out, const char *os_user, const char *role)
{
    buf_append_str(out, "daybook ");
    append_quoted(out, os_user);
    buf_printf(out, " %s\n", role);
}

char *cluster_conf_ident(arena *a, const char *os_user, const char *server_user)
{
    buf text;
    buf_init(&text, CONF_BYTES_MAX);
    buf_append_str(
        &text,
        "# Written anew by every `daybook up`. To use a map of your own, set ident_file in user.conf.\n"
        "# map, OS user, role: daybook for all work, postgres for administration.\n");
    append_mapping(&text, os_user, CLUSTER_ROLE);
    append_mapping(&text, os_user, CLUSTER_SUPERUSER);
    if (strcmp(os_user, server_user) != 0)
        append_mapping(&text, server_user, CLUSTER_SUPERUSER);
    char *copy = text.state == BUF_OK ? arena_strdup(a, text.data) : NULL;
    buf_term(&text);
    return copy;
}
