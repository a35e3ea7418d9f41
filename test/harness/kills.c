/* Clients of a book that are killed again and again, and the parent that kills them.
 *
 *     kills FOLDER CLIENTS SEED MEAN_US URL...
 *
 * Client n records an endless history of orders, events, fills, busts, corrections and money through the n-th
 * URL (modulo their number). What step k of client n does depends on n and k alone, so a client that is
 * started again needs to know nothing but how far it came. It keeps that in two journals, each line appended
 * by one write(2), which outlives a SIGKILL:
 *
 *     FOLDER/n.sent    step, table, account, ids       before it asks
 *     FOLDER/n.done    the same, outcome, answer       when it has the answer
 *
 * A new incarnation asks again for the last steps that were answered, whose answers must be what they were,
 * and goes on with the first that was not. What is wrong goes to FOLDER/n.wrong. A SIGKILL may tear a line
 * that crosses a page: such a line has no end, and counts as not written.
 *
 * The parent takes commands on standard input and answers each with a line:
 *
 *     kill N      kills N clients, each at a random moment MEAN_US apart on average, and starts them again
 *     progress    waits until every client has had another answer
 *     end         kills all of them and ends
 *     last        lets every client finish the step that it does not know, and ends
 */
#define _GNU_SOURCE
#include <daybook.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CLIENTS_MAX = 64,
    URLS_MAX = 4,
    BATCH = 5,
    REPEATED = 2,
    LINE_SIZE = 2048,
    TAIL_SIZE = 8192,
    PATIENCE = 12000
};

/* ---- what a client does ---- */

typedef enum step_kind { SUBMIT, EVENT, FILL, FILLS, BUST, CORRECT, CASH, FUNDING } step_kind;

typedef struct step {
    step_kind kind;
    char order;                 /* of the episode; 'x' is one that is never submitted */
    dbk_order_event_kind event; /* EVENT */
    int fill;                   /* BUST and CORRECT: the step of the fill */
} step;

/* Two orders through most of their states; fills early, under a pending cancel, in a batch, late, and after
 * the word that they are void; money. */
static const step episode[] = {
    {SUBMIT, 'a', 0, 0},
    {EVENT, 'a', DBK_ACKNOWLEDGE, 0},
    {FILL, 'a', 0, 0},
    {FILL, 'x', 0, 0},
    {EVENT, 'a', DBK_CANCEL_REQUEST, 0},
    {FILL, 'a', 0, 0},
    {FILLS, 'a', 0, 0},
    {BUST, 'a', 0, 9},
    {EVENT, 'a', DBK_CANCEL, 0},
    {FILL, 'a', 0, 0},
    {CORRECT, 'a', 0, 2},
    {CASH, 'a', 0, 0},
    {SUBMIT, 'b', 0, 0},
    {EVENT, 'b', DBK_ACKNOWLEDGE, 0},
    {EVENT, 'b', DBK_REPLACE_REQUEST, 0},
    {EVENT, 'b', DBK_OUTCOME_UNKNOWN, 0},
    {EVENT, 'b', DBK_REPLACE, 0},
    {FILLS, 'b', 0, 0},
    {BUST, 'a', 0, 5},
    {FUNDING, 'b', 0, 0},
    {CORRECT, 'b', 0, 17},
    {EVENT, 'b', DBK_EXPIRE, 0},
};
#define EPISODE_STEPS ((long)(sizeof(episode) / sizeof(episode[0])))

typedef struct client {
    int number;
    const char *url;
    dbk_book *book;
    int sent, done, wrong;
    long next;                         /* step */
    char answers[REPEATED][LINE_SIZE]; /* lines of the last steps, the newest last */
    atomic_long *answered;
} client;

/* One step of one client, made concrete. */
typedef struct request {
    long number;
    const step *what;
    dbk_uuid account, instrument, order, fill, ids[BATCH];
    int64_t at_us;
    size_t id_count;
    const char *side, *table;
} request;

typedef struct reply {
    dbk_outcome outcome;
    char text[LINE_SIZE / 2];
} reply;

static const dbk_uuid space = {{0x6b}};

static dbk_uuid numbered(uint8_t kind, int number)
{
    return (dbk_uuid){.bytes = {[0] = kind, [15] = (uint8_t)number}};
}

static void name_order(const client *c, const request *r, char order, dbk_uuid *out)
{
    char name[80];
    snprintf(name, sizeof(name), "%d/%ld/%c", c->number, r->number / EPISODE_STEPS, order);
    dbk_uuid_from_name(&space, name, out);
}

static void name_fact(const client *c, long number, size_t member, dbk_uuid *out)
{
    char name[80];
    snprintf(name, sizeof(name), "%d/%ld/%zu", c->number, number, member);
    dbk_uuid_from_name(&space, name, out);
}

static request request_of(const client *c, long number)
{
    long round = number / EPISODE_STEPS;
    request r = {.number = number, .what = &episode[number % EPISODE_STEPS]};
    /* Every other episode is on the account that all share, and its positions are everybody's. */
    r.account = numbered(0xac, round % 2 ? 0 : c->number + 1);
    r.instrument = numbered(0x1d, (int)(round / 2 % 2));
    r.side = (c->number + round) % 2 ? "buy" : "sell";
    /* No two clients say that something happened at the same moment: funding is known by its time. */
    r.at_us = INT64_C(1709294400000000) + number * 1000000 + c->number;
    name_order(c, &r, r.what->order, &r.order);
    static const char *const tables[] = {
        [SUBMIT] = "orders",     [EVENT] = "order_events",      [FILL] = "fills",
        [FILLS] = "fills",       [BUST] = "fill_events",        [CORRECT] = "fill_events",
        [CASH] = "cash_entries", [FUNDING] = "funding_payments"};
    r.table = tables[r.what->kind];
    r.id_count = r.what->kind == FILLS ? BATCH : 1;
    if (r.what->kind == SUBMIT) {
        r.ids[0] = r.order;
        return r;
    }
    for (size_t i = 0; i < r.id_count; i++)
        name_fact(c, number, i, &r.ids[i]);
    name_fact(c, number - number % EPISODE_STEPS + r.what->fill, 0, &r.fill);
    return r;
}

static dbk_err *submit(client *c, const request *r, reply *out)
{
    dbk_order_answer answer;
    dbk_order order = {.size = sizeof(order),
                       .account_id = r->account,
                       .order_id = r->order,
                       .instrument_id = r->instrument,
                       .side = r->side,
                       .type = "limit",
                       .qty = "1000",
                       .price = "100"};
    dbk_err *e = dbk_order_submit(c->book, &order, &answer);
    if (!e) {
        out->outcome = answer.answer.outcome;
        snprintf(out->text, sizeof(out->text), "-");
    }
    return e;
}

static dbk_err *tell(client *c, const request *r, reply *out)
{
    dbk_order_answer answer;
    bool terms = r->what->event == DBK_REPLACE_REQUEST;
    dbk_order_event event = {.size = sizeof(event),
                             .account_id = r->account,
                             .order_id = r->order,
                             .event_id = r->ids[0],
                             .kind = r->what->event,
                             .qty = terms ? "900" : NULL,
                             .price = terms ? "101.5" : NULL};
    dbk_err *e = dbk_order_record(c->book, &event, &answer);
    if (!e) {
        out->outcome = answer.answer.outcome;
        snprintf(out->text, sizeof(out->text), "%s %lld", answer.status, (long long)answer.version);
    }
    return e;
}

/* Member n of a step's fills. Quantity, price and fee differ, so that a sum shows what is missing. */
static dbk_fill fill_of(const client *c, const request *r, size_t n, char qty[24], char price[24])
{
    snprintf(qty, 24, "%ld.%03ld", 1 + (r->number + (long)n) % 7, (r->number * 37 + c->number) % 1000);
    snprintf(price, 24, "%ld.%02ld", 95 + r->number % 11, (r->number * 13 + (long)n) % 100);
    dbk_fill fill = {.size = sizeof(fill),
                     .account_id = r->account,
                     .fill_id = r->ids[n],
                     .order_id = r->order,
                     .instrument_id = r->instrument,
                     .side = r->side,
                     .qty = qty,
                     .price = price,
                     .fee = "0.0125",
                     .filled_us = r->at_us};
    if (n % 2) { /* a batch touches two orders and two positions */
        name_order(c, r, 'x', &fill.order_id);
        fill.order_id.bytes[15] ^= 1;
        fill.instrument_id.bytes[15] ^= 1;
    }
    return fill;
}

static void describe(const dbk_fill_answer *answer, reply *out)
{
    size_t used = strlen(out->text);
    snprintf(out->text + used, sizeof(out->text) - used, "%s %s %s %s %s %s; ", answer->order_status,
             answer->order_cum_qty, answer->position_qty,
             answer->position_avg_price ? answer->position_avg_price : "-", answer->realized_pnl,
             answer->flags);
}

static dbk_err *record(client *c, const request *r, reply *out)
{
    dbk_fill fills[BATCH];
    dbk_fill_answer answers[BATCH];
    char texts[BATCH][2][24];
    for (size_t i = 0; i < r->id_count; i++)
        fills[i] = fill_of(c, r, i, texts[i][0], texts[i][1]);
    dbk_err *e = r->what->kind == FILLS ? dbk_fills_record(c->book, fills, r->id_count, answers)
                                        : dbk_fill_record(c->book, &fills[0], &answers[0]);
    if (e)
        return e;
    out->outcome = answers[0].answer.outcome;
    out->text[0] = '\0';
    for (size_t i = 0; i < r->id_count; i++) {
        describe(&answers[i], out);
        if (answers[i].answer.outcome != out->outcome)
            out->outcome = DBK_CONFLICT; /* a batch is in the book as a whole or not at all */
    }
    return NULL;
}

static dbk_err *amend(client *c, const request *r, reply *out)
{
    dbk_fill_event_answer answer;
    dbk_bust bust = {
        .size = sizeof(bust), .account_id = r->account, .event_id = r->ids[0], .fill_id = r->fill};
    dbk_correction correction = {.size = sizeof(correction),
                                 .account_id = r->account,
                                 .event_id = r->ids[0],
                                 .fill_id = r->fill,
                                 .price = "97.25",
                                 .fee = "0.5"};
    dbk_err *e = r->what->kind == BUST ? dbk_fill_bust(c->book, &bust, &answer)
                                       : dbk_fill_correct(c->book, &correction, &answer);
    if (e)
        return e;
    out->outcome = answer.answer.outcome;
    if (answer.waiting)
        snprintf(out->text, sizeof(out->text), "waiting");
    else
        snprintf(out->text, sizeof(out->text), "%s %s %s %s", answer.order_status, answer.order_cum_qty,
                 answer.position_qty, answer.realized_pnl);
    return NULL;
}

static dbk_err *book_cash(client *c, const request *r, reply *out)
{
    dbk_answer answer;
    dbk_cash cash = {.size = sizeof(cash),
                     .account_id = r->account,
                     .entry_id = r->ids[0],
                     .kind = "deposit",
                     .currency = "USD",
                     .amount = "12.5",
                     .occurred_us = r->at_us};
    dbk_err *e = dbk_cash_record(c->book, &cash, &answer);
    if (!e) {
        out->outcome = answer.outcome;
        snprintf(out->text, sizeof(out->text), "-");
    }
    return e;
}

static dbk_err *book_funding(client *c, const request *r, reply *out)
{
    dbk_funding_answer answer;
    dbk_funding funding = {.size = sizeof(funding),
                           .account_id = r->account,
                           .payment_id = r->ids[0],
                           .instrument_id = r->instrument,
                           .funding_us = r->at_us,
                           .rate = "0.0001",
                           .mark = "101.25"};
    dbk_err *e = dbk_funding_record(c->book, &funding, &answer);
    if (!e) {
        out->outcome = answer.answer.outcome;
        snprintf(out->text, sizeof(out->text), "%s %s %s", answer.amount, answer.currency,
                 answer.position_qty);
    }
    return e;
}

static dbk_err *ask_once(client *c, const request *r, reply *out)
{
    switch (r->what->kind) {
    case SUBMIT:
        return submit(c, r, out);
    case EVENT:
        return tell(c, r, out);
    case FILL:
    case FILLS:
        return record(c, r, out);
    case BUST:
    case CORRECT:
        return amend(c, r, out);
    case CASH:
        return book_cash(c, r, out);
    case FUNDING:
        break;
    }
    return book_funding(c, r, out);
}

/* ---- journals ---- */

static void die(const char *what)
{
    perror(what);
    _exit(3);
}

static int open_journal(const char *folder, int number, const char *name)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%d.%s", folder, number, name);
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (fd < 0)
        die(path);
    return fd;
}

static void append(int fd, const char *line)
{
    size_t length = strlen(line);
    if (write(fd, line, length) != (ssize_t)length)
        die("a journal");
}

static void complain(const client *c, const request *r, const char *what, const char *more)
{
    char line[2 * LINE_SIZE];
    snprintf(line, sizeof(line), "client %d step %ld: %s: %s\n", c->number, r->number, what, more);
    append(c->wrong, line);
}

/* "step table account ids", with tabs between. */
static size_t print_request(const request *r, char *out, size_t size)
{
    char account[DBK_UUID_TEXT_SIZE], id[DBK_UUID_TEXT_SIZE];
    dbk_uuid_format(&r->account, account);
    size_t used = (size_t)snprintf(out, size, "%ld\t%s\t%s\t{", r->number, r->table, account);
    for (size_t i = 0; i < r->id_count; i++) {
        dbk_uuid_format(&r->ids[i], id);
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? "," : "", id);
    }
    return used + (size_t)snprintf(out + used, size - used, "}");
}

/* The last `size - 1` bytes of a journal, after a torn last line was cut off; starts with a whole line. */
static char *read_tail(int fd, char *buffer, size_t size)
{
    off_t end = lseek(fd, 0, SEEK_END);
    off_t start = end > (off_t)size - 1 ? end - ((off_t)size - 1) : 0;
    ssize_t got = pread(fd, buffer, size - 1, start);
    if (end < 0 || got < 0)
        die("a journal");
    while (got > 0 && buffer[got - 1] != '\n')
        got--;
    buffer[got] = '\0';
    if (start + got < end && ftruncate(fd, start + got) != 0)
        die("a journal");
    char *first = buffer;
    if (start > 0)
        first = strchr(buffer, '\n') + 1;
    return first;
}

/* Learns from the journal how far the incarnations before came. */
static void recall(client *c)
{
    char tail[TAIL_SIZE];
    char *rest = read_tail(c->sent, tail, sizeof(tail)); /* for its torn line only */
    rest = read_tail(c->done, tail, sizeof(tail));
    for (char *line; (line = strsep(&rest, "\n")) != NULL && *line;) {
        memmove(c->answers[0], c->answers[1], sizeof(c->answers[0]));
        snprintf(c->answers[REPEATED - 1], LINE_SIZE, "%s", line);
        c->next = strtol(line, NULL, 10) + 1;
    }
}

/* ---- the life of a client ---- */

static bool worth_another_try(client *c, const request *r, dbk_err *e)
{
    bool retryable = dbk_err_retryable(e);
    if (!retryable)
        complain(c, r, dbk_err_sqlstate(e), dbk_err_message(e));
    dbk_err_free(e);
    usleep(10000);
    return retryable;
}

/* False: the book answers with an error that repeating does not heal. */
static bool ask(client *c, const request *r, reply *out)
{
    dbk_err *e;
    while ((e = ask_once(c, r, out)) != NULL)
        if (!worth_another_try(c, r, e))
            return false;
    if (out->outcome != DBK_CREATED && out->outcome != DBK_REPLAYED)
        complain(c, r, dbk_outcome_name(out->outcome), out->text);
    return true;
}

/* What was answered before is asked for again, and answered as the first time. */
static void repeat(client *c, const char *line)
{
    request r = request_of(c, strtol(line, NULL, 10));
    reply now;
    if (!ask(c, &r, &now))
        return;
    const char *before = strrchr(line, '\t') + 1;
    if (now.outcome != DBK_REPLAYED)
        complain(c, &r, "acknowledged, and then not replayed but", dbk_outcome_name(now.outcome));
    else if (strcmp(before, now.text) != 0) {
        char both[2 * LINE_SIZE];
        snprintf(both, sizeof(both), "%s | %s", before, now.text);
        complain(c, &r, "answered otherwise than the first time", both);
    }
}

static void advance(client *c)
{
    request r = request_of(c, c->next++);
    reply answer;
    char line[LINE_SIZE];
    size_t used = print_request(&r, line, sizeof(line));
    snprintf(line + used, sizeof(line) - used, "\n");
    append(c->sent, line);
    if (!ask(c, &r, &answer))
        return;
    snprintf(line + used, sizeof(line) - used, "\t%s\t%s\n", dbk_outcome_name(answer.outcome), answer.text);
    append(c->done, line);
    atomic_fetch_add(c->answered, 1);
}

static void live(client *c, const char *folder, bool only_what_is_unknown)
{
    c->sent = open_journal(folder, c->number, "sent");
    c->done = open_journal(folder, c->number, "done");
    c->wrong = open_journal(folder, c->number, "wrong");
    recall(c);
    request first = request_of(c, c->next);
    dbk_open_options options = {.size = sizeof(options), .url = c->url, .program = "kills"};
    dbk_err *e;
    while ((e = dbk_open(&options, &c->book)) != NULL)
        if (!worth_another_try(c, &first, e))
            _exit(1);
    for (int i = 0; i < REPEATED; i++)
        if (c->answers[i][0])
            repeat(c, c->answers[i]);
    do
        advance(c);
    while (!only_what_is_unknown);
    dbk_close(c->book);
    _exit(0);
}

/* ---- the parent ---- */

typedef struct parent {
    const char *folder, *urls[URLS_MAX];
    int url_count, clients;
    long mean_us, killed;
    pid_t pids[CLIENTS_MAX];
    atomic_long *answered; /* one for each client, in memory that they share */
} parent;

static void start(parent *p, int number, bool only_what_is_unknown)
{
    pid_t self = getpid();
    pid_t pid = fork();
    if (pid < 0)
        die("fork");
    if (pid == 0) {
        /* Nobody goes on trading when the parent is gone. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != self)
            _exit(3);
        client c = {
            .number = number, .url = p->urls[number % p->url_count], .answered = &p->answered[number]};
        live(&c, p->folder, only_what_is_unknown);
    }
    p->pids[number] = pid;
}

static void kill_one(parent *p, int number)
{
    int status;
    kill(p->pids[number], SIGKILL);
    if (waitpid(p->pids[number], &status, 0) < 0)
        die("waitpid");
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        p->killed++;
    else
        printf("client %d ended by itself with status %#x\n", number, (unsigned)status);
}

static void kill_some(parent *p, long count)
{
    for (; count > 0; count--) {
        usleep((useconds_t)(random() % (2 * p->mean_us)));
        int number = (int)(random() % p->clients);
        kill_one(p, number);
        start(p, number, false);
    }
    printf("killed %ld\n", p->killed);
}

static void wait_for_progress(parent *p)
{
    long before[CLIENTS_MAX];
    for (int i = 0; i < p->clients; i++)
        before[i] = atomic_load(&p->answered[i]);
    for (int i = 0; i < p->clients; i++) {
        int naps = 0;
        for (; naps < PATIENCE && atomic_load(&p->answered[i]) == before[i]; naps++)
            usleep(5000);
        if (naps == PATIENCE)
            printf("client %d had no answer any more\n", i);
    }
    printf("progressed\n");
}

static void end_all(parent *p)
{
    for (int i = 0; i < p->clients; i++)
        kill_one(p, i);
    printf("killed %ld\n", p->killed);
}

/* Kills everybody, and lets each find out about the one step that it does not know. */
static void finish_all(parent *p)
{
    end_all(p);
    for (int i = 0; i < p->clients; i++)
        start(p, i, true);
    for (int i = 0; i < p->clients; i++) {
        int status;
        if (waitpid(p->pids[i], &status, 0) < 0 || status != 0)
            printf("client %d could not finish\n", i);
    }
    printf("finished\n");
}

int main(int argc, char **argv)
{
    if (argc < 6 || argc - 5 > URLS_MAX)
        return 2;
    parent p = {
        .folder = argv[1], .clients = (int)strtol(argv[2], NULL, 10), .mean_us = strtol(argv[4], NULL, 10)};
    if (p.clients < 1 || p.clients > CLIENTS_MAX || p.mean_us < 1)
        return 2;
    srandom((unsigned)strtoul(argv[3], NULL, 10));
    for (int i = 5; i < argc; i++)
        p.urls[p.url_count++] = argv[i];
    p.answered = mmap(NULL, CLIENTS_MAX * sizeof(atomic_long), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (p.answered == MAP_FAILED)
        die("mmap");
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int i = 0; i < p.clients; i++)
        start(&p, i, false);

    char command[64];
    while (fgets(command, sizeof(command), stdin)) {
        if (strncmp(command, "kill ", 5) == 0)
            kill_some(&p, strtol(command + 5, NULL, 10));
        else if (strcmp(command, "progress\n") == 0)
            wait_for_progress(&p);
        else
            break;
    }
    if (strcmp(command, "last\n") == 0)
        finish_all(&p);
    else
        end_all(&p);
    return 0;
}
