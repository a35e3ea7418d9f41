/* What somebody decides about entries in quarantine, and the file that remembers it. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "book/spool_int.h"
#include "core/json.h"
#include "core/mem.h"

static dbk_err *append_line(const char *path, const buf *line)
{
    dbk_err *e = buf_error(line);
    if (e)
        return e;
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(errno, "could not open %s", path);
    ssize_t n = write(fd, line->data, line->length);
    if (n != (ssize_t)line->length)
        e = err_errno(n < 0 ? errno : ENOSPC, "could not write %s", path);
    else if (fsync(fd) != 0)
        e = err_errno(errno, "could not flush %s to disk", path);
    close(fd);
    return e;
}

static dbk_err *write_decision(const spool *s, uint64_t number, spool_decision decision, const char *who,
                               const char *why)
{
    buf line, entry, reason;
    buf_init(&line, 2 * SPOOL_PAYLOAD_MAX);
    buf_init(&entry, SPOOL_RECORD_HEAD + SPOOL_PAYLOAD_MAX);
    buf_init(&reason, SPOOL_RECORD_HEAD + SPOOL_REASON_MAX);
    char *path = spool_path(s->folder, "decisions");
    dbk_err *e = path ? spool_read(s, number, &entry) : err_oom();
    if (!e)
        e = spool_reason(s, number, &reason);
    if (!e) {
        buf_printf(&line, "{\"at_us\":%lld,\"decision\":\"%s\",\"number\":%llu,\"who\":",
                   (long long)s->clock->wall_us(s->clock), decision == SPOOL_DROP ? "drop" : "retry",
                   (unsigned long long)number);
        json_append_string(&line, who);
        buf_append_str(&line, ",\"why\":");
        json_append_string(&line, why);
        buf_printf(&line, ",\"reason\":%s,\"entry\":", reason.data);
        json_append_string(&line, entry.data);
        buf_append_str(&line, "}\n");
        e = append_line(path, &line);
    }
    mem_free(path);
    buf_term(&reason);
    buf_term(&entry);
    buf_term(&line);
    return e;
}

dbk_err *spool_decide(spool *s, uint64_t number, spool_decision decision, const char *who, const char *why)
{
    spool_slot *slot = spool_slots_find(&s->held, number);
    if (!slot)
        return err_new(ERR_NOT_FOUND, "no entry %llu is in quarantine in %s", (unsigned long long)number,
                       s->folder);
    if (decision == SPOOL_RETRY && slot->record.type == SPOOL_DAMAGE)
        return err_new(ERR_INPUT, "entry %llu is damaged bytes, which cannot be tried again",
                       (unsigned long long)number);
    if (decision == SPOOL_RETRY && slot->expires_us != 0 && slot->expires_us < s->clock->wall_us(s->clock))
        return err_new(ERR_INPUT, "entry %llu has expired: what it asks for is asked anew or not at all",
                       (unsigned long long)number);
    dbk_err *e = write_decision(s, number, decision, who, why);
    int64_t at;
    if (!e)
        e = spool_write_change(s, decision == SPOOL_DROP ? SPOOL_DROPPED : SPOOL_RETRIED, number, NULL, true,
                               &at);
    if (e)
        return e;
    if (decision == SPOOL_RETRY) {
        slot->reason = (spool_record){0};
        return spool_slots_move(&s->held, slot, &s->waiting);
    }
    s->live_bytes -= spool_slot_bytes(slot);
    spool_slots_take_out(&s->held, slot);
    spool_tidy(s);
    return NULL;
}
