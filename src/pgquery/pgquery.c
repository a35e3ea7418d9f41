/* The child is a loop: read a question, call the library, write the answer. It is forked, not executed, so it
 * shares the program; it closes everything but its end of the socket, says nothing on the terminal (the
 * library prints failed assertions) and leaves no core file. */
#include "pgquery/pgquery.h"

#include <errno.h>
#include <fcntl.h>
#include <pg_query.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/clock.h"
#include "core/mem.h"

struct pgquery {
    pid_t child; /* 0: none */
    int fd;
    buf answer;
};

typedef struct question_head {
    uint32_t language;
    uint32_t length;
} question_head;

typedef struct answer_head {
    uint32_t parsed;
    uint32_t error_char;
    uint32_t length;
} answer_head;

static bool write_all(int fd, const void *data, size_t length)
{
    const char *p = data;
    while (length > 0) {
        ssize_t n = send(fd, p, length, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        length -= (size_t)n;
    }
    return true;
}

/* The child's reading: it may wait for ever, since it ends with its parent. */
static bool read_all(int fd, void *data, size_t length)
{
    char *p = data;
    while (length > 0) {
        ssize_t n = recv(fd, p, length, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        length -= (size_t)n;
    }
    return true;
}

static bool send_answer(int fd, bool parsed, int error_char, const char *text)
{
    answer_head head = {.parsed = parsed, .error_char = error_char > 0 ? (uint32_t)error_char : 0};
    size_t length = strlen(text);
    if (length > PGQUERY_ANSWER_MAX) {
        head.parsed = 0;
        text = "the parse tree is too big";
        length = strlen(text);
    }
    head.length = (uint32_t)length;
    return write_all(fd, &head, sizeof(head)) && write_all(fd, text, length);
}

static bool answer_sql(int fd, const char *text)
{
    PgQueryParseResult r = pg_query_parse(text);
    bool sent = r.error ? send_answer(fd, false, r.error->cursorpos, r.error->message)
                        : send_answer(fd, true, 0, r.parse_tree);
    pg_query_free_parse_result(r);
    return sent;
}

static bool answer_plpgsql(int fd, const char *text)
{
    PgQueryPlpgsqlParseResult r = pg_query_parse_plpgsql(text);
    bool sent =
        r.error ? send_answer(fd, false, 0, r.error->message) : send_answer(fd, true, 0, r.plpgsql_funcs);
    pg_query_free_plpgsql_parse_result(r);
    return sent;
}

/* Never returns. _exit: neither handlers nor buffers of the parent are the child's. */
static void child_run(int fd, pid_t parent)
{
    struct rlimit no_core = {0, 0};
    int null = open("/dev/null", O_RDWR);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (null < 0 || getppid() != parent)
        _exit(1);
    setrlimit(RLIMIT_CORE, &no_core);
    for (int i = 0; i <= 2; i++)
        dup2(null, i);
    fd = dup2(fd, 3);
    close_range(4, ~0U, 0);
    for (;;) {
        question_head head;
        if (!read_all(fd, &head, sizeof(head)) || head.length > PGQUERY_TEXT_MAX)
            _exit(0);
        char *text = mem_alloc((size_t)head.length + 1);
        if (!text || !read_all(fd, text, head.length))
            _exit(1);
        bool sent = head.language == PGQUERY_PLPGSQL ? answer_plpgsql(fd, text) : answer_sql(fd, text);
        mem_free(text);
        if (!sent)
            _exit(1);
    }
}

/* Returns the wait status. */
static int child_end(pgquery *p)
{
    int status = 0;
    if (p->child == 0)
        return 0;
    close(p->fd);
    kill(p->child, SIGKILL);
    while (waitpid(p->child, &status, 0) < 0 && errno == EINTR)
        ;
    p->child = 0;
    return status;
}

static dbk_err *child_start(pgquery *p)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return err_errno(errno, "cannot make a socket for the parser");
    pid_t parent = getpid(), child = fork();
    if (child == 0)
        child_run(ends[1], parent);
    int failure = errno;
    close(ends[1]);
    if (child < 0) {
        close(ends[0]);
        return err_errno(failure, "cannot start a process for the parser");
    }
    p->child = child;
    p->fd = ends[0];
    return NULL;
}

static void pgquery_term(void *arg)
{
    pgquery *p = arg;
    child_end(p);
    buf_term(&p->answer);
}

dbk_err *pgquery_start(arena *a, pgquery **out)
{
    pgquery *p = arena_alloc(a, sizeof(*p));
    if (!p)
        return err_oom();
    buf_init(&p->answer, PGQUERY_ANSWER_MAX + 1);
    if (!arena_defer(a, pgquery_term, p))
        return err_oom();
    dbk_err *e = child_start(p);
    if (!e)
        *out = p;
    return e;
}

typedef enum receiving { RECEIVED, ENDED, TOO_SLOW, NO_MEMORY } receiving;

static receiving receive(pgquery *p, void *data, size_t length, int64_t deadline_us)
{
    char *at = data;
    while (length > 0) {
        int64_t left_us = deadline_us - clock_system()->mono_us(clock_system());
        struct pollfd ready = {.fd = p->fd, .events = POLLIN};
        int polled = left_us > 0 ? poll(&ready, 1, (int)(left_us / 1000) + 1) : 0;
        if (polled < 0 && errno == EINTR)
            continue;
        if (polled <= 0)
            return TOO_SLOW;
        ssize_t n = recv(p->fd, at, length, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return ENDED;
        at += n;
        length -= (size_t)n;
    }
    return RECEIVED;
}

static receiving receive_answer(pgquery *p, answer_head *head)
{
    int64_t deadline_us =
        clock_system()->mono_us(clock_system()) + (int64_t)PGQUERY_TIMEOUT_MS * INT64_C(1000);
    receiving r = receive(p, head, sizeof(*head), deadline_us);
    if (r != RECEIVED)
        return r;
    buf_clear(&p->answer);
    void *room = buf_reserve(&p->answer, head->length);
    if (!room)
        return NO_MEMORY;
    r = receive(p, room, head->length, deadline_us);
    if (r == RECEIVED)
        buf_added(&p->answer, head->length);
    return r;
}

/* The child is gone or stuck; says so in place of an answer. */
static dbk_err *answer_failure(pgquery *p, receiving how, pgquery_answer *out)
{
    int status = child_end(p);
    buf_clear(&p->answer);
    if (how == TOO_SLOW)
        buf_printf(&p->answer, "the parser did not answer within %d s", PGQUERY_TIMEOUT_MS / 1000);
    else if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
        buf_printf(&p->answer, "the parser was ended by signal %d (%s)", WTERMSIG(status),
                   strsignal(WTERMSIG(status)));
    else
        buf_append_str(&p->answer, "the parser ended without an answer");
    dbk_err *e = buf_error(&p->answer);
    if (!e)
        *out = (pgquery_answer){.error = p->answer.data};
    return e;
}

dbk_err *pgquery_parse(pgquery *p, pgquery_language language, const char *text, pgquery_answer *out)
{
    size_t length = strlen(text);
    if (length > PGQUERY_TEXT_MAX)
        return err_new(ERR_LIMIT, "a text of %zu bytes is too long to be parsed", length);
    dbk_err *e = p->child ? NULL : child_start(p);
    if (e)
        return e;
    question_head question = {.language = language, .length = (uint32_t)length};
    answer_head head;
    receiving r = ENDED;
    if (write_all(p->fd, &question, sizeof(question)) && write_all(p->fd, text, length))
        r = receive_answer(p, &head);
    if (r == NO_MEMORY) {
        child_end(p);
        return err_oom();
    }
    if (r != RECEIVED)
        return answer_failure(p, r, out);
    if (head.parsed)
        *out = (pgquery_answer){.json = p->answer.data, .length = p->answer.length};
    else
        *out = (pgquery_answer){.error = p->answer.data, .error_char = head.error_char};
    return NULL;
}
