#include "market/formats/json_answer.h"

#include <stdio.h>
#include <string.h>

static bool is_text(const json_span *v, const char *text)
{
    return v && v->length == strlen(text) && memcmp(v->text, text, v->length) == 0;
}

static dbk_err *refused(const json_span *code, const json_span *message)
{
    char text[512];
    if (!json_span_copy(message, text, sizeof(text)))
        snprintf(text, sizeof(text), "%.*s", message ? (int)message->length % 500 : 0,
                 message ? message->text : "");
    return err_new(ERR_INPUT, "the venue answered with error %.*s: %s", code ? (int)code->length % 50 : 0,
                   code ? code->text : "", text);
}

dbk_err *json_answer_error(const json_spans *s)
{
    const json_span *root = s->values;
    if (root->kind != JSON_SPAN_OBJECT)
        return NULL;
    const json_span *code = json_span_get(s, root, "code");
    const json_span *message = json_span_get(s, root, "msg");
    /* Binance's numbers are negative; OKX's are text, "0" in a good answer. */
    if (code && message && !is_text(code, "0") && !is_text(code, "200"))
        return refused(code, message);
    code = json_span_get(s, root, "retCode");
    if (code && !is_text(code, "0"))
        return refused(code, json_span_get(s, root, "retMsg"));
    const json_span *errors = json_span_get(s, root, "error");
    if (errors && errors->kind == JSON_SPAN_ARRAY && errors->count > 0)
        return refused(NULL, json_span_first(s, errors));
    return NULL;
}

static bool begins_with(const json_span *v, const char *text)
{
    return v && v->kind == JSON_SPAN_STRING && v->length >= strlen(text) &&
           memcmp(v->text, text, strlen(text)) == 0;
}

bool json_answer_is_too_often(const json_spans *s)
{
    /* Kraken: a category and its words, and a moment behind some of them. */
    static const char *const krakens[] = {"EAPI:Rate limit exceeded", "EGeneral:Too many requests",
                                          "EService:Throttled", "EService: Throttled"};
    const json_span *root = s->values;
    const json_span *code = json_span_get(s, root, "code");
    const json_span *errors = json_span_get(s, root, "error");
    if (is_text(code, "-1003") || is_text(code, "50011") ||  /* Binance, OKX */
        is_text(json_span_get(s, root, "retCode"), "10006")) /* Bybit */
        return true;
    if (!errors || errors->kind != JSON_SPAN_ARRAY)
        return false;
    for (const json_span *e = json_span_first(s, errors); e; e = json_span_after(s, errors, e))
        for (size_t i = 0; i < sizeof(krakens) / sizeof(krakens[0]); i++)
            if (begins_with(e, krakens[i]))
                return true;
    return false;
}
