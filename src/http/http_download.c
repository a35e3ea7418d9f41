/* A file over HTTP, continued where an earlier try ended.
 *
 * The part and its tag are in step at every moment: a new version's bytes are written only after the part was
 * emptied and then the tag of that version written. A part without a tag is fetched anew. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "http/http_int.h"

#define STALL_MS 30000
#define TAG_BYTES_MAX 1024
#define TOLD_EVERY_US 100000
/* As much is read of an answer that says no, so that its connection can be used again. */
#define REFUSAL_BYTES_MAX ((int64_t)1 << 20)

typedef struct download {
    const http_download *d;
    const char *part;
    const char *tag_path;
    const char *tag; /* NULL: nothing to continue */
    int fd;
    int64_t had;   /* bytes of the part that the request counts on */
    int64_t size;  /* bytes of the part now */
    int64_t total; /* -1: unknown */
    int64_t refusal_bytes;
    bool begun;
    int64_t told_us;
} download;

static dbk_err *look_at_part(download *w, arena *a)
{
    struct stat st;
    w->tag = NULL;
    w->had = w->size = 0;
    if (stat(w->part, &st) != 0)
        return errno == ENOENT ? NULL : err_errno(errno, "could not look at %s", w->part);
    if (!S_ISREG(st.st_mode) || st.st_size == 0 || !file_exists(w->tag_path))
        return NULL;
    char *tag;
    size_t length;
    dbk_err *e = file_read(a, w->tag_path, TAG_BYTES_MAX, &tag, &length);
    if (e)
        return e;
    if (length > 0) {
        w->tag = tag;
        w->had = w->size = st.st_size;
    }
    return NULL;
}

/* What If-Range may name: a strong entity tag, or else the time of the last change. */
static const char *version_of(const http_exchange *x)
{
    const char *tag = http_exchange_header(x, "etag");
    if (tag && tag[0] == '"')
        return tag;
    return http_exchange_header(x, "last-modified");
}

static dbk_err *open_part(download *w, int flags)
{
    w->fd = open(w->part, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0644);
    return w->fd < 0 ? err_errno(errno, "could not open %s", w->part) : NULL;
}

static dbk_err *begin_anew(http_exchange *x, download *w)
{
    const char *version = version_of(x);
    const char *length = http_exchange_header(x, "content-length");
    w->had = w->size = 0;
    w->total = length ? strtoll(length, NULL, 10) : -1;
    if (unlink(w->tag_path) != 0 && errno != ENOENT)
        return err_errno(errno, "could not remove %s", w->tag_path);
    dbk_err *e = open_part(w, O_TRUNC);
    if (!e && version && strlen(version) <= TAG_BYTES_MAX)
        e = file_write_atomic(w->tag_path, version, strlen(version), 0644);
    return e;
}

static dbk_err *begin_again(http_exchange *x, download *w)
{
    const char *range = http_exchange_header(x, "content-range");
    long long from = -1;
    long long total = -1;
    if (!range || sscanf(range, "bytes %lld-%*d/%lld", &from, &total) < 1 || from != w->had)
        return err_new(ERR_CONNECTION, "%s was asked for the bytes from %lld on and answered with others: %s",
                       http_shown_url(x->arena, x->url), (long long)w->had,
                       range ? range : "of an unsaid range");
    w->total = total;
    return open_part(w, O_APPEND);
}

static dbk_err *begin(http_exchange *x, download *w)
{
    w->begun = true;
    dbk_err *e = x->status == 206 ? begin_again(x, w) : begin_anew(x, w);
    if (!e && w->d->size_bytes_max > 0 && w->total > w->d->size_bytes_max)
        e = err_new(ERR_LIMIT, "%s has %lld bytes, allowed are %lld", http_shown_url(x->arena, x->url),
                    (long long)w->total, (long long)w->d->size_bytes_max);
    return e;
}

static dbk_err *write_part(download *w, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(w->fd, bytes, length);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(errno, "could not write %s", w->part);
        bytes += n;
        length -= (size_t)n;
        w->size += n;
    }
    return NULL;
}

static void tell(download *w)
{
    int64_t now_us = clock_system()->mono_us(clock_system());
    if (!w->d->on_bytes || now_us - w->told_us < TOLD_EVERY_US)
        return;
    w->told_us = now_us;
    w->d->on_bytes(w->d->ctx, w->size, w->total);
}

static dbk_err *take_into_part(http_exchange *x, const char *bytes, size_t length)
{
    download *w = x->ctx;
    if (x->status != 200 && x->status != 206) {
        w->refusal_bytes += (int64_t)length;
        return w->refusal_bytes <= REFUSAL_BYTES_MAX
                   ? NULL
                   : err_new(ERR_LIMIT, "%s said no at too great a length", http_shown_url(x->arena, x->url));
    }
    dbk_err *e = w->begun ? NULL : begin(x, w);
    if (!e && w->d->size_bytes_max > 0 && w->size + (int64_t)length > w->d->size_bytes_max)
        e = err_new(ERR_LIMIT, "%s has more than the allowed %lld bytes", http_shown_url(x->arena, x->url),
                    (long long)w->d->size_bytes_max);
    if (!e)
        e = write_part(w, bytes, length);
    if (!e)
        tell(w);
    return e;
}

#define SET(option, value) (failed = failed || curl_easy_setopt(x->easy, (option), (value)) != CURLE_OK)

static dbk_err *run_with_headers(http_client *c, http_exchange *x, download *w, struct curl_slist **headers,
                                 http_answer *out)
{
    dbk_err *e = http_exchange_prepare(x);
    if (e)
        return e;
    if (w->tag) {
        const char *lines[] = {arena_printf(x->arena, "Range: bytes=%lld-", (long long)w->had),
                               arena_printf(x->arena, "If-Range: %s", w->tag)};
        for (size_t i = 0; i < 2; i++) {
            struct curl_slist *longer = lines[i] ? curl_slist_append(*headers, lines[i]) : NULL;
            if (!longer)
                return err_oom();
            *headers = longer;
        }
    }
    int64_t stall_ms = w->d->stall_ms ? w->d->stall_ms : STALL_MS;
    bool failed = false;
    SET(CURLOPT_HTTPHEADER, *headers);
    SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(CURLOPT_LOW_SPEED_TIME, (long)((stall_ms + 999) / 1000));
    return failed ? err_oom() : http_exchange_run(c, x, out);
}

/* One request; afterwards the part is closed, and flushed when the answer was whole. */
static dbk_err *fetch_once(http_client *c, arena *a, download *w, http_answer *answer)
{
    struct curl_slist *headers = NULL;
    http_exchange x = {.easy = c->easy,
                       .user_agent = c->user_agent,
                       .ca_file = c->ca_file,
                       .connect_timeout_ms = c->connect_timeout_ms,
                       .arena = a,
                       .url = w->d->url,
                       .take = take_into_part,
                       .ctx = w};
    w->begun = false;
    w->fd = -1;
    w->total = -1;
    w->refusal_bytes = 0;
    dbk_err *e = run_with_headers(c, &x, w, &headers, answer);
    bool has_it = !e && (answer->status == 200 || answer->status == 206);
    if (has_it && !w->begun)
        e = begin(&x, w);
    if (!e && has_it && w->total >= 0 && w->size != w->total)
        e = err_new(ERR_CONNECTION, "%s gave %lld bytes of %lld", http_shown_url(a, w->d->url),
                    (long long)w->size, (long long)w->total);
    if (!e && has_it && fsync(w->fd) != 0)
        e = err_errno(errno, "could not flush %s to disk", w->part);
    if (w->fd >= 0 && close(w->fd) != 0 && !e)
        e = err_errno(errno, "could not close %s", w->part);
    curl_easy_reset(c->easy);
    curl_slist_free_all(headers);
    return e;
}

/* "The range begins where the file ends": the part had been whole already. */
static bool was_whole(const download *w, const http_answer *answer)
{
    const char *range = http_answer_header(answer, "content-range");
    long long total;
    return range && sscanf(range, "bytes */%lld", &total) == 1 && total == w->had;
}

static dbk_err *give_name(const download *w)
{
    if (rename(w->part, w->d->path) != 0)
        return err_errno(errno, "could not rename %s", w->part);
    dbk_err *e = file_sync_folder_of(w->d->path);
    if (!e && unlink(w->tag_path) != 0 && errno != ENOENT)
        e = err_errno(errno, "could not remove %s", w->tag_path);
    return e;
}

dbk_err *http_download_file(http_client *c, arena *a, const http_download *d, http_downloaded *out)
{
    assert(c && a && d->url && d->path);
    download w = {.d = d,
                  .part = arena_printf(a, "%s.part", d->path),
                  .tag_path = arena_printf(a, "%s.part.tag", d->path)};
    if (!w.part || !w.tag_path)
        return err_oom();
    http_answer answer;
    dbk_err *e = look_at_part(&w, a);
    if (!e)
        e = fetch_once(c, a, &w, &answer);
    bool whole_before = !e && answer.status == 416 && w.tag && was_whole(&w, &answer);
    if (!e && answer.status == 416 && w.tag && !whole_before) {
        w.tag = NULL;
        w.had = w.size = 0;
        e = fetch_once(c, a, &w, &answer);
    }
    bool done = !e && (whole_before || answer.status == 200 || answer.status == 206);
    if (done)
        e = give_name(&w);
    if (e)
        return e;
    if (whole_before)
        answer.status = 206;
    *out =
        (http_downloaded){.answer = answer, .size_bytes = done ? w.size : 0, .resumed_at = done ? w.had : 0};
    return NULL;
}
