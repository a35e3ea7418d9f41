#include "schema/tap_report.h"

#include <string.h>

/* Every consumer of TAP reads a # in a description as the beginning of a directive. */
static void print_description(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '#' && (text[1] == ' ' || text[1] == '#'))
            fputc('\\', out);
        fputc(*text, out);
    }
}

static void print_diagnostics(FILE *out, const char *text)
{
    while (text && *text) {
        size_t length = strcspn(text, "\n");
        fprintf(out, "# %.*s\n", (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void print_point(tap_report *r, const tap_result *result, const tap_point *p)
{
    fprintf(r->out, "%sok %zu - %s%s%s%s: ", p->verdict == TAP_FAILED || p->verdict == TAP_TODO ? "not " : "",
            ++r->number, result->path, r->labels ? " (" : "", r->labels ? result->label : "",
            r->labels ? ")" : "");
    print_description(r->out, p->description);
    if (p->verdict == TAP_SKIPPED || p->verdict == TAP_TODO)
        fprintf(r->out, " # %s %s", p->verdict == TAP_SKIPPED ? "SKIP" : "TODO", p->reason ? p->reason : "");
    fputc('\n', r->out);
    if (p->verdict == TAP_FAILED && p->line)
        fprintf(r->out, "# at %s line %zu\n", result->path, p->line);
    print_diagnostics(r->out, p->diagnostics);
}

/* What XML 1.0 cannot hold at all becomes a question mark. */
static void append_escaped(buf *b, const char *text)
{
    for (; text && *text; text++) {
        switch (*text) {
        case '<':
            buf_append_str(b, "&lt;");
            break;
        case '>':
            buf_append_str(b, "&gt;");
            break;
        case '&':
            buf_append_str(b, "&amp;");
            break;
        case '"':
            buf_append_str(b, "&quot;");
            break;
        case '\n':
            buf_append_str(b, "&#10;");
            break;
        default:
            buf_append_char(b, (unsigned char)*text < 0x20 && *text != '\t' ? '?' : *text);
        }
    }
}

static void append_attribute(buf *b, const char *name, const char *value)
{
    buf_printf(b, " %s=\"", name);
    append_escaped(b, value);
    buf_append_char(b, '"');
}

static void append_case(buf *b, const tap_result *result, const tap_point *p)
{
    buf_append_str(b, "    <testcase");
    append_attribute(b, "classname", result->path);
    append_attribute(b, "name", p->description);
    if (p->verdict == TAP_PASSED || p->verdict == TAP_TODO) {
        buf_append_str(b, "/>\n");
        return;
    }
    const char *element = p->verdict == TAP_SKIPPED ? "skipped" : "failure";
    buf_printf(b, ">\n      <%s", element);
    append_attribute(b, "message", p->verdict == TAP_SKIPPED ? p->reason : p->description);
    buf_append_char(b, '>');
    if (p->line && p->verdict == TAP_FAILED)
        buf_printf(b, "line %zu&#10;", p->line);
    append_escaped(b, p->diagnostics);
    buf_printf(b, "</%s>\n    </testcase>\n", element);
}

static void append_counts(buf *b, size_t passed, size_t failed, size_t skipped)
{
    buf_printf(b, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\"", passed + failed + skipped,
               failed, skipped);
}

static void append_suite(buf *b, const tap_result *result)
{
    buf_append_str(b, "  <testsuite");
    append_attribute(b, "name", result->path);
    append_attribute(b, "package", result->label);
    append_counts(b, result->passed, result->failed, result->skipped);
    buf_printf(b, " time=\"%.3f\">\n", (double)result->duration_us / 1e6);
    for (const tap_point *p = result->points; p; p = p->next)
        append_case(b, result, p);
    buf_append_str(b, "  </testsuite>\n");
}

static dbk_err *check_output(tap_report *r)
{
    return fflush(r->out) == 0 && !ferror(r->out) ? NULL : err_new(ERR_IO, "cannot write the results");
}

dbk_err *tap_report_take(tap_report *r, const tap_result *result)
{
    for (const tap_point *p = result->points; p; p = p->next)
        print_point(r, result, p);
    r->files++;
    r->passed += result->passed;
    r->failed += result->failed;
    r->skipped += result->skipped;
    if (r->junit)
        append_suite(r->junit, result);
    return check_output(r);
}

dbk_err *tap_report_end(tap_report *r)
{
    fprintf(r->out, "1..%zu\n# %zu passed, %zu failed, %zu skipped\n", r->number, r->passed, r->failed,
            r->skipped);
    return check_output(r);
}

dbk_err *tap_report_junit(const tap_report *r, buf *document)
{
    buf_append_str(document, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"daybook test\"");
    append_counts(document, r->passed, r->failed, r->skipped);
    buf_append_str(document, ">\n");
    buf_append(document, r->junit->data, r->junit->length);
    buf_break_if(document, r->junit);
    buf_append_str(document, "</testsuites>\n");
    return buf_error(document);
}
