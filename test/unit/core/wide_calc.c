/* wide_calc.c: for "<operation> <a> <b>" on each line of standard input, the answer of core/wide.h on one of
 * standard output. Operations: add, sub, mul, div18, compare. */
#include "../unit.h"

#include "core/wide.h"

static wide parsed(const char *text)
{
    wide w;
    unit_ok(wide_parse(text, strlen(text), &w));
    return w;
}

static wide calculate(const char *operation, wide a, wide b)
{
    if (strcmp(operation, "add") == 0)
        return wide_add(a, b);
    if (strcmp(operation, "sub") == 0)
        return wide_sub(a, b);
    if (strcmp(operation, "mul") == 0)
        return wide_mul(a, b);
    if (strcmp(operation, "div18") == 0)
        return wide_div18(a, b);
    if (strcmp(operation, "compare") == 0)
        return wide_of_int(wide_compare(a, b));
    fprintf(stderr, "unknown operation %s\n", operation);
    exit(2);
}

int main(void)
{
    char line[1024], operation[16], a[400], b[400], text[WIDE_TEXT_SIZE];
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "%15s %399s %399s", operation, a, b) != 3) {
            fprintf(stderr, "malformed: %s", line);
            return 2;
        }
        wide_format(calculate(operation, parsed(a), parsed(b)), text);
        puts(text);
    }
    return ferror(stdin) || fflush(stdout) != 0 ? 1 : 0;
}
