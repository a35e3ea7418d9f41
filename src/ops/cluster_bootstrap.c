/* The database and the roles of the private server, made as superuser over the socket.
 *
 * The database belongs to the superuser: the role daybook may work in it and may not drop or rename it. The
 * script that makes the roles is the one an administrator of any other server is given. It runs again when
 * its text changed, not at every start, so that what an administrator tightened stays so. */
#include "ops/cluster_int.h"
#include "ops/cluster_run.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/sha256.h"
#include "pg/pg.h"
#include "schema/bootstrap.h"

#define APPLICATION "daybook up"
#define STAMP_NAME "daybook.bootstrap"

static dbk_err *connect_as_superuser(arena *a, const cluster_server *s, const char *database, pg_conn **out)
{
    char *url;
    dbk_err *e = cluster_server_url(a, s, CLUSTER_SUPERUSER, database, &url);
    return e ? e : pg_connect(&(pg_connect_options){.url = url, .application_name = APPLICATION}, out);
}

static dbk_err *make_database(arena *a, const cluster_server *s)
{
    pg_conn *conn = NULL;
    pg_rows *rows;
    dbk_err *e = connect_as_superuser(a, s, "postgres", &conn);
    if (!e)
        e = pg_query(conn, a, "select 1 from pg_catalog.pg_database where datname = '" CLUSTER_DATABASE "'",
                     NULL, &rows);
    if (!e && pg_row_count(rows) == 0)
        e = pg_exec(conn, "create database " CLUSTER_DATABASE);
    pg_close(conn);
    return e;
}

static dbk_err *make_roles(arena *a, const cluster_server *s, const char *script)
{
    pg_conn *conn = NULL;
    dbk_err *e = connect_as_superuser(a, s, CLUSTER_DATABASE, &conn);
    if (!e)
        e = pg_begin(conn);
    if (!e)
        e = pg_exec(conn, "revoke all on database " CLUSTER_DATABASE " from public");
    if (!e)
        e = pg_exec(conn, script);
    if (!e)
        e = pg_commit(conn);
    pg_close(conn);
    return e;
}

/* The hash of the script that was run last is kept inside the data it describes, and goes where that goes. */
static bool stamp_matches(arena *a, const char *path, const char *stamp)
{
    char *text;
    size_t length;
    if (!file_exists(path))
        return false;
    dbk_err *e = file_read(a, path, 256, &text, &length);
    if (e) {
        err_free(e);
        return false;
    }
    return strcmp(text, stamp) == 0;
}

dbk_err *cluster_bootstrap(arena *a, const cluster *c, const cluster_server *s)
{
    static const char *const logins[] = {CLUSTER_ROLE};
    char *script;
    dbk_err *e = schema_bootstrap_sql(
        a,
        &(bootstrap_options){
            .database = CLUSTER_DATABASE, .logins = logins, .login_count = 1, .create_logins = true},
        &script);
    uint8_t digest[32];
    char stamp[65];
    if (!e)
        e = sha256_of(script, strlen(script), digest);
    if (e)
        return e;
    sha256_hex(digest, stamp);
    char *path = arena_printf(a, "%s/" STAMP_NAME, c->data);
    if (!path)
        return err_oom();
    if (stamp_matches(a, path, stamp))
        return NULL;
    e = make_database(a, s);
    if (!e)
        e = make_roles(a, s, script);
    if (e)
        return err_wrap(e, "while making the database and the roles of the private server");
    return cluster_write_data_file(a, c, STAMP_NAME, stamp);
}
