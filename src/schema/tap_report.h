/* tap_report.h: what `daybook test` says: one stream of TAP for all files, and the same as JUnit's XML.
 *
 * One thread. Results are taken in the order in which they are to appear. */
#ifndef DAYBOOK_SCHEMA_TAP_REPORT_H
#define DAYBOOK_SCHEMA_TAP_REPORT_H

#include <stdio.h>

#include "core/buf.h"
#include "schema/tap.h"

typedef struct tap_report {
    FILE *out;
    bool labels;   /* points say which database they are from */
    buf *junit;    /* gets a <testsuite> for each result; NULL: none wanted */
    size_t number; /* of the last point */
    size_t files, passed, failed, skipped;
} tap_report;

/* Prints the points of one result, renumbered, and counts them. */
dbk_err *tap_report_take(tap_report *r, const tap_result *result) ERR_MUST_USE;

/* Prints the plan and the counts. */
dbk_err *tap_report_end(tap_report *r) ERR_MUST_USE;

/* The whole JUnit document around the suites collected in r->junit. */
dbk_err *tap_report_junit(const tap_report *r, buf *document) ERR_MUST_USE;

#endif
