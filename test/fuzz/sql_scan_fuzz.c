/* Statements lie in the file one behind the other, and every token lies in its statement. */
#include "fuzz.h"
#include "schema/sql_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (memchr(data, '\0', size))
        return 0; /* files with U+0000 are refused before they are scanned */
    char *text = malloc(size + 1);
    fuzz_require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    sql_scan scan;
    sql_statement s;
    size_t behind = 0;
    sql_scan_init(&scan, text);
    while (sql_scan_next(&scan, &s)) {
        fuzz_require(s.text == text + s.offset);
        fuzz_require(s.offset >= behind && s.offset + s.length <= size && s.length > 0);
        behind = s.offset + s.length;
        const char *at = s.text;
        const char *end = s.text + s.length;
        sql_token token;
        while (sql_token_next(&at, end, &token))
            fuzz_require(token.text >= s.text && token.length > 0 && token.text + token.length <= end &&
                         at <= end);
        sql_place place = sql_place_of(text, s.offset);
        fuzz_require(place.line >= 1 && place.column >= 1);
        const char *why;
        (void)sql_statement_is_forbidden(&s, &why);
    }
    free(text);
    return 0;
}
