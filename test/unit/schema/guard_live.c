/* Asks the guard about one connection: guard_live URL allow|refuse SCHEMA… prints what it says, and ends with
 * its exit status. Not a test by itself: test/program/test_guard.py makes the roles. */
#include <stdio.h>
#include <string.h>

#include "schema/guard.h"

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    arena *a = arena_new(0);
    pg_conn *c = NULL;
    dbk_err *e = pg_connect(&(pg_connect_options){.url = argv[1]}, &c);
    if (!e)
        e = guard_check(c, a,
                        &(guard_options){.schemas = (const char *const *)(argv + 3),
                                         .schema_count = (size_t)(argc - 3),
                                         .allow = strcmp(argv[2], "allow") == 0});
    int status = e ? err_exit_status(e) : 0;
    if (e)
        printf("%s\n%s\n", err_message(e), err_detail(e) ? err_detail(e) : "");
    err_free(e);
    pg_close(c);
    arena_free(a);
    return status;
}
