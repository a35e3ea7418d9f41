#include "webhooks/webhook_send.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "bus/event_json.h"
#include "webhooks/webhook_sign.h"

/* Receivers explain themselves in the first line or not at all. */
#define ANSWER_BYTES_MAX 4096
#define EXCERPT_LENGTH 120
#define BODY_BYTES_MAX ((size_t)16 << 20)
#define HEADERS_MAX 7

static dbk_err *find_secrets(const webhook_secrets *secrets, const webhook_delivery *d, const char *found[2])
{
    for (size_t i = 0; i < 2; i++) {
        found[i] = d->secrets[i] ? webhook_secrets_find(secrets, d->secrets[i]) : NULL;
        if (d->secrets[i] && !found[i])
            return err_new(ERR_NOT_FOUND, "the relay does not know the secret %s", d->secrets[i]);
    }
    return NULL;
}

/* Types and ids are made of letters, digits, dots, dashes and underscores, so they are safe in a header. */
static dbk_err *make_headers(arena *a, const webhook_delivery *d, const char *signature,
                             const char *headers[HEADERS_MAX], size_t *count)
{
    size_t n = 0;
    headers[n++] = "Content-Type: application/json";
    headers[n++] = signature;
    headers[n++] = arena_printf(a, "Daybook-Event-Id: %s", d->event->id);
    headers[n++] = arena_printf(a, "Daybook-Event-Type: %s", d->event->type);
    headers[n++] = arena_printf(a, "Daybook-Seq: %lld", (long long)d->event->place.seq);
    headers[n++] = arena_printf(a, "Daybook-Delivery-Attempt: %d", (int)d->number);
    if (d->attempt.resend > 0)
        headers[n++] = arena_printf(a, "Daybook-Resend: %d", (int)d->attempt.resend);
    for (size_t i = 0; i < n; i++)
        if (!headers[i])
            return err_oom();
    *count = n;
    return NULL;
}

static dbk_err *post(http_pool *pool, arena *a, const webhook_delivery *d, const char *const *secrets,
                     const buf *body, int64_t wall_us, void *ctx)
{
    const char *headers[HEADERS_MAX];
    http_request request = {.url = d->url,
                            .headers = headers,
                            .timeout_ms = d->timeout_ms,
                            .body_bytes_max = ANSWER_BYTES_MAX,
                            .cut_body = true,
                            .body = body->data,
                            .body_length = body->length,
                            .public_only = !d->allow_private};
    const char *signature = webhook_sign(a, secrets, 2, wall_us / 1000000, body->data, body->length);
    dbk_err *e = signature ? make_headers(a, d, signature, headers, &request.header_count) : err_oom();
    return e ? e : http_pool_post(pool, &request, ctx);
}

dbk_err *webhook_send(http_pool *pool, arena *a, const webhook_secrets *secrets, const webhook_delivery *d,
                      int64_t wall_us, void *ctx)
{
    const char *found[2];
    buf body;
    dbk_err *e = find_secrets(secrets, d, found);
    if (e)
        return e;
    buf_init(&body, BODY_BYTES_MAX);
    event_json_append(&body, d->event);
    e = buf_error(&body);
    if (!e)
        e = post(pool, a, d, found, &body, wall_us, ctx);
    buf_term(&body);
    return e;
}

/* ---- answers ---- */

/* Goes into the database and before people's eyes: what is not printable ASCII does not. */
static void make_printable(char *text)
{
    for (; *text; text++)
        if (!isprint((unsigned char)*text))
            *text = ' ';
}

static void describe(webhook_result *r, const http_answer *a)
{
    if (a->status >= 200 && a->status <= 299)
        return;
    if (a->status >= 300 && a->status <= 399)
        snprintf(r->error, sizeof(r->error), "answered %d, and redirects are not followed", a->status);
    else
        snprintf(r->error, sizeof(r->error), "answered %d%s%.*s", a->status, a->length > 0 ? ": " : "",
                 EXCERPT_LENGTH, a->body);
    make_printable(r->error);
}

void webhook_answered(webhook_result *r, http_ended *ended)
{
    r->took_ms = ended->took_us / 1000;
    r->retry_after_ms = -1;
    if (ended->error) {
        int64_t took_ms = r->took_ms;
        webhook_not_sent(r, ended->error);
        r->took_ms = took_ms;
        return;
    }
    r->status = ended->answer.status;
    if (ended->answer.retry_after_us >= 0)
        r->retry_after_ms = ended->answer.retry_after_us / 1000;
    describe(r, &ended->answer);
}

void webhook_not_sent(webhook_result *r, dbk_err *e)
{
    r->status = 0;
    r->took_ms = 0;
    r->retry_after_ms = -1;
    snprintf(r->error, sizeof(r->error), "%s", err_message(e));
    make_printable(r->error);
    err_free(e);
}
