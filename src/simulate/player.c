#include "simulate/player.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "book/book_dump.h"
#include "core/mem.h"
#include "core/sha256.h"
#include "core/uuid.h"
#include "simulate/play.h"
#include "simulate/play_desk.h"
#include "simulate/reference.h"

#define HISTORY_BYTES_MAX ((size_t)1 << 30)
#define DUMP_BYTES_MAX ((size_t)1 << 30)
#define RETRY_TOTAL_MS 60000
#define OUTAGE_RETRY_MS 1 /* whoever has a spool need not wait for the server */
#define INTENT_TTL_MS ((int64_t)3600 * 1000)
#define DRAIN_LIMIT_MS 60000
#define LINES_SHOWN_MAX 3

typedef struct player {
    const player_options *options;
    player_state *state;
    history history;
    reference *reference;
    dbk_book *book;
    desk *desk; /* NULL: the history has none */
    buf expected, got;
} player;

/* ---- reports ---- */

static void report(player *p, const char *fmt, ...) ERR_FORMAT(2, 3);
static void report(player *p, const char *fmt, ...)
{
    size_t length = strlen(p->state->report);
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(p->state->report + length, sizeof(p->state->report) - length, fmt, args);
    va_end(args);
}

static const char *of_the_book(const player *p)
{
    static const char *const names[STORE_COUNT] = {[STORE_SERVER] = "of the book in a server",
                                                   [STORE_FILE] = "of the book in a file",
                                                   [STORE_SPOOL] = "of the book behind a spool"};
    return names[p->options->store];
}

static void report_lines(player *p, const char *title, const buf *lines)
{
    report(p, "  %s\n", title);
    for (const char *at = lines->data; *at;) {
        size_t length = strcspn(at, "\n");
        report(p, "    %.*s\n", (int)length, at);
        at += length + (at[length] == '\n');
    }
}

/* The section of a line, "" for one that describes. */
static void section_of(const char *line, char out[32])
{
    size_t length = line[0] == '#' ? 0 : strcspn(line, "\t\n");
    (void)snprintf(out, 32, "%.*s", (int)(length < 31 ? length : 31), line);
}

/* The first line at which each section parts, or its heading where all rows are the same: a row too much
 * would else shift all that come after it. */
static void report_dumps(player *p)
{
    const char *a = p->got.data, *b = p->expected.data;
    char reported[32] = "-";
    size_t shown = 0;
    while ((*a || *b) && shown < LINES_SHOWN_MAX) {
        size_t a_length = strcspn(a, "\n"), b_length = strcspn(b, "\n");
        char section_a[32], section_b[32];
        section_of(a, section_a);
        section_of(b, section_b);
        bool same = a_length == b_length && memcmp(a, b, a_length) == 0;
        const char *section = *section_a ? section_a : *section_b ? section_b : "heading";
        bool heading = !*section_a && !*section_b;
        if (!same && strcmp(section, reported) != 0 && (!heading || shown == 0)) {
            report(p, "  section %s, %s\n    %.*s\n  of the reference\n    %.*s\n", section, of_the_book(p),
                   (int)a_length, a, (int)b_length, b);
            memcpy(reported, section, sizeof(reported));
            shown++;
        }
        bool a_waits = !same && !*section_a && *section_b, b_waits = !same && *section_a && !*section_b;
        if (!a_waits)
            a += a_length + (a[a_length] == '\n');
        if (!b_waits)
            b += b_length + (b[b_length] == '\n');
    }
}

/* ---- outages ---- */

/* What has waited is delivered before anything else is told, as by a bot that asks for it. */
static dbk_err *come_back(player *p)
{
    dbk_spool_state waits = {.size = sizeof(waits)};
    dbk_err *e = dbk_spool_drain(p->book, DRAIN_LIMIT_MS, &waits);
    if (!e && waits.waiting > 0)
        e = err_new(ERR_INTERNAL, "%llu entries wait in the spool although the server is there: %s",
                    (unsigned long long)waits.waiting, waits.problem ? waits.problem : "no problem is known");
    return e;
}

/* What is not kept in a spool takes the server. */
static bool takes_server(operation_kind kind)
{
    return kind == OPERATION_OPEN || kind == OPERATION_CLOSE || kind == OPERATION_RUN_START ||
           kind == OPERATION_RUN_FINISH || kind == OPERATION_STATE_LOAD;
}

static dbk_err *be_away(player *p, size_t at)
{
    operation_kind kind = at < p->history.count ? p->history.operations[at].kind : OPERATION_OPEN;
    bool away = p->options->store == STORE_SPOOL && p->options->faults && !takes_server(kind) &&
                faults_is_away(p->options->seed, at);
    bool was = atomic_exchange(&p->state->away, away) != 0;
    p->state->outages += away && !was;
    return was && !away ? come_back(p) : NULL;
}

/* An answer that the server did not give says nothing; the book will be asked at the end. */
static bool is_spooled(const player *p)
{
    static const char spooled[] = "spooled ", error[] = "error ";
    for (const char *at = p->got.data; *at;) {
        if (strncmp(at, spooled, sizeof(spooled) - 1) != 0 && strncmp(at, error, sizeof(error) - 1) != 0)
            return false;
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    return true;
}

/* ---- one operation ---- */

/* A server that is killed while it works may have committed or not: then "created" may come as "replayed". */
static bool is_same(const player *p, fault f)
{
    const char *a = p->got.data, *b = p->expected.data;
    static const char created[] = "created ", replayed[] = "replayed ";
    while (*a && *b) {
        if (f == FAULT_SERVER_DURING && strncmp(a, replayed, sizeof(replayed) - 1) == 0 &&
            strncmp(b, created, sizeof(created) - 1) == 0) {
            a += sizeof(replayed) - 1;
            b += sizeof(created) - 1;
        }
        size_t a_length = strcspn(a, "\n"), b_length = strcspn(b, "\n");
        if (a_length != b_length || memcmp(a, b, a_length) != 0)
            return false;
        a += a_length + (a[a_length] == '\n');
        b += b_length + (b[b_length] == '\n');
    }
    return *a == *b;
}

/* What an operation is not asked to bear: opening an account takes several statements, and where the book
 * answers a contradiction or a closing anew each time, nobody could say how often it did when the server was
 * killed. */
static fault fault_of(const player *p, size_t at)
{
    const operation *o = &p->history.operations[at];
    if (!p->options->faults || o->kind == OPERATION_OPEN)
        return FAULT_NONE;
    fault f = faults_draw(p->options->seed, at, p->history.count);
    bool each_time = o->kind == OPERATION_CLOSE || strstr(p->expected.data, "conflict ");
    if (f == FAULT_SERVER_DURING && each_time)
        f = FAULT_SERVER_AFTER;
    if (f != FAULT_NONE && !p->options->has_wire && !faults_is_client(f))
        f = faults_is_lost_answer(f) ? FAULT_CLIENT_AFTER : FAULT_CLIENT_BEFORE;
    return f;
}

/* An operation whose answer was lost reaches the book twice; so it is told to the reference twice, too. */
static dbk_err *expect_again(player *p, const operation *o)
{
    buf_clear(&p->expected);
    return reference_take(p->reference, o, &p->expected);
}

static dbk_err *tell(player *p, const operation *o)
{
    if (o->kind == OPERATION_DESK)
        return desk_play(p->desk, &o->desk, &p->got);
    dbk_err *e = p->desk ? desk_speak(p->desk, p->book, &o->by) : NULL;
    return e ? e : play(p->book, o, &p->got);
}

static dbk_err *play_one(player *p, size_t at, fault f)
{
    const operation *o = &p->history.operations[at];
    p->state->at = at;
    p->state->spared = at + 1;
    p->state->faults[f]++;
    if (f == FAULT_CLIENT_BEFORE)
        (void)raise(SIGKILL);
    if (!faults_is_client(f))
        atomic_store(&p->state->armed, f);
    buf_clear(&p->got);
    dbk_err *e = be_away(p, at);
    if (!e)
        e = tell(p, o);
    if (!e && f == FAULT_CLIENT_AFTER)
        (void)raise(SIGKILL);
    if (!e && atomic_load(&p->state->armed) != FAULT_NONE)
        e = err_new(ERR_INTERNAL, "the fault of the operation did not happen");
    if (!e && faults_is_lost_answer(f))
        e = expect_again(p, o);
    if (e)
        return err_wrap(e, "while playing operation %zu of seed %llu", at,
                        (unsigned long long)p->options->seed);
    if (atomic_load(&p->state->away) ? is_spooled(p) : is_same(p, f))
        return NULL;
    p->state->result = PLAYER_DIFFERS;
    report(p, "seed %llu, operation %zu (%s): answers differ\n", (unsigned long long)p->options->seed, at,
           history_operation_name(o));
    report_lines(p, of_the_book(p), &p->got);
    report_lines(p, "of the reference", &p->expected);
    return NULL;
}

/* Until the operation that an earlier player was at, the reference alone is told; of that one it has heard.
 */
static dbk_err *play_all(player *p)
{
    size_t from = p->state->at;
    dbk_err *e = NULL;
    for (size_t i = 0; !e && i < p->history.count && p->state->result == PLAYER_UNFINISHED; i++) {
        buf_clear(&p->expected);
        e = reference_take(p->reference, &p->history.operations[i], &p->expected);
        fault f = e ? FAULT_NONE : fault_of(p, i);
        bool spared = i < p->state->spared;
        if (!e && spared && faults_is_lost_answer(f))
            e = expect_again(p, &p->history.operations[i]);
        if (!e && i >= from)
            e = play_one(p, i, spared ? FAULT_NONE : f);
    }
    return e;
}

/* ---- dumps ---- */

static ssize_t append_dump(void *cookie, const char *data, size_t length)
{
    buf_append(cookie, data, length);
    return (ssize_t)length;
}

static dbk_err *dump_server(const player *p, const book_dump_options *options)
{
    pg_conn *c = NULL;
    book_dump_result unused;
    arena *a = arena_new(0);
    dbk_err *e = a ? pg_connect(&(pg_connect_options){.url = p->options->direct_url}, &c) : err_oom();
    if (!e)
        e = book_snapshot_begin(c, a);
    if (!e)
        e = book_dump(c, options, &unused);
    pg_close(c);
    arena_free(a);
    return e;
}

static dbk_err *dump_file(const player *p, const book_dump_options *options)
{
    sqlite_db *db = NULL;
    book_dump_result unused;
    dbk_err *e =
        sqlite_open(&(sqlite_open_options){.path = p->options->path, .access = SQLITE_FOR_READING}, &db);
    if (!e)
        e = book_dump_file(db, options, &unused);
    sqlite_close(db);
    return e;
}

static dbk_err *dump_book(player *p, buf *out)
{
    char texts[HISTORY_ACCOUNTS][UUID_TEXT_SIZE];
    const char *ids[HISTORY_ACCOUNTS];
    for (size_t i = 0; i < HISTORY_ACCOUNTS; i++) {
        uuid_format(&p->history.accounts[i], texts[i]);
        ids[i] = texts[i];
    }
    const char *sections[REFERENCE_SECTIONS_MAX];
    size_t section_count = reference_sections(sections);
    FILE *stream = fopencookie(out, "w", (cookie_io_functions_t){.write = append_dump});
    if (!stream)
        return err_oom();
    book_dump_options options = {.accounts = {ids, HISTORY_ACCOUNTS},
                                 .sections = sections,
                                 .section_count = section_count,
                                 .out = stream};
    dbk_err *e = p->options->store == STORE_FILE ? dump_file(p, &options) : dump_server(p, &options);
    if (fclose(stream) != 0 && !e)
        e = err_new(ERR_IO, "cannot read the dump");
    return e ? e : buf_error(out);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Appends the lines in their order, byte by byte. */
static dbk_err *append_sorted(buf *out, buf *lines)
{
    size_t count = 0, made = 0;
    for (size_t i = 0; i < lines->length; i++)
        count += lines->data[i] == '\n';
    const char **each = mem_alloc((count + 1) * sizeof(*each));
    if (!each)
        return err_oom();
    for (char *at = lines->data; made < count; made++) {
        each[made] = at;
        at += strcspn(at, "\n");
        *at++ = '\0';
    }
    qsort(each, count, sizeof(*each), by_text);
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "%s\n", each[i]);
    mem_free(each);
    return buf_error(out);
}

/* Of the book and the reference, after their dumps. */
static dbk_err *add_desks(player *p)
{
    buf lines;
    buf_init(&lines, DUMP_BYTES_MAX);
    dbk_err *e = desk_state(p->desk, p->history.accounts, HISTORY_ACCOUNTS, &lines);
    if (!e)
        e = append_sorted(&p->got, &lines);
    buf_clear(&lines);
    if (!e)
        e = reference_desk(p->reference, &lines);
    if (!e)
        e = append_sorted(&p->expected, &lines);
    buf_term(&lines);
    return e;
}

static dbk_err *compare_dumps(player *p)
{
    buf_clear(&p->got);
    buf_clear(&p->expected);
    dbk_err *e = dump_book(p, &p->got);
    if (!e)
        e = reference_dump(p->reference, &p->expected);
    if (!e && p->desk)
        e = add_desks(p);
    if (!e)
        e = sha256_of(p->got.data, p->got.length, p->state->dump_sha256);
    if (e)
        return err_wrap(e, "while dumping seed %llu", (unsigned long long)p->options->seed);
    bool same =
        p->got.length == p->expected.length && memcmp(p->got.data, p->expected.data, p->got.length) == 0;
    p->state->result = same ? PLAYER_SAME : PLAYER_DIFFERS;
    if (same)
        return NULL;
    report(p, "seed %llu: the books differ after %zu operations\n", (unsigned long long)p->options->seed,
           p->history.count);
    report_dumps(p);
    return NULL;
}

/* Of every other pair of seeds, of which one has a desk, the server hears the fills as those of a group. */
static dbk_err *join_group(player *p)
{
    dbk_group *group = NULL;
    if (p->options->store != STORE_SERVER || p->options->seed / 2 % 2 == 0)
        return NULL;
    dbk_err *e = dbk_group_new(&group);
    if (!e)
        e = dbk_group_join(p->book, group);
    dbk_group_free(group);
    return e;
}

static dbk_err *run(player *p, arena *a)
{
    p->reference = reference_new();
    if (!p->reference)
        return err_oom();
    bool has_desk = p->options->store == STORE_SERVER && history_has_desk(p->options->seed);
    dbk_err *e = history_make(a, p->options->seed, p->options->operations, has_desk, &p->history);
    if (!e && has_desk)
        e = desk_open(p->options->url, p->options->direct_url, RETRY_TOTAL_MS, &p->desk);
    if (!e)
        e = dbk_open(
            &(dbk_open_options){.size = sizeof(dbk_open_options),
                                .url = p->options->url,
                                .program = "daybook simulate",
                                .retry_total_ms = p->options->spool ? OUTAGE_RETRY_MS : RETRY_TOTAL_MS,
                                .spool = p->options->spool ? p->options->spool : "",
                                .intent_ttl_ms = INTENT_TTL_MS},
            &p->book);
    if (!e)
        e = join_group(p);
    if (!e)
        e = play_all(p);
    if (!e && p->state->result == PLAYER_UNFINISHED)
        e = be_away(p, p->history.count);
    if (!e && p->state->result == PLAYER_UNFINISHED)
        e = compare_dumps(p);
    if (!e && p->desk)
        e = desk_clear(p->desk);
    return e;
}

void player_run(const player_options *options, player_state *state)
{
    player p = {.options = options, .state = state};
    buf_init(&p.expected, DUMP_BYTES_MAX);
    buf_init(&p.got, DUMP_BYTES_MAX);
    arena *a = arena_new(HISTORY_BYTES_MAX);
    dbk_err *e = a ? run(&p, a) : err_oom();
    if (e) {
        state->result = PLAYER_FAILED;
        for (const dbk_err *link = e; link; link = err_cause(link))
            report(&p, "%s%s", link == e ? "" : ": ", err_message(link));
    }
    err_free(e);
    desk_close(p.desk);
    dbk_close(p.book);
    reference_free(p.reference);
    arena_free(a);
    buf_term(&p.expected);
    buf_term(&p.got);
}
