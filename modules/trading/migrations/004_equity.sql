create table trading.equity_points (
    account_id  uuid        not null,
    point_id    uuid        not null,
    as_of       timestamptz not null,
    run_id      uuid,
    currency    text        not null,
    balance     numeric     not null,
    unrealized  numeric     not null,
    equity      numeric     not null,
    complete    boolean     not null,
    missing     text[]      not null,
    marks       jsonb       not null,
    rates       jsonb       not null default '{}',
    recorded_at timestamptz not null default clock_timestamp(),
    ctx         jsonb,
    constraint equity_points_pkey primary key (account_id, point_id),
    constraint equity_points_account_fkey foreign key (account_id) references trading.accounts (account_id) on delete restrict,
    constraint equity_points_run_fkey foreign key (account_id, run_id) references trading.runs (account_id, run_id) on delete restrict,
    constraint equity_points_currency_fkey foreign key (currency) references ref.currencies (code) on delete restrict,
    constraint equity_points_complete_whole check (complete = (missing = '{}'))
);
comment on table trading.equity_points is 'The equity curve: balance and marked value of an account at points in time, append-only.';
comment on column trading.equity_points.balance is 'Opening balance, cash entries and all that was realised, in the currency of the account.';
comment on column trading.equity_points.unrealized is 'Of the positions that could be marked; what could not is named in missing.';
comment on column trading.equity_points.complete is 'False when a mark or a rate was missing: then unrealized and equity leave something out.';
comment on column trading.equity_points.missing is 'What could not be valued: mark:<venue>/<symbol>/<kind> for an open position, rate:<currency> for a currency other than the account''s.';
comment on column trading.equity_points.rates is 'The rates given by the caller, by currency, as decimal text: the price of one unit in the account''s currency.';
comment on column trading.equity_points.marks is 'The marks given by the caller, by instrument id, as decimal text.';

create index equity_points_as_of_idx on trading.equity_points (account_id, as_of);

create table trading.state_snapshots (
    account_id  uuid        not null,
    snapshot_id uuid        not null,
    name        text        not null,
    as_of       timestamptz not null,
    state       jsonb       not null,
    recorded_at timestamptz not null default clock_timestamp(),
    ctx         jsonb,
    constraint state_snapshots_pkey primary key (account_id, snapshot_id),
    constraint state_snapshots_account_fkey foreign key (account_id) references trading.accounts (account_id) on delete restrict
);
comment on table trading.state_snapshots is 'States that programs saved to continue from, append-only; the latest of a name is the one to load.';
comment on column trading.state_snapshots.name is 'What the state is of, chosen by the program.';

create index state_snapshots_latest_idx on trading.state_snapshots (account_id, name, as_of, recorded_at);

-- What no fact of the book says: why something was done, what a program met, how it moved from state to state.
create table trading.decision_log (
    account_id  uuid        not null,
    entry_id    uuid        not null,
    kind        text        not null,
    occurred_at timestamptz not null,
    run_id      uuid,
    content     jsonb       not null,
    recorded_at timestamptz not null default clock_timestamp(),
    ctx         jsonb,
    constraint decision_log_pkey primary key (account_id, entry_id),
    constraint decision_log_account_fkey foreign key (account_id) references trading.accounts (account_id) on delete restrict,
    constraint decision_log_run_fkey foreign key (account_id, run_id) references trading.runs (account_id, run_id) on delete restrict,
    constraint decision_log_kind_known check (kind in ('decision', 'error', 'state_transition', 'reconciliation')),
    constraint decision_log_content_object check (jsonb_typeof(content) = 'object')
);
comment on table trading.decision_log is
    'What programs and people say of their own doing, append-only. Refusals and other answers of the book are in audit.audit_log, changes of orders in order_events.';
comment on column trading.decision_log.kind is
    'decision: something was done, or left, for a reason. error: something went wrong. state_transition: the program went from one state to another. reconciliation: what a comparison with the venue found.';
comment on column trading.decision_log.occurred_at is 'When it happened, as the caller says.';
comment on column trading.decision_log.content is 'What there is to say, in the words of the program; an object.';

-- Read by time, and one kind by time; entries are few beside orders and fills, and nothing else waits for their writing.
create index decision_log_occurred_idx on trading.decision_log (account_id, occurred_at);
create index decision_log_kind_idx on trading.decision_log (account_id, kind, occurred_at);
