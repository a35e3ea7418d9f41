#include "schema/layout.h"

#include <ctype.h>
#include <string.h>

#include "core/digest.h"

#define PART_DIGITS_MIN 3

static const char *const names[] = {"daybook", "sqlx", "dbmate", "golang-migrate", "flyway", "sqitch"};

const char *layout_name(layout l)
{
    return names[l];
}

bool layout_from_name(const char *name, layout *out)
{
    for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(names[i], name) == 0) {
            *out = (layout)i;
            return true;
        }
    return false;
}

/* ---- file names ---- */

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), n = strlen(end);
    return length >= n && strcmp(text + length - n, end) == 0;
}

static layout_kind flyway_kind(const char *name)
{
    if (strncmp(name, "R__", 3) == 0)
        return LAYOUT_REPEATABLE;
    if (!isdigit((unsigned char)name[1]))
        return LAYOUT_BESIDE;
    return *name == 'V' ? LAYOUT_MIGRATION : *name == 'B' ? LAYOUT_BASELINE : LAYOUT_BESIDE;
}

layout_kind layout_file_kind(layout l, const char *name)
{
    if (l == LAYOUT_DAYBOOK || l == LAYOUT_SQITCH)
        return LAYOUT_MIGRATION;
    if (!ends_with(name, ".sql") || ends_with(name, ".down.sql"))
        return LAYOUT_BESIDE;
    if (l == LAYOUT_FLYWAY)
        return flyway_kind(name);
    return isdigit((unsigned char)*name) ? LAYOUT_MIGRATION : LAYOUT_BESIDE;
}

/* One part of a version and what separates it from the next; NULL at the end. Flyway's file names end their
 * version with two underscores. */
static const char *next_part(const char *at, size_t *length)
{
    *length = strspn(at, "0123456789");
    at += *length;
    return (*at == '.' || (*at == '_' && at[1] != '_')) && isdigit((unsigned char)at[1]) ? at + 1 : NULL;
}

/* Where the version ends. */
static const char *version_end(const char *version)
{
    size_t length;
    const char *next;
    while ((next = next_part(version, &length)) != NULL)
        version = next;
    return version + length;
}

static size_t without_zeros(const char **part, size_t length)
{
    while (length > 0 && **part == '0') {
        ++*part;
        length--;
    }
    return length;
}

/* Appends a part to number, `digits` wide. */
static bool append_part(int64_t *number, const char *part, size_t length, size_t digits)
{
    int64_t value = 0, scale = 1, max = 1;
    length = without_zeros(&part, length);
    if (length > digits)
        return false;
    for (size_t i = 0; i < length; i++)
        value = 10 * value + (part[i] - '0');
    for (size_t i = 0; i < digits; i++)
        scale *= 10;
    for (size_t i = digits; i < LAYOUT_DIGITS_MAX; i++)
        max *= 10;
    if (*number >= max)
        return false;
    *number = *number * scale + value;
    return true;
}

static int64_t read_version(const layout_versions *v, const char *version)
{
    int64_t number = 0;
    size_t length;
    const char *part = version, *next = next_part(part, &length);
    if (length == 0 || !append_part(&number, part, length, LAYOUT_DIGITS_MAX))
        return -1;
    for (size_t i = 0; i < v->count || next; i++) {
        part = next ? next : "";
        next = next_part(part, &length);
        if (!append_part(&number, part, length, i < v->count ? (size_t)v->digits[i] : 0))
            return -1;
    }
    return number;
}

int64_t layout_version_number(const layout_versions *v, const char *version)
{
    return *version_end(version) ? -1 : read_version(v, version);
}

static int64_t plain_number(const char *digits, const char **end)
{
    int64_t number = 0;
    size_t length = strspn(digits, "0123456789");
    *end = digits + length;
    return length > 0 && length <= LAYOUT_DIGITS_MAX && append_part(&number, digits, length, length) ? number
                                                                                                     : -1;
}

/* "_what_it_does.sql" in lower case. */
static bool is_plain_rest(const char *rest)
{
    const char *p = rest;
    if (*p++ != '_')
        return false;
    while (islower((unsigned char)*p) || isdigit((unsigned char)*p) || *p == '_')
        p++;
    return p != rest + 1 && strcmp(p, ".sql") == 0;
}

int64_t layout_number(layout l, const layout_versions *v, const char *name)
{
    const char *rest;
    if (l == LAYOUT_FLYWAY)
        return strncmp(version_end(name + 1), "__", 2) == 0 ? read_version(v, name + 1) : -1;
    int64_t number = plain_number(name, &rest);
    switch (l) {
    case LAYOUT_DBMATE:
        return number;
    case LAYOUT_SQLX:
        return *rest == '_' ? number : -1;
    case LAYOUT_GOLANG:
        return *rest == '_' && ends_with(rest, ".up.sql") ? number : -1;
    case LAYOUT_DAYBOOK:
    case LAYOUT_SQITCH:
    case LAYOUT_FLYWAY:
        break;
    }
    return is_plain_rest(rest) ? number : -1;
}

bool layout_versions_widen(layout_versions *v, const char *name)
{
    size_t length, first, total = 0;
    const char *next = next_part(name + 1, &length);
    const char *part = name + 1;
    first = without_zeros(&part, length);
    for (size_t i = 0; next; i++) {
        part = next;
        next = next_part(part, &length);
        length = without_zeros(&part, length);
        if (length > LAYOUT_DIGITS_MAX || i == LAYOUT_PARTS_MAX)
            return false;
        int digits = length > PART_DIGITS_MIN ? (int)length : PART_DIGITS_MIN;
        if (i == v->count)
            v->digits[v->count++] = digits;
        else if (v->digits[i] < digits)
            v->digits[i] = digits;
    }
    for (size_t i = 0; i < v->count; i++)
        total += (size_t)v->digits[i];
    return first + total <= LAYOUT_DIGITS_MAX;
}

/* ---- in and of files ---- */

/* A line that begins "--", blanks, `mark`, and then ends or goes on behind a blank. */
static bool is_mark(const char *line, const char *mark)
{
    if (strncmp(line, "--", 2) != 0)
        return false;
    line += 2;
    while (*line == ' ' || *line == '\t')
        line++;
    size_t length = strlen(mark);
    return strncmp(line, mark, length) == 0 && (!line[length] || isspace((unsigned char)line[length]));
}

static const char *find_mark(const char *text, const char *mark)
{
    for (const char *line = text; *line;) {
        if (is_mark(line, mark))
            return line;
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return NULL;
}

static bool is_comment_or_blank(const char *line)
{
    line += strspn(line, " \t\r");
    return !*line || *line == '\n' || strncmp(line, "--", 2) == 0;
}

const char *layout_dbmate_up(const char *text, size_t *length)
{
    const char *up = find_mark(text, "migrate:up"), *down = find_mark(text, "migrate:down");
    if (!up)
        return "it has no line `-- migrate:up`";
    if (down && down < up)
        return "its line `-- migrate:down` comes before `-- migrate:up`";
    for (const char *line = text; line < up; line += strcspn(line, "\n") + 1)
        if (!is_comment_or_blank(line))
            return "there is something before its line `-- migrate:up`";
    *length = down ? (size_t)(down - text) : strlen(text);
    return NULL;
}

int32_t layout_flyway_checksum(const char *text)
{
    uint32_t crc = 0;
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\r\n");
        crc = digest_crc32(crc, line, length);
        line += length + (line[length] != '\0');
    }
    return (int32_t)crc;
}

char *layout_sqlx_description(arena *a, const char *name)
{
    const char *from = strchr(name, '_');
    char *text = arena_strdup(a, from ? from + 1 : name);
    if (!text)
        return NULL;
    static const char *const ends[] = {".up.sql", ".sql"};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (ends_with(text, ends[i])) {
            text[strlen(text) - strlen(ends[i])] = '\0';
            break;
        }
    for (char *p = text; *p; p++)
        *p = *p == '_' ? ' ' : *p;
    return text;
}

int64_t layout_sqlx_key(const char *database)
{
    return (int64_t)(UINT64_C(0x3d32ad9e) * digest_crc32(0, database, strlen(database)));
}
