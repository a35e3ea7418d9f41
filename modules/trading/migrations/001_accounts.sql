-- The book. account_id leads every key, unique constraint and foreign key of this schema, so that all rows of one account
-- can live on one node; foreign keys that do not start with it lead to reference tables only.

create schema if not exists trading;
comment on schema trading is 'The book: accounts, runs, orders, fills, positions and equity. Written only by its functions.';

create table trading.accounts (
    account_id      uuid        not null,
    name            text        not null,
    venue           text        not null,
    currency        text        not null,
    mode            text        not null,
    position_mode   text        not null,
    opening_balance util.amount not null,
    status          text        not null default 'open',
    version         bigint      not null default 1,
    opened_at       timestamptz not null default clock_timestamp(),
    closed_at       timestamptz,
    ctx             jsonb,
    constraint accounts_pkey primary key (account_id),
    constraint accounts_venue_fkey foreign key (venue) references ref.venues (code) on delete restrict,
    constraint accounts_currency_fkey foreign key (currency) references ref.currencies (code) on delete restrict,
    constraint accounts_mode_known check (mode in ('live', 'paper', 'backtest')),
    constraint accounts_position_mode_known check (position_mode in ('netting', 'hedging')),
    constraint accounts_status_known check (status in ('open', 'closed')),
    constraint accounts_closed_whole check ((status = 'closed') = (closed_at is not null))
);
comment on table trading.accounts is 'One row per account at a venue; live, paper and backtest money never share an account.';
comment on column trading.accounts.currency is 'Currency in which balance and equity of the account are stated.';
comment on column trading.accounts.position_mode is
    'netting: fills of an instrument net into one position per key. hedging: every position is named by its caller, so a key is required.';
comment on column trading.accounts.opening_balance is 'Balance when the account was opened here; realised results are added to it.';
comment on column trading.accounts.version is 'Number of the latest event of this account.';

create table trading.runs (
    account_id    uuid        not null,
    run_id        uuid        not null,
    kind          text        not null,
    strategy      text        not null,
    code_revision text,
    params        jsonb       not null,
    status        text        not null default 'running',
    version       bigint      not null default 1,
    started_at    timestamptz not null default clock_timestamp(),
    finished_at   timestamptz,
    ctx           jsonb,
    finish_ctx    jsonb,
    constraint runs_pkey primary key (account_id, run_id),
    constraint runs_account_fkey foreign key (account_id) references trading.accounts (account_id) on delete restrict,
    constraint runs_kind_known check (kind in ('backtest', 'paper', 'live')),
    constraint runs_status_known check (status in ('running', 'finished', 'failed', 'interrupted')),
    constraint runs_finished_whole check ((status = 'running') = (finished_at is null))
);
comment on table trading.runs is 'One row per run of a strategy on an account: backtest, paper or live.';
comment on column trading.runs.code_revision is 'Revision of the strategy''s source, so that a result can be traced to the code that made it.';
comment on column trading.runs.params is 'Parameters of the strategy, as it was started.';
comment on column trading.runs.ctx is 'Context of the call that started the run.';
comment on column trading.runs.finish_ctx is 'Context of the call that finished the run.';
