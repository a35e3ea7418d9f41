/* Lines of JSON in the files of a folder: events-<epoch>-<first place>.jsonl, each place once and in order.
 * The epoch is in the name since places may go back with a new one, and the names have to sort as the lines
 * do.
 *
 * A line counts once it is on disk, and the cursor moves after that. A process that is killed, or a machine,
 * leaves a torn end behind: on opening, the newest file is read as a whole, as far as each line follows on
 * the one before, and cut there. So the files themselves say where to go on, and nothing is in them twice. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bus/event_json.h"
#include "bus/sinks.h"
#include "core/file.h"
#include "core/mem.h"

#define PREFIX "events-"
#define SUFFIX ".jsonl"
#define NAME_FORMAT PREFIX "%010" PRId32 "-%020" PRId64 SUFFIX
#define NAME_LENGTH (sizeof(PREFIX) - 1 + 10 + 1 + 20 + sizeof(SUFFIX) - 1)
#define FILE_MIB 64
#define FILES_KEPT 256
#define CHUNK_BYTES ((size_t)1 << 20)
#define LINE_BYTES_MAX ((size_t)64 << 20)

struct sink {
    const sink_options *o;
    const char *folder;
    int folder_fd; /* locked */
    int fd;        /* the newest file; -1: none yet */
    int64_t size, size_max, files_max;
    buf text;
    bus_place written;
};

/* ---- names ---- */

static bool is_ours(const char *name)
{
    const char *epoch = name + sizeof(PREFIX) - 1;
    return strlen(name) == NAME_LENGTH && strncmp(name, PREFIX, sizeof(PREFIX) - 1) == 0 &&
           strspn(epoch, "0123456789") == 10 && epoch[10] == '-' && strspn(epoch + 11, "0123456789") == 20 &&
           strcmp(epoch + 31, SUFFIX) == 0;
}

/* Ours, oldest first: the names sort as the places do. */
static dbk_err *list(const sink *s, arena *a, char ***names, size_t *count)
{
    size_t all;
    dbk_err *e = file_list(a, s->folder, names, &all);
    *count = 0;
    for (size_t i = 0; i < all && !e; i++)
        if (is_ours((*names)[i]))
            (*names)[(*count)++] = (*names)[i];
    return e;
}

/* ---- reading the end ---- */

/* What a line that this sink has written begins with. */
static bool parse_line(const char *line, size_t length, bus_place *out)
{
    char head[80];
    int end = 0, epoch;
    int64_t seq;
    snprintf(head, sizeof(head), "%.*s", (int)(length < sizeof(head) ? length : sizeof(head) - 1), line);
    if (sscanf(head, "{\"seq\":%" SCNd64 ",\"epoch\":%d,\"id\":\"%n", &seq, &epoch, &end) != 2 || end == 0)
        return false;
    *out = (bus_place){.epoch = epoch, .seq = seq};
    return line[length - 1] == '}' && !memchr(line, '\0', length);
}

/* Places rise by one; in a new epoch they may begin anywhere. */
static bool follows(bus_place next, bus_place last)
{
    return last.seq == 0 || next.epoch > last.epoch || (next.epoch == last.epoch && next.seq == last.seq + 1);
}

/* Takes whole lines out of the text while they follow. False: the rest is not to be read. */
static bool take_lines(buf *text, bus_place *last, int64_t *good)
{
    char *newline;
    while ((newline = memchr(text->data, '\n', text->length))) {
        size_t length = (size_t)(newline - text->data);
        bus_place place;
        if (length == 0 || !parse_line(text->data, length, &place) || !follows(place, *last))
            return false;
        *last = place;
        *good += (int64_t)length + 1;
        buf_consume(text, length + 1);
    }
    return true;
}

/* *good is the length of what is whole in the file, and *last the place it ends with. */
static dbk_err *read_whole(int fd, const char *name, bus_place *last, int64_t *good)
{
    buf text;
    dbk_err *e = NULL;
    buf_init(&text, LINE_BYTES_MAX);
    *good = 0;
    *last = (bus_place){0};
    for (;;) {
        void *room = buf_reserve(&text, CHUNK_BYTES);
        ssize_t n = room ? read(fd, room, CHUNK_BYTES) : 0;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            e = err_errno(errno, "could not read %s", name);
        if (n <= 0)
            break;
        buf_added(&text, (size_t)n);
        if (!take_lines(&text, last, good))
            break;
    }
    if (!e)
        e = buf_error(&text);
    buf_term(&text);
    return e;
}

/* Opens the newest file and cuts off what is torn. */
static dbk_err *open_newest(sink *s, const char *name, bus_place *last)
{
    struct stat st;
    int64_t good = 0;
    s->fd = openat(s->folder_fd, name, O_RDWR | O_APPEND | O_CLOEXEC);
    if (s->fd < 0 || fstat(s->fd, &st) != 0)
        return err_errno(errno, "could not open %s/%s", s->folder, name);
    dbk_err *e = read_whole(s->fd, name, last, &good);
    if (e)
        return e;
    if (good < st.st_size) {
        log_fields(s->o->log, LOG_WARNING, "the torn end of a file is cut off", LOG_STR("file", name),
                   LOG_INT("bytes", st.st_size - good), LOG_INT("after", last->seq));
        if (ftruncate(s->fd, good) != 0 || fsync(s->fd) != 0)
            return err_errno(errno, "could not cut %s/%s", s->folder, name);
    }
    s->size = good;
    return NULL;
}

static dbk_err *tail_of_file(sink *s, bus_place *out, bool *known)
{
    char **names;
    size_t count;
    bus_place last = {0};
    arena *a = arena_new(0);
    dbk_err *e = a ? list(s, a, &names, &count) : err_oom();
    /* One that nothing is left of was begun and not written to. */
    for (size_t i = e ? 0 : count; i > 0 && last.seq == 0 && !e; i--) {
        if (s->fd >= 0)
            close(s->fd);
        s->fd = -1;
        e = open_newest(s, names[i - 1], &last);
        if (!e && last.seq == 0 && unlinkat(s->folder_fd, names[i - 1], 0) != 0)
            e = err_errno(errno, "could not remove the empty %s/%s", s->folder, names[i - 1]);
    }
    arena_free(a);
    if (e)
        return e;
    *known = last.seq > 0;
    *out = s->written = last;
    if (!*known && s->fd >= 0) {
        close(s->fd);
        s->fd = -1;
    }
    return NULL;
}

/* ---- looking from outside ---- */

/* The last whole line of a text that may begin and end in the middle of one. */
static bool last_line(const char *text, size_t length, bool from_start, bus_place *out)
{
    const char *end = memrchr(text, '\n', length);
    if (!end)
        return false;
    const char *before = memrchr(text, '\n', (size_t)(end - text));
    if (!before && !from_start)
        return false;
    const char *line = before ? before + 1 : text;
    return end > line && parse_line(line, (size_t)(end - line), out);
}

/* From the end, in pieces that grow until a whole line is in one. A line that is being written does not
 * count. */
static dbk_err *look_at_end(const char *path, bus_place *out, bool *known)
{
    dbk_err *e = NULL;
    struct stat st;
    buf text;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0)
        e = err_errno(errno, "could not open %s", path);
    buf_init(&text, 2 * LINE_BYTES_MAX);
    for (off_t length = CHUNK_BYTES; !e && !*known; length *= 2) {
        off_t from = st.st_size > length ? st.st_size - length : 0;
        buf_clear(&text);
        char *room = buf_reserve(&text, (size_t)(st.st_size - from));
        ssize_t n = room ? pread(fd, room, (size_t)(st.st_size - from), from) : 0;
        e = n < 0 ? err_errno(errno, "could not read %s", path) : buf_error(&text);
        if (!e)
            *known = last_line(room, (size_t)n, from == 0, out);
        if (from == 0)
            break;
    }
    buf_term(&text);
    if (fd >= 0)
        close(fd);
    return e;
}

static dbk_err *look_file(const sink_options *o, arena *a, bus_place *out, bool *known)
{
    char **names;
    size_t count;
    const sink s = {.folder = o->address};
    dbk_err *e = list(&s, a, &names, &count);
    *known = false;
    /* The newest may have been made and not be written to. */
    for (size_t i = e ? 0 : count; i > 0 && !*known && !e; i--) {
        char *path = arena_printf(a, "%s/%s", o->address, names[i - 1]);
        e = path ? look_at_end(path, out, known) : err_oom();
    }
    return e;
}

/* ---- writing ---- */

static dbk_err *sync_file(sink *s)
{
    if (s->fd >= 0 && fdatasync(s->fd) != 0)
        return err_errno(errno, "could not flush the newest file of %s to disk", s->folder);
    return NULL;
}

/* Removes the oldest beyond how many are kept; the new one is there already. */
static dbk_err *prune(sink *s)
{
    char **names;
    size_t count;
    arena *a = arena_new(0);
    dbk_err *e = a ? list(s, a, &names, &count) : err_oom();
    for (size_t i = 0; !e && (int64_t)(count - i) > s->files_max; i++) {
        if (unlinkat(s->folder_fd, names[i], 0) != 0)
            e = err_errno(errno, "could not remove %s/%s", s->folder, names[i]);
        else
            log_fields(s->o->log, LOG_INFO, "the oldest file is removed", LOG_STR("file", names[i]));
    }
    arena_free(a);
    return e;
}

static dbk_err *begin_file(sink *s, bus_place first)
{
    char name[NAME_LENGTH + 1];
    dbk_err *e = sync_file(s);
    if (e)
        return e;
    if (s->fd >= 0)
        close(s->fd);
    snprintf(name, sizeof(name), NAME_FORMAT, first.epoch, first.seq);
    s->fd = openat(s->folder_fd, name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (s->fd < 0 || fsync(s->folder_fd) != 0)
        return err_errno(errno, "could not make %s/%s", s->folder, name);
    s->size = 0;
    return prune(s);
}

static dbk_err *flush(sink *s)
{
    size_t at = 0;
    dbk_err *e = buf_error(&s->text);
    while (!e && at < s->text.length) {
        ssize_t n = write(s->fd, s->text.data + at, s->text.length - at);
        if (n < 0 && errno != EINTR)
            e = err_errno(errno, "could not write to the newest file of %s", s->folder);
        at += n > 0 ? (size_t)n : 0;
    }
    s->size += (int64_t)at;
    buf_clear(&s->text);
    return e;
}

static dbk_err *write_file(sink *s, const bus_event *events, size_t count)
{
    dbk_err *e = NULL;
    for (size_t i = 0; i < count && !e; i++) {
        if (s->fd < 0 || s->size + (int64_t)s->text.length >= s->size_max) {
            e = s->fd < 0 ? NULL : flush(s);
            if (!e)
                e = begin_file(s, events[i].place);
        }
        event_json_append(&s->text, &events[i]);
        buf_append_char(&s->text, '\n');
        if (!e && s->text.length >= CHUNK_BYTES)
            e = flush(s);
    }
    if (!e)
        e = flush(s);
    if (!e && count > 0)
        s->written = events[count - 1].place;
    return e;
}

static dbk_err *settle_file(sink *s, bool wait, bus_place *durable)
{
    (void)wait;
    if (bus_place_compare(s->written, *durable) <= 0)
        return NULL;
    dbk_err *e = sync_file(s);
    if (!e)
        *durable = s->written;
    return e;
}

/* ---- opening ---- */

static void close_file(sink *s)
{
    if (!s)
        return;
    if (s->fd >= 0)
        close(s->fd);
    if (s->folder_fd >= 0)
        close(s->folder_fd);
    buf_term(&s->text);
    mem_free(s);
}

/* The cursor keeps out who works with the same database; the lock keeps out everybody else, and one that was
 * stopped in the middle of a write. */
static dbk_err *open_folder(sink *s)
{
    dbk_err *e = file_make_dirs(s->folder, 0750);
    if (e)
        return e;
    s->folder_fd = open(s->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (s->folder_fd < 0)
        return err_errno(errno, "could not open the folder %s", s->folder);
    if (flock(s->folder_fd, LOCK_EX | LOCK_NB) == 0)
        return NULL;
    if (errno == EWOULDBLOCK)
        return err_new(ERR_BUSY, "another process writes to the folder %s", s->folder);
    return err_errno(errno, "could not lock the folder %s", s->folder);
}

static dbk_err *open_file(const sink_options *o, sink **out)
{
    int64_t mib;
    if (o->address[0] == '\0')
        return err_new(ERR_USAGE, "file: names no folder");
    sink *s = mem_alloc(sizeof(*s));
    if (!s)
        return err_oom();
    *s = (sink){.o = o, .folder = o->address, .folder_fd = -1, .fd = -1};
    buf_init(&s->text, 2 * LINE_BYTES_MAX);
    dbk_err *e = sinks_setting(o, "file.mib", FILE_MIB, 1, 1 << 20, &mib);
    if (!e)
        e = sinks_setting(o, "file.keep", FILES_KEPT, 2, 1 << 20, &s->files_max);
    if (!e)
        e = open_folder(s);
    if (e) {
        close_file(s);
        return e;
    }
    s->size_max = mib << 20;
    *out = s;
    return NULL;
}

const sink_ops sink_file = {
    .prefix = "file:",
    .name = "file",
    .help = "file:FOLDER: lines of JSON in files; file.mib and file.keep say how large and how many",
    .settings = (const char *const[]){"file.mib", "file.keep", NULL},
    .open = open_file,
    .tail = tail_of_file,
    .write = write_file,
    .settle = settle_file,
    .close = close_file,
    .look = look_file,
};
