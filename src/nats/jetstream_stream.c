/* Streams: what the server says of them, and what it is asked to make of them. */
#include <string.h>

#include "nats/jetstream_int.h"

#define NS_PER_US 1000
#define SUBJECTS_MAX 16

static int64_t limit_of(int64_t value)
{
    return value > 0 ? value : 0;
}

static dbk_err *copy_subjects(arena *a, const jsStreamConfig *c, jetstream_config *out)
{
    size_t count = (size_t)c->SubjectsLen;
    const char **subjects = arena_alloc(a, (count + 1) * sizeof(*subjects));
    if (!subjects)
        return err_oom();
    for (size_t i = 0; i < count; i++) {
        subjects[i] = arena_strdup(a, c->Subjects[i]);
        if (!subjects[i])
            return err_oom();
    }
    out->subjects = subjects;
    out->subject_count = count;
    return NULL;
}

/* The copies are those of the leader and of its followers, of which the leader knows what they have. */
static dbk_err *copy_cluster(arena *a, const jsClusterInfo *c, jetstream_info *out)
{
    out->copies_current = 1;
    if (!c)
        return NULL;
    out->leader = arena_strdup(a, c->Leader ? c->Leader : "");
    for (int i = 0; i < c->ReplicasLen; i++)
        out->copies_current += c->Replicas[i]->Current && !c->Replicas[i]->Offline;
    return out->leader ? NULL : err_oom();
}

static dbk_err *copy_info(arena *a, const jsStreamInfo *si, jetstream_info *out)
{
    const jsStreamConfig *c = si->Config;
    jetstream_info info = {
        .config = {.name = arena_strdup(a, c->Name),
                   .replicas = c->Replicas,
                   .max_age_us = limit_of(c->MaxAge) / NS_PER_US,
                   .max_bytes = limit_of(c->MaxBytes),
                   .duplicate_window_us = limit_of(c->Duplicates) / NS_PER_US,
                   .discard_new = c->Discard == js_DiscardNew,
                   .by_interest = c->Retention != js_LimitsPolicy,
                   .memory = c->Storage == js_MemoryStorage},
        .messages = si->State.Msgs,
        .bytes = si->State.Bytes,
        .first_seq = si->State.FirstSeq,
        .last_seq = si->State.LastSeq,
        .expired =
            si->State.LastSeq > 0 && c->MaxAge > 0 && si->State.LastTime + c->MaxAge <= nats_Now() * 1000000,
    };
    dbk_err *e = info.config.name ? copy_subjects(a, c, &info.config) : err_oom();
    if (!e)
        e = copy_cluster(a, si->Cluster, &info);
    if (!e)
        *out = info;
    return e;
}

dbk_err *jetstream_stream_find(jetstream *js, arena *a, const char *name, bool *found, jetstream_info *out)
{
    jsStreamInfo *si = NULL;
    jsErrCode code = 0;
    natsStatus s = js_GetStreamInfo(&si, js->context, name, NULL, &code);
    if (code == JSStreamNotFoundErr) {
        *found = false;
        return NULL;
    }
    if (s != NATS_OK)
        return jetstream_error(s, code, "while asking for the stream");
    dbk_err *e = copy_info(a, si, out);
    jsStreamInfo_Destroy(si);
    if (!e)
        *found = true;
    return e;
}

static natsStatus fill(jsStreamConfig *out, const jetstream_config *c, const char **subjects)
{
    natsStatus s = jsStreamConfig_Init(out);
    if (s != NATS_OK)
        return s;
    for (size_t i = 0; i < c->subject_count; i++)
        subjects[i] = c->subjects[i];
    out->Name = c->name;
    out->Subjects = subjects;
    out->SubjectsLen = (int)c->subject_count;
    out->Retention = js_LimitsPolicy;
    out->Storage = js_FileStorage;
    out->Discard = c->discard_new ? js_DiscardNew : js_DiscardOld;
    out->Replicas = c->replicas ? c->replicas : 1;
    out->MaxAge = c->max_age_us * NS_PER_US;
    out->MaxBytes = c->max_bytes ? c->max_bytes : -1;
    out->Duplicates = c->duplicate_window_us * NS_PER_US;
    return s;
}

dbk_err *jetstream_stream_create(jetstream *js, const jetstream_config *config)
{
    const char *subjects[SUBJECTS_MAX];
    if (config->subject_count > SUBJECTS_MAX)
        return err_new(ERR_LIMIT, "a stream is made with at most %d subjects", SUBJECTS_MAX);
    jsStreamConfig c;
    jsErrCode code = 0;
    natsStatus s = fill(&c, config, subjects);
    if (s == NATS_OK)
        s = js_AddStream(NULL, js->context, &c, NULL, &code);
    return s == NATS_OK ? NULL : jetstream_error(s, code, "while creating the stream");
}
