/* Against a real server: what a scratch server promises is about processes and files. */
#include "ops_unit.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/file.h"
#include "ops/scratch.h"
#include "pg/pg.h"

static char *ask(arena *a, const char *url, const char *sql)
{
    pg_conn *c;
    pg_rows *rows;
    unit_ok(pg_connect(&(pg_connect_options){.url = url}, &c));
    unit_ok(pg_query_one(c, a, sql, NULL, &rows));
    pg_close(c);
    return arena_strdup(a, pg_get_text(rows, 0, 0));
}

static const char folder_sql[] = "select current_setting('unix_socket_directories')";

static void serves_until_it_is_stopped(void **state)
{
    (void)state;
    static const char *const settings[] = {"work_mem=7MB", NULL};
    arena *a = unit_arena();
    scratch *s;
    unit_ok(scratch_start(a, &(scratch_options){.settings = settings}, &s));
    const char *url = scratch_url(s, NULL, NULL);
    assert_string_equal(ask(a, url, "select current_setting('is_superuser')"), "on");
    assert_string_equal(ask(a, url, "select current_setting('fsync') || current_setting('listen_addresses')"),
                        "off");
    assert_string_equal(ask(a, url, "select current_setting('work_mem')"), "7MB");
    assert_int_equal(atoi(ask(a, url, "show server_version_num")) / 10000, scratch_major(s));
    const char *folder = ask(a, url, folder_sql);
    assert_true(file_is_dir(folder));
    scratch_stop(s);
    assert_false(file_exists(folder));
    scratch_stop(s);
    scratch_stop(NULL);
    arena_free(a);
}

/* Variables for the server that somebody depends on are there when its copy is made. */
static void the_environment_leads_nowhere_else(void **state)
{
    (void)state;
    static const char *const names[] = {
        "PGHOSTADDR", "PGOPTIONS", "PGREQUIREPEER", "PGTARGETSESSIONATTRS", "PGCHANNELBINDING", "PGHOST",
        "PGPORT",     "PGUSER",    "PGDATABASE"};
    static const char *const values[] = {
        "127.0.0.1", "-c work_mem=nonsense", "nobody", "standby", "require", "elsewhere", "1", "somebody",
        "nowhere"};
    arena *a = unit_arena();
    scratch *s;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        setenv(names[i], values[i], 1);
    unit_ok(scratch_start(a, NULL, &s));
    assert_string_equal(ask(a, scratch_url(s, NULL, NULL), "select current_user || current_database()"),
                        "postgrespostgres");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unsetenv(names[i]);
    arena_free(a);
}

static void databases_belong_to_an_ordinary_role(void **state)
{
    (void)state;
    arena *a = unit_arena();
    scratch *s;
    const char *url;
    unit_ok(scratch_start(a, NULL, &s));
    unit_ok(scratch_database(s, &(scratch_database_options){.name = "one role"}, &url));
    assert_string_equal(ask(a, url, "select session_user || current_setting('is_superuser')"), "daybookoff");
    assert_string_equal(
        ask(a, url, "select count(*) from pg_roles where rolname in ('daybook_owner', 'daybook_api')"), "0");

    unit_ok(scratch_database(s,
                             &(scratch_database_options){
                                 .name = "two", .owner = "ann \"x\"", .two_roles = true, .role_prefix = "p_"},
                             &url));
    assert_string_equal(ask(a, url, "select session_user"), "ann \"x\"");
    assert_string_equal(
        ask(a, url, "select pg_has_role('p_owner', 'member') and pg_has_role('p_api', 'member')"), "t");

    pg_conn *c;
    unit_ok(pg_connect(&(pg_connect_options){.url = url}, &c));
    unit_ok(pg_exec(c, "create schema kept; create table kept.t as select 7 as n"));
    pg_close(c);
    unit_ok(scratch_database(
        s, &(scratch_database_options){.name = "copy", .owner = "ann \"x\"", .template_name = "two"}, &url));
    assert_string_equal(ask(a, url, "select n from kept.t"), "7");
    unit_refused(scratch_database(s, &(scratch_database_options){.name = ""}, &url), ERR_INPUT,
                 "while making the scratch database");
    arena_free(a); /* stops it */
}

static void a_version_that_is_not_there_is_named(void **state)
{
    (void)state;
    arena *a = unit_arena();
    const char *nowhere = ops_folder(a);
    scratch *s;
    unit_refused(scratch_start(a, &(scratch_options){.pg_bin = nowhere, .major = 17}, &s), ERR_NOT_FOUND,
                 "while starting a scratch server");
    arena_free(a);
}

/* A setting that the server refuses: its own words are in the error, and nothing stays. */
static void a_server_that_does_not_start_says_why(void **state)
{
    (void)state;
    static const char *const settings[] = {"work_mem=nonsense", NULL};
    arena *a = unit_arena();
    scratch *s;
    dbk_err *e = scratch_start(a, &(scratch_options){.settings = settings}, &s);
    assert_non_null(e);
    assert_non_null(strstr(err_detail(e), "work_mem"));
    err_free(e);
    arena_free(a);
}

static void wait_until_gone(const char *folder)
{
    for (int i = 0; i < 6000 && file_exists(folder); i++) /* for hangs only: a minute */
        usleep(10 * 1000);
    assert_false(file_exists(folder));
}

static _Noreturn void start_and_be_killed(int fd)
{
    arena *a = arena_new(0);
    scratch *s;
    dbk_err *e = scratch_start(a, NULL, &s);
    const char *folder = e ? "" : ask(a, scratch_url(s, NULL, NULL), folder_sql);
    if (write(fd, folder, strlen(folder)) < 0)
        _exit(1);
    kill(getpid(), SIGKILL);
    _exit(1);
}

static void nothing_stays_of_a_process_that_was_killed(void **state)
{
    (void)state;
    int ends[2];
    char folder[256] = "";
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0)
        start_and_be_killed(ends[1]);
    close(ends[1]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_true(read(ends[0], folder, sizeof folder - 1) > 0);
    close(ends[0]);
    assert_non_null(strstr(folder, "/dbk-"));
    wait_until_gone(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(serves_until_it_is_stopped),
        cmocka_unit_test(the_environment_leads_nowhere_else),
        cmocka_unit_test(databases_belong_to_an_ordinary_role),
        cmocka_unit_test(a_version_that_is_not_there_is_named),
        cmocka_unit_test(a_server_that_does_not_start_says_why),
        cmocka_unit_test(nothing_stays_of_a_process_that_was_killed),
    };
    return UNIT_RUN(tests);
}
