#include "core/progress.h"

#include <assert.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/mem.h"
#include "core/utf8.h"

#define REDRAW_US INT64_C(100000)
#define LINE_LENGTH_MAX ((size_t)1024)
#define COLUMNS_DEFAULT 80
#define CLEAR_LINE "\r\033[K"

struct progress {
    FILE *stream; /* NULL when it is not a terminal */
    const dbk_clock *clock;
    char *label;
    char *unit;
    int64_t total;
    int64_t done;
    int64_t started_us;
    int64_t drawn_us;
    bool drawn;
};

dbk_err *progress_new(FILE *stream, const dbk_clock *clock, const char *label, const char *unit,
                      int64_t total, progress **out)
{
    assert(stream && clock);
    assert(label && unit && out);
    progress *p = mem_alloc(sizeof *p);
    if (!p)
        return err_oom();
    p->label = mem_strdup(label);
    p->unit = mem_strdup(unit);
    if (!p->label || !p->unit) {
        mem_free(p->label);
        mem_free(p->unit);
        mem_free(p);
        return err_oom();
    }
    p->stream = isatty(fileno(stream)) ? stream : NULL;
    p->clock = clock;
    p->total = total > 0 ? total : 0;
    p->started_us = clock->mono_us(clock);
    *out = p;
    return NULL;
}

static size_t terminal_columns(FILE *stream)
{
    struct winsize size;
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return COLUMNS_DEFAULT;
    return size.ws_col;
}

/* 1234567 as 1,234,567: numbers that change ten times a second have to be read at a glance. */
static void append_number(buf *line, int64_t n)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)n);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && digits[i - 1] != '-')
            buf_append_char(line, ',');
        buf_append_char(line, digits[i]);
    }
}

static void append_rest(buf *line, const progress *p, int64_t now_us)
{
    int64_t elapsed_ms = (now_us - p->started_us) / 1000;
    if (elapsed_ms < 1000 || p->done <= 0)
        return;
    double per_s = (double)p->done * 1000.0 / (double)elapsed_ms;
    buf_append_str(line, ", ");
    append_number(line, (int64_t)per_s);
    buf_append_str(line, "/s");
    if (p->total <= p->done)
        return;
    int64_t left_s = (int64_t)((double)(p->total - p->done) / per_s);
    buf_printf(line, ", %lld:%02lld left", (long long)(left_s / 60), (long long)(left_s % 60));
}

/* A line that wraps could not be cleared again. */
static size_t fitting_length(const buf *line, size_t columns)
{
    size_t at = 0, width = 0;
    while (at < line->length) {
        uint32_t code_point;
        size_t n = utf8_decode(line->data + at, line->length - at, &code_point);
        width += (size_t)utf8_width_of(code_point);
        if (width >= columns)
            break;
        at += n;
    }
    return at;
}

static void draw(progress *p, int64_t now_us)
{
    buf line;
    buf_init(&line, LINE_LENGTH_MAX);
    buf_printf(&line, "%s: ", p->label);
    append_number(&line, p->done);
    if (p->total > 0) {
        buf_append_str(&line, " of ");
        append_number(&line, p->total);
    }
    buf_printf(&line, " %s", p->unit);
    if (p->total > 0) {
        double percent = (double)p->done * 100.0 / (double)p->total;
        buf_printf(&line, " (%d%%)", percent > 100.0 ? 100 : percent < 0.0 ? 0 : (int)percent);
    }
    append_rest(&line, p, now_us);
    /* Labels may contain file names, and those anything. */
    for (size_t i = 0; i < line.length; i++)
        if ((unsigned char)line.data[i] < ' ' || line.data[i] == 0x7f)
            line.data[i] = '?';
    /* A line for which there is no memory is one frame missing. */
    if (line.state == BUF_OK) {
        (void)fputs(CLEAR_LINE, p->stream);
        (void)fwrite(line.data, 1, fitting_length(&line, terminal_columns(p->stream)), p->stream);
        (void)fflush(p->stream);
        p->drawn = true;
    }
    buf_term(&line);
    p->drawn_us = now_us;
}

void progress_set(progress *p, int64_t done)
{
    assert(p);
    p->done = done;
    if (!p->stream)
        return;
    int64_t now_us = p->clock->mono_us(p->clock);
    if (!p->drawn || now_us - p->drawn_us >= REDRAW_US)
        draw(p, now_us);
}

void progress_label(progress *p, const char *label)
{
    assert(p && label);
    char *copy = mem_strdup(label);
    if (!copy)
        return;
    mem_free(p->label);
    p->label = copy;
    if (p->drawn)
        draw(p, p->clock->mono_us(p->clock));
}

void progress_free(progress *p)
{
    if (!p)
        return;
    if (p->drawn) {
        (void)fputs(CLEAR_LINE, p->stream);
        (void)fflush(p->stream);
    }
    mem_free(p->label);
    mem_free(p->unit);
    mem_free(p);
}
