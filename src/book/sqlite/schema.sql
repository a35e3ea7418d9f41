-- The book in one file. Tables and columns are those of the modules on a server (test/program/test_sqlite_schema.py
-- compares them), without their schemas' names. Ids are text, amounts canonical decimal text, which SQLite never computes with,
-- times are microseconds since 1970-01-01 UTC, JSON is text, lists are text separated by commas. What a server generates or
-- assigns is written by the store (src/book/sqlite_store.c).
--
-- No check says IN with three values or more: SQLite makes a table in memory for it, in every statement that checks a row.

create table currencies (
    code          text    not null primary key,
    name          text    not null,
    kind          text    not null,
    registered_at integer not null,
    ctx           text
) strict, without rowid;

create table venues (
    code          text    not null primary key,
    name          text    not null,
    registered_at integer not null,
    ctx           text
) strict, without rowid;

create table instruments (
    instrument_id text    not null primary key,
    venue         text    not null references venues (code),
    symbol        text    not null,
    kind          text    not null check (kind = 'spot' or kind = 'perp' or kind = 'inverse'),
    base          text    not null references currencies (code),
    quote         text    not null references currencies (code),
    settle        text    not null references currencies (code),
    tick_size     text,
    lot_size      text,
    multiplier    text    not null,
    version       integer not null default 1,
    registered_at integer not null,
    ctx           text,
    unique (venue, kind, symbol)
) strict, without rowid;

create table account_fences (
    account_id text    not null primary key,
    state      text    not null check (state in ('copying', 'leaving', 'moved', 'arriving', 'here')),
    place      text    not null,
    move_id    text    not null,
    progress   text,
    changed_at integer not null,
    ctx        text
) strict, without rowid;

create table sessions (
    session_id text    not null primary key,
    program    text    not null,
    version    text    not null,
    host       text    not null,
    pid        integer not null,
    role_name  text    not null,
    started_at integer not null,
    ended_at   integer,
    end_reason text,
    ctx        text,
    end_ctx    text,
    check ((ended_at is null) = (end_reason is null))
) strict, without rowid;

create table audit_log (
    audit_id     integer not null primary key autoincrement,
    at           integer not null,
    action       text    not null,
    subject_type text    not null,
    subject_id   text    not null,
    account_id   text,
    outcome      text    not null,
    code         text,
    detail       text,
    session_role text    not null,
    ctx          text
) strict;

create index audit_log_subject_idx on audit_log (subject_type, subject_id);

create table aggregate_heads (
    aggregate_type text    not null,
    aggregate_id   text    not null,
    version        integer not null check (version > 0),
    primary key (aggregate_type, aggregate_id)
) strict, without rowid;

create table domain_events (
    id                integer not null primary key autoincrement,
    event_id          text    not null,
    event_type        text    not null,
    account_id        text,
    aggregate_type    text    not null,
    aggregate_id      text    not null,
    aggregate_version integer not null check (aggregate_version > 0),
    occurred_at       integer not null,
    recorded_at       integer not null,
    payload           text    not null,
    ctx               text
) strict;
create unique index domain_events_version_key
    on domain_events (aggregate_type, aggregate_id, aggregate_version, coalesce(account_id, ''));

create table accounts (
    account_id      text    not null primary key,
    name            text    not null,
    venue           text    not null references venues (code),
    currency        text    not null references currencies (code),
    mode            text    not null check (mode = 'live' or mode = 'paper' or mode = 'backtest'),
    position_mode   text    not null check (position_mode in ('netting', 'hedging')),
    opening_balance text    not null,
    status          text    not null default 'open' check (status in ('open', 'closed')),
    version         integer not null default 1,
    opened_at       integer not null,
    closed_at       integer,
    ctx             text,
    check ((status = 'closed') = (closed_at is not null))
) strict, without rowid;

create table runs (
    account_id    text    not null references accounts (account_id),
    run_id        text    not null,
    kind          text    not null check (kind = 'backtest' or kind = 'paper' or kind = 'live'),
    strategy      text    not null,
    code_revision text,
    params        text    not null,
    status        text    not null default 'running'
        check (status = 'running' or status = 'finished' or status = 'failed' or status = 'interrupted'),
    version       integer not null default 1,
    started_at    integer not null,
    finished_at   integer,
    ctx           text,
    finish_ctx    text,
    primary key (account_id, run_id),
    check ((status = 'running') = (finished_at is null))
) strict, without rowid;

create table orders (
    account_id           text    not null references accounts (account_id),
    order_id             text    not null,
    origin               text    not null check (origin = 'local' or origin = 'external' or origin = 'claimed'),
    instrument_id        text    not null references instruments (instrument_id),
    position_key         text    not null default '',
    run_id               text,
    side                 text    not null check (side in ('buy', 'sell')),
    type                 text    check (type = 'market' or type = 'limit' or type = 'stop' or type = 'stop_limit'),
    time_in_force        text
        check (time_in_force = 'gtc' or time_in_force = 'ioc' or time_in_force = 'fok' or time_in_force = 'day' or time_in_force = 'gtd'
               or time_in_force = 'post_only'),
    qty                  text,
    price                text,
    stop_price           text,
    idempotency_key      text,
    submitted_at         integer,
    refusal_code         text,
    refusal_detail       text,
    lifecycle            text    not null
        check (lifecycle = 'denied' or lifecycle = 'submitted' or lifecycle = 'accepted' or lifecycle = 'triggered'
               or lifecycle = 'canceled' or lifecycle = 'rejected' or lifecycle = 'expired'),
    pending              text    not null default 'none' check (pending = 'none' or pending = 'cancel' or pending = 'replace'),
    outcome_unknown      integer not null default 0 check (outcome_unknown in (0, 1)),
    exchange_order_id    text,
    working_qty          text,
    working_price        text,
    working_stop_price   text,
    requested_qty        text,
    requested_price      text,
    requested_stop_price text,
    cum_qty              text    not null default '0',
    cum_value            text    not null default '0',
    version              integer not null default 1,
    recorded_at          integer not null,
    updated_at           integer not null,
    ctx                  text,
    status               text    not null,
    is_open              integer not null check (is_open in (0, 1)),
    primary key (account_id, order_id),
    foreign key (account_id, run_id) references runs (account_id, run_id),
    check (origin = 'external'
           or type is not null and time_in_force is not null and qty is not null and working_qty is not null and submitted_at is not null),
    check ((lifecycle = 'denied') = (refusal_code is not null))
) strict, without rowid;
create unique index orders_idempotency_key on orders (account_id, idempotency_key) where idempotency_key is not null;
create index orders_open_idx on orders (account_id, order_id) where is_open;
create index orders_exchange_order_idx on orders (account_id, exchange_order_id) where exchange_order_id is not null;
create index orders_recorded_idx on orders (account_id, recorded_at);

create table order_events (
    account_id        text    not null,
    event_id          text    not null,
    order_id          text    not null,
    order_version     integer not null,
    event             text    not null
        check (event = 'acknowledge' or event = 'trigger' or event = 'reject' or event = 'cancel_request' or event = 'cancel'
               or event = 'cancel_reject' or event = 'replace_request' or event = 'replace' or event = 'replace_reject' or event = 'expire'
               or event = 'outcome_unknown'),
    outcome           text    not null check (outcome in ('created', 'refused')),
    status            text    not null,
    exchange_order_id text,
    reason            text,
    qty               text,
    price             text,
    stop_price        text,
    decided_by        text,
    refusal_code      text,
    refusal_detail    text,
    occurred_at       integer not null,
    recorded_at       integer not null,
    ctx               text,
    primary key (account_id, event_id),
    unique (account_id, order_id, order_version),
    foreign key (account_id, order_id) references orders (account_id, order_id),
    check ((outcome = 'refused') = (refusal_code is not null))
) strict, without rowid;
create index order_events_exchange_order_idx on order_events (account_id, exchange_order_id) where exchange_order_id is not null;

create table positions (
    account_id         text    not null references accounts (account_id),
    position_id        text    not null,
    instrument_id      text    not null references instruments (instrument_id),
    position_key       text    not null default '',
    kind               text    not null check (kind = 'spot' or kind = 'perp' or kind = 'inverse'),
    base_currency      text    not null references currencies (code),
    currency           text    not null references currencies (code),
    multiplier         text    not null,
    signed_qty         text    not null default '0',
    open_cost          text    not null default '0',
    avg_price          text    not null default '0',
    realized_gross     text    not null default '0',
    fees               text    not null default '0',
    funding            text    not null default '0',
    realized_net       text    not null default '0',
    cycle              integer not null default 0,
    version            integer not null default 0,
    opened_at          integer,
    last_fill_at       integer,
    cycle_version      integer,
    cycle_qty          text    not null default '0',
    cycle_entry_value  text    not null default '0',
    cycle_exit_value   text    not null default '0',
    cycle_low          text,
    cycle_high         text,
    cycle_gross_before text    not null default '0',
    cycle_fees_before  text    not null default '0',
    recorded_at        integer not null,
    primary key (account_id, position_id),
    unique (account_id, instrument_id, position_key),
    check ((signed_qty = '0') = (opened_at is null) and (signed_qty <> '0' or open_cost = '0'))
) strict, without rowid;

create table position_fees (
    account_id  text not null,
    position_id text not null,
    currency    text not null references currencies (code),
    fee_kind    text not null check (fee_kind in ('base', 'other')),
    amount      text not null,
    priced      text not null default '0',
    converted   text not null default '0',
    primary key (account_id, position_id, currency),
    foreign key (account_id, position_id) references positions (account_id, position_id)
) strict, without rowid;

create table fills (
    account_id          text    not null,
    fill_id             text    not null,
    order_id            text    not null,
    instrument_id       text    not null,
    position_key        text    not null,
    side                text    not null check (side in ('buy', 'sell')),
    qty                 text    not null,
    price               text    not null,
    fee                 text    not null,
    fee_currency        text,
    fee_rate            text,
    liquidity           text    check (liquidity in ('maker', 'taker')),
    venue_trade_id      text,
    trade_discriminator text    not null default '',
    filled_at           integer not null,
    recorded_at         integer not null,
    ctx                 text,
    flags               text    not null default '',
    order_version       integer not null,
    order_status        text    not null,
    order_cum_qty       text    not null,
    position_version    integer not null,
    position_cycle      integer not null,
    position_qty        text    not null,
    position_avg_price  text    not null,
    realized_gross      text    not null,
    realized_net        text    not null,
    position_realized   text    not null,
    primary key (account_id, fill_id),
    unique (account_id, instrument_id, position_key, position_version),
    foreign key (account_id, order_id) references orders (account_id, order_id),
    foreign key (account_id, instrument_id, position_key) references positions (account_id, instrument_id, position_key),
    check ((fee = '0') = (fee_currency is null))
) strict, without rowid;
create unique index fills_venue_trade_key on fills (account_id, instrument_id, venue_trade_id, trade_discriminator)
    where venue_trade_id is not null;
create index fills_order_idx on fills (account_id, order_id);
create index fills_filled_idx on fills (account_id, filled_at);

create table fill_events (
    account_id         text    not null references accounts (account_id),
    event_id           text    not null,
    fill_id            text    not null,
    place              integer not null,
    kind               text    not null check (kind in ('bust', 'correct')),
    qty                text,
    price              text,
    fee                text,
    fee_currency       text    references currencies (code),
    fee_rate           text,
    leaves_qty         text,
    reason             text,
    occurred_at        integer not null,
    recorded_at        integer not null,
    ctx                text,
    outcome            text    not null check (outcome in ('created', 'refused')),
    refusal_code       text,
    refusal_detail     text,
    order_version      integer,
    order_status       text,
    order_cum_qty      text,
    position_version   integer,
    position_cycle     integer,
    position_qty       text,
    position_avg_price text,
    position_realized  text,
    primary key (account_id, event_id),
    unique (account_id, fill_id, place),
    check ((outcome = 'refused') = (refusal_code is not null))
) strict, without rowid;

create table fill_restatements (
    account_id     text    not null,
    fill_id        text    not null,
    position_cycle integer not null,
    position_qty   text    not null,
    realized_gross text    not null,
    realized_net   text    not null,
    primary key (account_id, fill_id),
    foreign key (account_id, fill_id) references fills (account_id, fill_id)
) strict, without rowid;

create table roundtrips (
    account_id    text    not null,
    position_id   text    not null,
    cycle         integer not null,
    instrument_id text    not null,
    position_key  text    not null,
    side          text    not null check (side in ('long', 'short')),
    opened_at     integer not null,
    closed_at     integer not null,
    qty           text    not null,
    entry_value   text    not null,
    exit_value    text    not null,
    gross         text    not null,
    fees          text    not null,
    low           text    not null,
    high          text    not null,
    first_version integer not null,
    last_version  integer not null,
    primary key (account_id, position_id, cycle),
    foreign key (account_id, position_id) references positions (account_id, position_id)
) strict, without rowid;

create table cash_entries (
    account_id  text    not null references accounts (account_id),
    entry_id    text    not null,
    kind        text    not null
        check (kind = 'deposit' or kind = 'withdrawal' or kind = 'transfer' or kind = 'interest' or kind = 'fee' or kind = 'adjustment'),
    currency    text    not null references currencies (code),
    amount      text    not null,
    occurred_at integer not null,
    reason      text,
    recorded_at integer not null,
    ctx         text,
    primary key (account_id, entry_id)
) strict, without rowid;
create index cash_entries_occurred_idx on cash_entries (account_id, occurred_at);

create table funding_payments (
    account_id       text    not null,
    payment_id       text    not null,
    instrument_id    text    not null,
    position_key     text    not null,
    funding_time     integer not null,
    amount           text    not null,
    currency         text    not null references currencies (code),
    source           text    not null check (source in ('venue', 'computed')),
    rate             text,
    mark             text,
    position_qty     text    not null,
    position_version integer not null,
    recorded_at      integer not null,
    ctx              text,
    primary key (account_id, payment_id),
    unique (account_id, instrument_id, position_key, funding_time),
    foreign key (account_id, instrument_id, position_key) references positions (account_id, instrument_id, position_key)
) strict, without rowid;

create table equity_points (
    account_id  text    not null references accounts (account_id),
    point_id    text    not null,
    as_of       integer not null,
    run_id      text,
    currency    text    not null references currencies (code),
    balance     text    not null,
    unrealized  text    not null,
    equity      text    not null,
    complete    integer not null check (complete in (0, 1)),
    missing     text    not null,
    marks       text    not null,
    rates       text    not null default '{}',
    recorded_at integer not null,
    ctx         text,
    primary key (account_id, point_id),
    foreign key (account_id, run_id) references runs (account_id, run_id),
    check (complete = (missing = ''))
) strict, without rowid;
create index equity_points_as_of_idx on equity_points (account_id, as_of);

create table state_snapshots (
    account_id  text    not null references accounts (account_id),
    snapshot_id text    not null,
    name        text    not null,
    as_of       integer not null,
    state       text    not null,
    recorded_at integer not null,
    ctx         text,
    primary key (account_id, snapshot_id)
) strict, without rowid;
create index state_snapshots_latest_idx on state_snapshots (account_id, name, as_of, recorded_at);

create table decision_log (
    account_id  text    not null references accounts (account_id),
    entry_id    text    not null,
    kind        text    not null check (kind = 'decision' or kind = 'error' or kind = 'state_transition' or kind = 'reconciliation'),
    occurred_at integer not null,
    run_id      text,
    content     text    not null,
    recorded_at integer not null,
    ctx         text,
    primary key (account_id, entry_id),
    foreign key (account_id, run_id) references runs (account_id, run_id)
) strict, without rowid;
create index decision_log_occurred_idx on decision_log (account_id, occurred_at);
create index decision_log_kind_idx on decision_log (account_id, kind, occurred_at);

create table reconcile_runs (
    account_id   text    not null references accounts (account_id),
    reconcile_id text    not null,
    as_of        integer not null,
    book_cash    integer not null check (book_cash in (0, 1)),
    sections     text    not null,
    state_hash   text    not null,
    state        text    not null,
    differences  integer not null,
    adjustments  integer not null,
    undecided    integer not null,
    answer       text    not null,
    recorded_at  integer not null,
    ctx          text,
    primary key (account_id, reconcile_id)
) strict, without rowid;
create index reconcile_runs_as_of_idx on reconcile_runs (account_id, as_of);

create table performance_snapshots (
    account_id    text    not null references accounts (account_id),
    snapshot_id   text    not null,
    since         integer not null,
    as_of         integer not null,
    run_id        text,
    currency      text    not null references currencies (code),
    fills         integer not null,
    fees          text    not null,
    funding       text    not null,
    realized_net  text    not null,
    roundtrips    integer not null,
    won           integer not null,
    lost          integer not null,
    gross_profit  text    not null,
    gross_loss    text    not null,
    first_at      integer,
    last_at       integer,
    points        integer not null,
    equity_first  text,
    equity_last   text,
    flows         text    not null,
    pnl           text,
    return_rate   text,
    drawdown      text,
    drawdown_rate text,
    missing       text    not null,
    recorded_at   integer not null,
    ctx           text,
    primary key (account_id, snapshot_id),
    foreign key (account_id, run_id) references runs (account_id, run_id),
    check (since < as_of)
) strict, without rowid;
create index performance_snapshots_as_of_idx on performance_snapshots (account_id, as_of);
