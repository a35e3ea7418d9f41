#include "book/spool.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "book/spool_int.h"
#include "core/file.h"
#include "core/json.h"
#include "core/mem.h"

/* ---- opening and closing ---- */

char *spool_path(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = mem_alloc(size);
    if (path)
        snprintf(path, size, "%s/%s", folder, name);
    return path;
}

static dbk_err *spool_new(const char *folder, spool **out)
{
    spool *s = mem_alloc(sizeof(*s));
    if (!s)
        return err_oom();
    s->lock = -1;
    s->next_number = 1;
    s->clock = clock_system();
    s->folder = mem_strdup(folder);
    s->log_path = spool_path(folder, "log");
    *out = s;
    return s->folder && s->log_path ? NULL : err_oom();
}

/* Who has it, as far as the lock says so. */
static dbk_err *refuse_second(const spool *s)
{
    char holder[32] = "";
    ssize_t n = pread(s->lock, holder, sizeof(holder) - 1, 0);
    holder[n > 0 ? strcspn(holder, " ") : 0] = '\0';
    dbk_err *e = err_new(ERR_BUSY, "the spool %s belongs to process %s", s->folder, holder[0] ? holder : "?");
    return err_with_hint(e, "one process owns a spool: give each bot a folder of its own");
}

static dbk_err *take_lock(spool *s)
{
    char *path = spool_path(s->folder, "lock");
    if (!path)
        return err_oom();
    dbk_err *e = NULL;
    s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock < 0)
        e = err_errno(errno, "could not open %s", path);
    else if (flock(s->lock, LOCK_EX | LOCK_NB) != 0)
        e = errno == EWOULDBLOCK ? refuse_second(s) : err_errno(errno, "could not lock %s", path);
    mem_free(path);
    if (e)
        return e;
    /* For whoever comes second. On a full disk it stays unsaid; the length is always the same, so that on one
     * that became full it is said. */
    char holder[32];
    int n = snprintf(holder, sizeof(holder), "%-20ld", (long)getpid());
    ssize_t written = pwrite(s->lock, holder, (size_t)n, 0);
    (void)written;
    return NULL;
}

static dbk_err *make_log(const spool *s)
{
    spool_log *log = NULL;
    buf start;
    int64_t at;
    buf_init(&start, 0);
    spool_put_start(&start, s->next_number);
    dbk_err *e = spool_log_create(s->log_path, &log);
    if (!e)
        e = spool_log_append(log, &start, true, &at);
    if (!e)
        e = spool_log_publish(log);
    spool_log_close(log);
    buf_term(&start);
    return e;
}

static dbk_err *make_folder(const char *folder)
{
    if (mkdir(folder, 0700) == 0)
        return file_sync_folder_of(folder);
    int saved = errno;
    if (saved == EEXIST && file_is_dir(folder))
        return NULL;
    return err_errno(saved, "could not make the folder %s of a spool", folder);
}

static dbk_err *open_for_writing(spool *s)
{
    dbk_err *e = make_folder(s->folder);
    if (!e)
        e = take_lock(s);
    if (!e && !file_exists(s->log_path))
        e = make_log(s);
    if (!e)
        e = spool_load(s, true);
    if (!e && (s->damages.count > 0 || spool_log_length(s->log) == 0))
        e = spool_rewrite(s);
    return e;
}

dbk_err *spool_open(const char *folder, const dbk_clock *clock, spool **out)
{
    spool *s = NULL;
    dbk_err *e = spool_new(folder, &s);
    if (!e) {
        s->clock = clock;
        e = open_for_writing(s);
    }
    if (e) {
        spool_close(s);
        return e;
    }
    *out = s;
    return NULL;
}

dbk_err *spool_look(const char *folder, spool **out)
{
    spool *s = NULL;
    dbk_err *e = spool_new(folder, &s);
    if (!e)
        e = spool_load(s, false);
    if (e) {
        spool_close(s);
        return e;
    }
    *out = s;
    return NULL;
}

void spool_close(spool *s)
{
    if (!s)
        return;
    spool_log_close(s->log);
    if (s->lock >= 0)
        close(s->lock);
    mem_free(s->waiting.items);
    mem_free(s->held.items);
    mem_free(s->damages.items);
    mem_free(s->log_path);
    mem_free(s->folder);
    mem_free(s);
}

const char *spool_folder(const spool *s)
{
    return s->folder;
}

/* ---- entries ---- */

void spool_store_time(char *p, int64_t v)
{
    uint64_t le = htole64((uint64_t)v);
    memcpy(p, &le, sizeof(le));
}

static void remember(spool *s, const spool_text *texts, size_t count, int64_t at, int64_t now_us)
{
    for (size_t i = 0; i < count; i++) {
        spool_slot slot = {.record = {.number = s->next_number++,
                                      .type = SPOOL_ENTRY,
                                      .length = (uint32_t)(SPOOL_TIMES_SIZE + texts[i].length),
                                      .at = at},
                           .kept_us = now_us,
                           .expires_us = texts[i].expires_us};
        at += spool_slot_bytes(&slot);
        s->live_bytes += spool_slot_bytes(&slot);
        s->waiting.items[s->waiting.count++] = slot;
    }
}

static void put_entry(buf *records, buf *payload, uint64_t number, const spool_text *text, int64_t now_us)
{
    char times[SPOOL_TIMES_SIZE];
    spool_store_time(times, now_us);
    spool_store_time(times + 8, text->expires_us);
    buf_clear(payload);
    buf_append(payload, times, sizeof(times));
    buf_append(payload, text->data, text->length);
    buf_break_if(records, payload);
    if (payload->length == SPOOL_TIMES_SIZE + text->length)
        spool_record_put(records, SPOOL_ENTRY, number, payload->data, payload->length);
}

dbk_err *spool_keep(spool *s, const spool_text *texts, size_t count, uint64_t *first)
{
    buf records, payload;
    int64_t now_us = s->clock->wall_us(s->clock), at;
    buf_init(&records, SPOOL_LOG_MAX);
    buf_init(&payload, SPOOL_PAYLOAD_MAX);
    for (size_t i = 0; i < count; i++)
        put_entry(&records, &payload, s->next_number + i, &texts[i], now_us);
    dbk_err *e = spool_slots_reserve(&s->waiting, count);
    if (!e)
        e = spool_log_append(s->log, &records, true, &at);
    buf_term(&payload);
    buf_term(&records);
    if (e)
        return e;
    *first = s->next_number;
    remember(s, texts, count, at, now_us);
    return NULL;
}

static spool_entry entry_of(const spool_slot *slot)
{
    return (spool_entry){.number = slot->record.number,
                         .kept_us = slot->kept_us,
                         .expires_us = slot->expires_us,
                         .damaged = slot->record.type == SPOOL_DAMAGE};
}

bool spool_first(const spool *s, spool_entry *out)
{
    if (spool_waiting(s) == 0)
        return false;
    *out = entry_of(&s->waiting.items[s->waiting.first]);
    return true;
}

dbk_err *spool_read(const spool *s, uint64_t number, buf *text)
{
    const spool_slot *slot = spool_slots_find(&s->waiting, number);
    if (!slot)
        slot = spool_slots_find(&s->held, number);
    if (!slot)
        return err_new(ERR_NOT_FOUND, "the spool %s has no entry %llu", s->folder,
                       (unsigned long long)number);
    dbk_err *e = spool_log_read(s->log, &slot->record, text);
    if (!e)
        buf_consume(text, SPOOL_TIMES_SIZE);
    return e;
}

dbk_err *spool_write_change(spool *s, uint32_t type, uint64_t number, const buf *payload, bool flush,
                            int64_t *at)
{
    buf record;
    buf_init(&record, 0);
    spool_record_put(&record, type, number, payload ? payload->data : "", payload ? payload->length : 0);
    dbk_err *e = spool_log_append(s->log, &record, flush, at);
    buf_term(&record);
    return e;
}

void spool_done(spool *s, uint64_t number)
{
    int64_t at;
    spool_slot *slot = spool_slots_find(&s->waiting, number);
    assert(slot);
    err_free(spool_write_change(s, SPOOL_DONE, number, NULL, false, &at));
    s->live_bytes -= spool_slot_bytes(slot);
    spool_slots_take_out(&s->waiting, slot);
    spool_tidy(s);
}

static void put_reason(buf *out, int64_t now_us, const dbk_err *reason)
{
    buf text;
    buf_init(&text, SPOOL_REASON_MAX / 8);
    for (const dbk_err *link = reason; link; link = err_cause(link))
        buf_printf(&text, "%s%s", link == reason ? "" : ": ", err_message(link));
    buf_printf(out, "{\"at_us\":%lld,\"sqlstate\":", (long long)now_us);
    json_append_string(out, err_sqlstate(reason));
    buf_append_str(out, ",\"message\":");
    json_append_string(out, text.data);
    buf_append_char(out, '}');
    buf_term(&text);
}

void spool_quarantine(spool *s, uint64_t number, const dbk_err *reason)
{
    spool_slot *slot = spool_slots_find(&s->waiting, number);
    assert(slot);
    buf json;
    buf_init(&json, SPOOL_REASON_MAX);
    put_reason(&json, s->clock->wall_us(s->clock), reason);
    spool_record written = {.number = number, .type = SPOOL_HELD, .length = (uint32_t)json.length};
    dbk_err *e = buf_error(&json);
    if (!e)
        e = spool_write_change(s, SPOOL_HELD, number, &json, true, &written.at);
    buf_term(&json);
    slot->reason = e ? (spool_record){0} : written;
    err_free(e);
    /* Without memory for the other list it stays where it is, and is tried again. */
    err_free(spool_slots_move(&s->waiting, slot, &s->held));
}

dbk_err *spool_reason(const spool *s, uint64_t number, buf *json)
{
    const spool_slot *slot = spool_slots_find(&s->held, number);
    if (slot && slot->reason.type == SPOOL_HELD)
        return spool_log_read(s->log, &slot->reason, json);
    buf_append_str(json, "{}");
    return buf_error(json);
}

/* ---- counting ---- */

size_t spool_waiting(const spool *s)
{
    return s->waiting.count - s->waiting.first;
}

size_t spool_quarantined(const spool *s)
{
    return s->held.count - s->held.first;
}

size_t spool_damaged(const spool *s)
{
    return s->damages.count;
}

spool_entry spool_waiting_at(const spool *s, size_t index)
{
    assert(index < spool_waiting(s));
    return entry_of(&s->waiting.items[s->waiting.first + index]);
}

spool_entry spool_quarantined_at(const spool *s, size_t index)
{
    assert(index < spool_quarantined(s));
    return entry_of(&s->held.items[s->held.first + index]);
}
