#include "simulate/answer.h"

#include <string.h>

#include "core/uuid.h"

static void append(buf *out, const char *name, const char *value)
{
    if (value)
        buf_printf(out, " %s=%s", name, value);
}

static void append_decimal(buf *out, const char *name, const char *value)
{
    if (!value)
        return;
    size_t length = strlen(value);
    if (strchr(value, '.')) {
        while (value[length - 1] == '0')
            length--;
        if (value[length - 1] == '.')
            length--;
    }
    buf_printf(out, " %s=%.*s", name, (int)length, value);
}

void answer_append(buf *out, const answer *a)
{
    char id[UUID_TEXT_SIZE];
    uuid_format(&a->id, id);
    buf_append_str(out, a->outcome);
    append(out, "sqlstate", a->error);
    if (!a->error)
        append(out, "id", id);
    append(out, "conflict_field", a->conflict_field);
    append(out, "refusal_code", a->refusal_code);
    append(out, "status", a->status);
    if (a->version)
        buf_printf(out, " version=%lld", (long long)a->version);
    append(out, "waiting", a->waiting ? "true" : NULL);
    append(out, "order_status", a->order_status);
    append_decimal(out, "order_cum_qty", a->order_cum_qty);
    append_decimal(out, "amount", a->amount);
    append(out, "currency", a->currency);
    append_decimal(out, "position_qty", a->position_qty);
    append_decimal(out, "position_avg_price", a->position_avg_price);
    append_decimal(out, "realized_pnl", a->realized_pnl);
    append(out, "flags", a->flags);
    append_decimal(out, "balance", a->balance);
    append_decimal(out, "unrealized", a->unrealized);
    append_decimal(out, "equity", a->equity);
    append(out, "missing", a->missing);
    append(out, "token", a->token);
    append(out, "halted", a->halted);
    append(out, "halts_left", a->halts_left);
    append(out, "numbers", a->numbers);
    append(out, "state", a->state);
    if (a->as_of_us)
        buf_printf(out, " as_of=%lld", (long long)a->as_of_us);
    buf_append_char(out, '\n');
}
