#include "book/move_table.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"

/* `from` and `since` are SQL for both stores, in which the names of schemas are those of a server, t is the
 * table and ?1 the account; $since, $event and $audit stand for the bounds. Without `since` all rows are read
 * again. `changes` may be different when a row comes once more, and is then taken over if `newer`. */
typedef struct move_spec {
    const char *name, *columns, *keys, *from, *since, *changes, *newer;
} move_spec;

#define RECORDED "t.recorded_at >= $since"
#define ONE_OF(table) table " as t where t.account_id = ?1"

/* Positions of which a fill was busted or corrected: what was derived from their fills is another. */
#define RESTATED                                                                                             \
    "(select f.instrument_id, f.position_key from trading.fill_events as e "                                 \
    "join trading.fills as f on f.account_id = e.account_id and f.fill_id = e.fill_id "                      \
    "where e.account_id = ?1 and e.recorded_at >= $since)"

/* Events that speak of the place and not of the book stay where they are. */
#define OF_THE_BOOK                                                                                          \
    "aggregate_type not in ('move', 'account_grants', 'bot', 'intent', 'bot_command', 'bot_log', "           \
    "'strategy_state', 'signal_log', 'deploy')"
#define SESSIONS                                                                                             \
    "(select d.ctx ->> 'session' from bus.domain_events as d where d.account_id = ?1 and d." OF_THE_BOOK

#define EVENT_COLUMNS                                                                                        \
    "id:i event_id:u event_type:t account_id:u aggregate_type:t aggregate_id:t aggregate_version:i "         \
    "occurred_at:w recorded_at:w payload:k ctx:j"
#define ANSWER_COLUMNS                                                                                       \
    "order_version:i order_status:t order_cum_qty:d position_version:i position_cycle:i position_qty:d "     \
    "position_avg_price:d"

static const move_spec specs[] = {
    {"accounts",
     "account_id:u name:t venue:t currency:t mode:t position_mode:t opening_balance:a status:t version:i "
     "opened_at:w closed_at:w ctx:j",
     "account_id", ONE_OF("trading.accounts"), NULL, "status closed_at version",
     "accounts.version < excluded.version"},
    {"runs",
     "account_id:u run_id:u kind:t strategy:t code_revision:t params:j status:t version:i started_at:w "
     "finished_at:w ctx:j finish_ctx:j",
     "run_id", ONE_OF("trading.runs"), NULL, "status finished_at finish_ctx version",
     "runs.version < excluded.version"},
    {"orders",
     "account_id:u order_id:u origin:t instrument_id:m position_key:t run_id:u side:t type:t time_in_force:t "
     "qty:a price:a stop_price:a idempotency_key:t submitted_at:w refusal_code:t refusal_detail:t "
     "lifecycle:t pending:t outcome_unknown:b exchange_order_id:t working_qty:a working_price:a "
     "working_stop_price:a requested_qty:a requested_price:a requested_stop_price:a cum_qty:d cum_value:d "
     "version:i recorded_at:w updated_at:w ctx:j status:t is_open:b",
     "order_id", ONE_OF("trading.orders"), "t.updated_at >= $since",
     "origin type time_in_force qty price stop_price run_id idempotency_key submitted_at lifecycle pending "
     "outcome_unknown exchange_order_id working_qty working_price working_stop_price requested_qty "
     "requested_price requested_stop_price cum_qty cum_value version updated_at ctx status is_open",
     "orders.version < excluded.version"},
    {"order_events",
     "account_id:u event_id:u order_id:u order_version:i event:t outcome:t status:t exchange_order_id:t "
     "reason:t qty:a price:a stop_price:a decided_by:t refusal_code:t refusal_detail:t occurred_at:w "
     "recorded_at:w ctx:j",
     "event_id", ONE_OF("trading.order_events"), RECORDED, NULL, NULL},
    {"positions",
     "account_id:u position_id:u instrument_id:m position_key:t kind:t base_currency:t currency:t "
     "multiplier:a signed_qty:d open_cost:d avg_price:d realized_gross:d fees:d funding:d realized_net:d "
     "cycle:i version:i opened_at:w last_fill_at:w cycle_version:i cycle_qty:d cycle_entry_value:d "
     "cycle_exit_value:d cycle_low:d cycle_high:d cycle_gross_before:d cycle_fees_before:d recorded_at:w",
     "position_id", ONE_OF("trading.positions"), NULL,
     "signed_qty open_cost avg_price realized_gross fees funding realized_net cycle version opened_at "
     "last_fill_at cycle_version cycle_qty cycle_entry_value cycle_exit_value cycle_low cycle_high "
     "cycle_gross_before cycle_fees_before",
     "positions.version <> excluded.version or positions.funding <> excluded.funding"},
    {"position_fees", "account_id:u position_id:u currency:t fee_kind:t amount:d priced:d converted:d",
     "position_id currency", ONE_OF("trading.position_fees"), NULL, "amount priced converted", "true"},
    {"fills",
     "account_id:u fill_id:u order_id:u instrument_id:m position_key:t side:t qty:a price:a fee:a "
     "fee_currency:t fee_rate:a liquidity:t venue_trade_id:t trade_discriminator:t filled_at:w recorded_at:w "
     "ctx:j flags:l " ANSWER_COLUMNS " realized_gross:d realized_net:d position_realized:d",
     "fill_id", ONE_OF("trading.fills"), RECORDED, NULL, NULL},
    {"fill_events",
     "account_id:u event_id:u fill_id:u place:i kind:t qty:a price:a fee:a fee_currency:t fee_rate:a "
     "leaves_qty:a reason:t occurred_at:w recorded_at:w ctx:j outcome:t refusal_code:t "
     "refusal_detail:t " ANSWER_COLUMNS " position_realized:d",
     "event_id", ONE_OF("trading.fill_events"), RECORDED, NULL, NULL},
    {"restated_positions", "account_id:u position_id:u", "position_id", ONE_OF("trading.positions"),
     "(t.instrument_id, t.position_key) in " RESTATED, NULL, NULL},
    {"fill_restatements",
     "account_id:u fill_id:u position_cycle:i position_qty:d realized_gross:d realized_net:d", "fill_id",
     ONE_OF("trading.fill_restatements"),
     "t.fill_id in (select n.fill_id from trading.fills as n where n.account_id = ?1 and (n.recorded_at >= "
     "$since or (n.instrument_id, n.position_key) in " RESTATED "))",
     NULL, NULL},
    {"roundtrips",
     "account_id:u position_id:u cycle:i instrument_id:m position_key:t side:t opened_at:w closed_at:w qty:d "
     "entry_value:d exit_value:d gross:d fees:d low:d high:d first_version:i last_version:i",
     "position_id cycle", ONE_OF("trading.roundtrips"),
     "((t.instrument_id, t.position_key, t.last_version) in (select n.instrument_id, n.position_key, "
     "n.position_version from trading.fills as n where n.account_id = ?1 and n.recorded_at >= $since) or "
     "(t.instrument_id, t.position_key) in " RESTATED ")",
     NULL, NULL},
    {"cash_entries",
     "account_id:u entry_id:u kind:t currency:t amount:a occurred_at:w reason:t recorded_at:w ctx:j",
     "entry_id", ONE_OF("trading.cash_entries"), RECORDED, NULL, NULL},
    {"funding_payments",
     "account_id:u payment_id:u instrument_id:m position_key:t funding_time:w amount:d currency:t source:t "
     "rate:a mark:a position_qty:d position_version:i recorded_at:w ctx:j",
     "payment_id", ONE_OF("trading.funding_payments"), RECORDED, NULL, NULL},
    {"equity_points",
     "account_id:u point_id:u as_of:w run_id:u currency:t balance:d unrealized:d equity:d complete:b "
     "missing:l marks:p rates:p recorded_at:w ctx:j",
     "point_id", ONE_OF("trading.equity_points"), RECORDED, NULL, NULL},
    {"state_snapshots", "account_id:u snapshot_id:u name:t as_of:w state:j recorded_at:w ctx:j",
     "snapshot_id", ONE_OF("trading.state_snapshots"), RECORDED, NULL, NULL},
    {"decision_log", "account_id:u entry_id:u kind:t occurred_at:w run_id:u content:j recorded_at:w ctx:j",
     "entry_id", ONE_OF("trading.decision_log"), RECORDED, NULL, NULL},
    {"reconcile_runs",
     "account_id:u reconcile_id:u as_of:w book_cash:b sections:l state_hash:h state:j differences:s "
     "adjustments:s undecided:s answer:k recorded_at:w ctx:j",
     "reconcile_id", ONE_OF("trading.reconcile_runs"), RECORDED, NULL, NULL},
    {"performance_snapshots",
     "account_id:u snapshot_id:u since:w as_of:w run_id:u currency:t fills:i fees:d funding:d realized_net:d "
     "roundtrips:i won:i lost:i gross_profit:d gross_loss:d first_at:w last_at:w points:s equity_first:d "
     "equity_last:d flows:d pnl:d return_rate:d drawdown:d drawdown_rate:d missing:l recorded_at:w ctx:j",
     "snapshot_id", ONE_OF("trading.performance_snapshots"), RECORDED, NULL, NULL},
    {"domain_events", EVENT_COLUMNS, "id", ONE_OF("bus.domain_events") " and t." OF_THE_BOOK, "t.id > $event",
     NULL, NULL},
    {"audit_log",
     "audit_id:i at:w action:t subject_type:t subject_id:t account_id:u outcome:t code:t detail:k "
     "session_role:n ctx:j nth:i",
     "audit_id",
     "(select l.*, row_number() over (partition by l.subject_type, l.subject_id, l.at, l.action, l.outcome, "
     "l.code order by l.audit_id) as nth from audit.audit_log as l where l.account_id = ?1 and l.action not "
     "like "
     "'%.move_account' and l.action not like '%.grant_account') as t where true",
     "t.audit_id > $audit", NULL, NULL},
    /* A session belongs to no account. Those go with it that wrote to it. */
    {"sessions",
     "session_id:u program:t version:t host:t pid:s role_name:n started_at:w ended_at:w end_reason:t ctx:j "
     "end_ctx:j",
     "session_id", "ops.sessions as t where cast(t.session_id as text) in " SESSIONS ")",
     "cast(t.session_id as text) in " SESSIONS " and d.id > $event)", NULL, NULL},
    {"session_events", EVENT_COLUMNS, "id",
     "bus.domain_events as t where t.aggregate_type = 'session' and t.aggregate_id in " SESSIONS ")",
     "t.aggregate_id in " SESSIONS " and d.id > $event)", NULL, NULL},
};
#define SPEC_COUNT (sizeof(specs) / sizeof(specs[0]))

/* ---- from text to table ---- */

static int find_column(const move_table *t, const char *name, size_t length)
{
    for (size_t i = 0; i < t->count; i++)
        if (strncmp(t->columns[i].name, name, length) == 0 && t->columns[i].name[length] == '\0')
            return (int)i;
    return -1;
}

static bool add_columns(arena *a, move_table *t, const char *at)
{
    while (*at) {
        const char *colon = strchr(at, ':');
        assert(colon && t->count < MOVE_COLUMNS_MAX);
        const char *name = arena_strndup(a, at, (size_t)(colon - at));
        if (!name)
            return false;
        t->columns[t->count++] = (move_column){.name = name, .kind = (move_kind)colon[1]};
        at = colon + 2 + (colon[2] == ' ');
    }
    return true;
}

static void add_keys(move_table *t, const char *at)
{
    while (*at) {
        size_t length = strcspn(at, " ");
        assert(t->key_count < MOVE_KEYS_MAX);
        t->keys[t->key_count++] = find_column(t, at, length);
        assert(t->keys[t->key_count - 1] >= 0);
        at += length + (at[length] == ' ');
    }
}

dbk_err *move_tables(arena *a, move_table **out, size_t *count)
{
    move_table *tables = arena_alloc(a, SPEC_COUNT * sizeof(*tables));
    if (!tables)
        return err_oom();
    for (size_t i = 0; i < SPEC_COUNT; i++) {
        tables[i].name = specs[i].name;
        tables[i].spec = &specs[i];
        if (!add_columns(a, &tables[i], specs[i].columns))
            return err_oom();
        add_keys(&tables[i], specs[i].keys);
    }
    *out = tables;
    *count = SPEC_COUNT;
    return NULL;
}

/* ---- statements ---- */

typedef struct dialect {
    bool server;
    const move_bounds *bounds;
} dialect;

static void append_bound(buf *b, const dialect *d, const char **at)
{
    char time[CLOCK_ISO_SIZE];
    if (strncmp(*at, "$since", 6) == 0) {
        clock_iso(d->bounds->since_us, time);
        if (d->server)
            buf_printf(b, "timestamptz '%s'", time);
        else
            buf_printf(b, "%lld", (long long)d->bounds->since_us);
    } else {
        bool event = strncmp(*at, "$event", 6) == 0;
        assert(event || strncmp(*at, "$audit", 6) == 0);
        buf_printf(b, "%lld", (long long)(event ? d->bounds->event : d->bounds->audit));
    }
    *at += 6;
}

static void append_char(buf *b, const dialect *d, char c)
{
    buf_append_char(b, d->server && c == '?' ? '$' : c);
}

/* A file has no schemas; a server numbers its parameters with a dollar. */
static void append_sql(buf *b, const dialect *d, const char *sql)
{
    static const char *const schemas[] = {"trading.", "bus.", "audit.", "ops."};
    while (*sql) {
        size_t skip = 0;
        for (size_t i = 0; !d->server && i < sizeof(schemas) / sizeof(schemas[0]); i++)
            if (strncmp(sql, schemas[i], strlen(schemas[i])) == 0)
                skip = strlen(schemas[i]);
        sql += skip;
        if (*sql == '$')
            append_bound(b, d, &sql);
        else if (*sql)
            append_char(b, d, *sql++);
    }
}

static void append_column(buf *b, const dialect *d, const move_column *c)
{
    const char *before = "t.", *after = "::text";
    switch (c->kind) {
    case MOVE_AMOUNT:
    case MOVE_NUMERIC:
        before = "trim_scale(t.", after = ")::text";
        break;
    case MOVE_TIME:
        before = "(extract(epoch from t.", after = ") * 1000000)::bigint::text";
        break;
    case MOVE_BOOL:
        after = "::integer::text";
        break;
    case MOVE_LIST:
        before = "array_to_string(t.", after = ", ',')";
        break;
    case MOVE_HASH:
        before = "encode(t.", after = ", 'hex')";
        break;
    case MOVE_AMOUNTS:
        before = "(select coalesce(jsonb_object_agg(x.key, x.value), '{}')::text from jsonb_each_text(t.";
        after = ") as x)";
        break;
    case MOVE_UUID:
    case MOVE_INSTRUMENT:
    case MOVE_TEXT:
    case MOVE_NAME:
    case MOVE_INT8:
    case MOVE_INT4:
    case MOVE_JSON:
    case MOVE_JSON_OF_BOOK:
        break;
    }
    if (d->server)
        buf_printf(b, "%s%s%s", before, c->name, after);
    else
        buf_printf(b, "t.%s", c->name);
}

static void append_keys(buf *b, const move_table *t, const char *before)
{
    for (size_t i = 0; i < t->key_count; i++)
        buf_printf(b, "%s%s%s", i == 0 ? "" : ", ", before, t->columns[t->keys[i]].name);
}

static const char *keep(arena *a, buf *b)
{
    const char *text = b->state == BUF_OK ? arena_strndup(a, b->data, b->length) : NULL;
    buf_term(b);
    return text;
}

static const char *select_rows(arena *a, const move_table *t, move_extent extent, const dialect *d)
{
    buf b;
    buf_init(&b, 0);
    for (size_t i = 0; i < t->count; i++) {
        buf_append_str(&b, i == 0 ? "select " : ", ");
        append_column(&b, d, &t->columns[i]);
    }
    buf_append_str(&b, " from ");
    append_sql(&b, d, t->spec->from);
    if (extent == MOVE_SINCE && t->spec->since) {
        buf_append_str(&b, " and ");
        append_sql(&b, d, t->spec->since);
    }
    if (extent == MOVE_AFTER) {
        buf_append_str(&b, " and (");
        append_keys(&b, t, "t.");
        for (size_t i = 0; i < t->key_count; i++)
            buf_printf(&b, "%s%c%zu", i == 0 ? ") > (" : ", ", d->server ? '$' : '?', i + 2);
        buf_append_char(&b, ')');
    }
    buf_append_str(&b, " order by ");
    append_keys(&b, t, "t.");
    return keep(a, &b);
}

const char *move_select_file(arena *a, const move_table *t, move_extent extent, const move_bounds *bounds)
{
    return select_rows(a, t, extent, &(dialect){.server = false, .bounds = bounds});
}

const char *move_select_server(arena *a, const move_table *t, move_extent extent, const move_bounds *bounds)
{
    return select_rows(a, t, extent, &(dialect){.server = true, .bounds = bounds});
}

static const char *count_rows(arena *a, const move_table *t, const dialect *d)
{
    buf b;
    buf_init(&b, 0);
    buf_append_str(&b, "select count(*) from ");
    append_sql(&b, d, t->spec->from);
    return keep(a, &b);
}

const char *move_count_file(arena *a, const move_table *t)
{
    return count_rows(a, t, &(dialect){.server = false});
}

const char *move_count_server(arena *a, const move_table *t)
{
    return count_rows(a, t, &(dialect){.server = true});
}

static void append_changes(buf *b, const char *changes)
{
    const char *before = "";
    while (*changes) {
        int length = (int)strcspn(changes, " ");
        buf_printf(b, "%s%.*s = excluded.%.*s", before, length, changes, length, changes);
        changes += length + (changes[length] == ' ');
        before = ", ";
    }
}

const char *move_insert_file(arena *a, const move_table *t, bool *special)
{
    static const char *const otherwise[] = {"restated_positions", "domain_events", "audit_log", "sessions",
                                            "session_events"};
    *special = false;
    for (size_t i = 0; i < sizeof(otherwise) / sizeof(otherwise[0]); i++)
        *special |= strcmp(t->name, otherwise[i]) == 0;
    if (*special)
        return NULL;
    buf b;
    buf_init(&b, 0);
    buf_printf(&b, "insert into %s (", t->name);
    for (size_t i = 0; i < t->count; i++)
        buf_printf(&b, "%s%s", i == 0 ? "" : ", ", t->columns[i].name);
    for (size_t i = 0; i < t->count; i++)
        buf_printf(&b, "%s?%zu", i == 0 ? ") values (" : ", ", i + 1);
    buf_append_str(&b, ") on conflict (account_id");
    if (strcmp(t->spec->keys, "account_id") != 0) {
        buf_append_str(&b, ", ");
        append_keys(&b, t, "");
    }
    buf_append_str(&b, t->spec->changes ? ") do update set " : ") do nothing");
    if (t->spec->changes) {
        append_changes(&b, t->spec->changes);
        buf_printf(&b, " where %s", t->spec->newer);
    }
    return keep(a, &b);
}
