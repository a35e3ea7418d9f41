/* Not a test by itself: cuts the file named into statements, as the runner does, each followed by a zero
 * byte. For test_sql_split.py, which compares with what psql sends. */
#include <stdio.h>

#include "core/file.h"
#include "schema/sql_scan.h"

int main(int argc, char **argv)
{
    char *text;
    size_t length;
    arena *a = arena_new(0);
    if (argc != 2 || !a)
        return 2;
    dbk_err *e = file_read(a, argv[1], (size_t)32 << 20, &text, &length);
    if (e) {
        fprintf(stderr, "%s\n", err_message(e));
        err_free(e);
        arena_free(a);
        return 1;
    }
    sql_scan scan;
    sql_statement s;
    sql_scan_init(&scan, text);
    while (sql_scan_next(&scan, &s)) {
        fwrite(s.text, 1, s.length, stdout);
        fputc('\0', stdout);
    }
    arena_free(a);
    return 0;
}
