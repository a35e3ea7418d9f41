#include "bus/nats_stream.h"

#include <stdlib.h>
#include <string.h>

/* How much more of the stream's end is read each time that no event was found in it. */
#define LOOK_BACK_FACTOR 1024
/* The first version that can be told to sync before it acknowledges. */
#define SYNC_MAJOR 2
#define SYNC_MINOR 10
/* The fewest with which a majority outlives the loss of one. */
#define SAFE_COPIES 3

/* ---- the stream ---- */

static const char *subjects_of(arena *a, const nats_address *to)
{
    return arena_printf(a, "%s.>", to->subject);
}

static dbk_err *make(jetstream *js, arena *a, const nats_address *to, const char *subject, dbk_log *log,
                     jetstream_info *out)
{
    const char *const subjects[] = {subject};
    bool found = false;
    dbk_err *e = jetstream_stream_create(js, &(jetstream_config){.name = to->stream,
                                                                 .subjects = subjects,
                                                                 .subject_count = 1,
                                                                 .replicas = to->replicas,
                                                                 .max_age_us = to->max_age_us,
                                                                 .max_bytes = to->max_bytes,
                                                                 .duplicate_window_us = to->duplicate_us,
                                                                 .discard_new = to->discard_new});
    if (!e)
        log_fields(log, LOG_INFO, "made the stream", LOG_STR("stream", to->stream),
                   LOG_STR("subjects", subject), LOG_INT("replicas", to->replicas),
                   LOG_INT("max_age_s", to->max_age_us / 1000000), LOG_INT("max_bytes", to->max_bytes));
    if (!e)
        e = jetstream_stream_find(js, a, to->stream, &found, out);
    return e || found ? e : err_new(ERR_RETRYABLE, "the stream %s that was made is gone", to->stream);
}

static dbk_err *check(const nats_address *to, const jetstream_config *c, const char *subject, dbk_log *log)
{
    bool takes = false;
    for (size_t i = 0; i < c->subject_count; i++)
        takes = takes || strcmp(c->subjects[i], subject) == 0 || strcmp(c->subjects[i], ">") == 0;
    if (!takes)
        return err_with_hint(
            err_new(ERR_INPUT, "the stream %s does not take the subjects %s", to->stream, subject),
            "name another stream or subject in the address (?stream=…&subject=…), or change the stream");
    if (c->by_interest)
        return err_with_hint(
            err_new(ERR_INPUT, "the stream %s drops messages that its readers have taken", to->stream),
            "use a stream whose retention is by limits: the others forget the ids of what they dropped");
    if (c->memory)
        log_fields(log, LOG_WARNING,
                   "the stream is kept in memory: a restart of the broker empties it, and the log is "
                   "published again",
                   LOG_STR("stream", to->stream));
    if (c->replicas < to->replicas)
        log_fields(log, LOG_WARNING, "the stream has fewer copies than the address asks for; they stay",
                   LOG_STR("stream", to->stream), LOG_INT("replicas", c->replicas),
                   LOG_INT("asked", to->replicas));
    if (c->max_age_us != to->max_age_us || c->max_bytes != to->max_bytes || c->replicas > to->replicas ||
        c->discard_new != to->discard_new || c->duplicate_window_us != to->duplicate_us)
        log_fields(log, LOG_INFO, "the stream has limits of its own, which stay",
                   LOG_STR("stream", to->stream), LOG_INT("replicas", c->replicas),
                   LOG_INT("max_age_s", c->max_age_us / 1000000), LOG_INT("max_bytes", c->max_bytes),
                   LOG_STR("discard", c->discard_new ? "new" : "old"));
    return NULL;
}

static bool can_sync(const char *version)
{
    char *rest;
    long major = strtol(version, &rest, 10);
    long minor = *rest == '.' ? strtol(rest + 1, NULL, 10) : 0;
    return major > SYNC_MAJOR || (major == SYNC_MAJOR && minor >= SYNC_MINOR);
}

/* What an acknowledgement is worth: how many machines have the message, and whether their disks do. The
 * latter no server tells an ordinary account. */
static dbk_err *tell_safety(jetstream *js, arena *a, const nats_address *to, const jetstream_info *info,
                            dbk_log *log)
{
    jetstream_servers servers;
    int64_t copies = info->config.replicas;
    dbk_err *e = jetstream_ask_servers(js, a, &servers);
    if (e)
        return e;
    if (info->leader && copies < SAFE_COPIES && servers.count >= SAFE_COPIES)
        log_fields(log, LOG_WARNING,
                   "the stream has fewer copies than its cluster could hold: with three it outlives the loss "
                   "of one server",
                   LOG_STR("stream", to->stream), LOG_INT("replicas", copies),
                   LOG_INT("servers", servers.count));
    if (to->synced || copies > 1)
        return NULL;
    log_fields(
        log, LOG_WARNING,
        !*servers.version
            ? "the broker acknowledges perhaps before its disk has it; a power cut there may rewind the "
              "stream, which is noticed and sent again. Use replicas, or set sync_interval: always and say "
              "synced=yes"
        : can_sync(servers.version)
            ? "unless the broker has sync_interval: always (then say synced=yes) a power cut there may "
              "rewind the stream, which is noticed and sent again"
            : "this version of the broker acknowledges before its disk has it; a power cut there may rewind "
              "the stream, which is noticed and sent again. Use replicas, or version 2.10 with "
              "sync_interval: always",
        LOG_STR("stream", to->stream), LOG_STR("version", *servers.version ? servers.version : "unknown"));
    return NULL;
}

dbk_err *nats_stream_prepare(jetstream *js, arena *a, const nats_address *to, dbk_log *log)
{
    const char *subject = subjects_of(a, to);
    if (!subject)
        return err_oom();
    bool found;
    jetstream_info info;
    dbk_err *e = jetstream_stream_find(js, a, to->stream, &found, &info);
    if (!e && !found)
        e = make(js, a, to, subject, log, &info);
    else if (!e)
        e = check(to, &info.config, subject, log);
    return e ? e : tell_safety(js, a, to, &info, log);
}

/* ---- messages ---- */

static bool number_of(const jetstream_message *m, const char *header, int64_t max, int64_t *out)
{
    const char *text = jetstream_header_find(m, header);
    if (!text || !*text || text[strspn(text, "0123456789")] || strlen(text) > 18)
        return false;
    *out = strtoll(text, NULL, 10);
    return *out > 0 && *out <= max;
}

bool nats_stream_place(const jetstream_message *m, bus_place *out)
{
    int64_t seq, epoch;
    if (!number_of(m, NATS_HEADER_SEQ, INT64_MAX, &seq) ||
        !number_of(m, NATS_HEADER_EPOCH, INT32_MAX, &epoch))
        return false;
    *out = (bus_place){.epoch = (int32_t)epoch, .seq = seq};
    return true;
}

typedef struct looking {
    arena *arena;
    nats_tail *tail;
    bool found;
} looking;

static dbk_err *look_at(void *ctx, const jetstream_message *m)
{
    looking *l = ctx;
    nats_tail *tail = l->tail;
    bus_place place;
    if (nats_stream_place(m, &place)) {
        l->found = true;
        tail->place = place;
        tail->removed = tail->last_seq - m->seq;
        tail->strangers = 0;
        return NULL;
    }
    if (tail->strangers++ == 0)
        tail->stranger_subject = arena_strdup(l->arena, m->subject);
    tail->stranger_seq = m->seq;
    return tail->stranger_subject ? NULL : err_oom();
}

/* Nearly always the last message is the last event. */
static dbk_err *look_back(jetstream *js, arena *a, const nats_address *to, const char *subject,
                          const jetstream_info *info, nats_tail *tail)
{
    looking l = {.arena = a, .tail = tail};
    bool found;
    jetstream_message m;
    dbk_err *e = jetstream_message_get(js, a, to->stream, info->last_seq, &found, &m);
    if (!e && found)
        e = look_at(&l, &m);
    for (uint64_t n = LOOK_BACK_FACTOR; !e && !l.found; n *= LOOK_BACK_FACTOR) {
        bool all = n >= info->last_seq - info->first_seq;
        tail->strangers = 0;
        e = jetstream_read(js, to->stream, subject, all ? info->first_seq : info->last_seq - n,
                           info->last_seq, look_at, &l);
        if (all)
            break;
    }
    return e;
}

dbk_err *nats_stream_tail(jetstream *js, arena *a, const nats_address *to, nats_tail *out)
{
    const char *subject = subjects_of(a, to);
    bool found = false;
    jetstream_info info;
    if (!subject)
        return err_oom();
    dbk_err *e = jetstream_stream_find(js, a, to->stream, &found, &info);
    if (!e && !found)
        e = err_new(ERR_NOT_FOUND, "there is no stream %s", to->stream);
    if (e)
        return e;
    nats_tail tail = {
        .last_seq = info.last_seq, .removed = info.last_seq, .expired = info.messages == 0 && info.expired};
    if (info.messages > 0)
        e = look_back(js, a, to, subject, &info, &tail);
    if (!e)
        *out = tail;
    return e;
}
