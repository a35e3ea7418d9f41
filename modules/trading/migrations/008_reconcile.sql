-- Comparing the book with what the venue says.

create table trading.reconcile_runs (
    account_id   uuid        not null,
    reconcile_id uuid        not null,
    as_of        timestamptz not null,
    book_cash    boolean     not null,
    sections     text[]      not null,
    state_hash   bytea       not null,
    state        jsonb       not null,
    differences  integer     not null,
    adjustments  integer     not null,
    undecided    integer     not null,
    answer       jsonb       not null,
    recorded_at  timestamptz not null default clock_timestamp(),
    ctx          jsonb,
    constraint reconcile_runs_pkey primary key (account_id, reconcile_id),
    constraint reconcile_runs_account_fkey foreign key (account_id) references trading.accounts (account_id) on delete restrict,
    constraint reconcile_runs_counts_whole check (adjustments > 0 and undecided >= 0 and differences = adjustments + undecided)
);
comment on table trading.reconcile_runs is
    'Reconciliations that changed the book, append-only: what the venue said, and what was answered. One that finds nothing to do leaves nothing.';
comment on column trading.reconcile_runs.as_of is 'The moment of which the venue''s state tells.';
comment on column trading.reconcile_runs.book_cash is 'Whether differences of cash were to be booked.';
comment on column trading.reconcile_runs.sections is 'What was known of the venue''s state; the rest was not compared.';
comment on column trading.reconcile_runs.state_hash is 'SHA-256 of the text of state.';
comment on column trading.reconcile_runs.state is 'What the venue said, as received.';
comment on column trading.reconcile_runs.adjustments is 'Of the differences, what the run did something about.';
comment on column trading.reconcile_runs.undecided is 'Of the differences, those for which evidence or a decision is missing.';
comment on column trading.reconcile_runs.answer is 'The rows that were answered, in their order.';

create index reconcile_runs_as_of_idx on trading.reconcile_runs (account_id, as_of);

create type trading.venue_entry as (
    fill_id             uuid,
    order_id            uuid,
    exchange_order_id   text,
    instrument_id       uuid,
    symbol              text,
    kind                text,
    position_key        text,
    side                text,
    type                text,
    time_in_force       text,
    qty                 numeric,
    price               numeric,
    stop_price          numeric,
    avg_price           numeric,
    filled_qty          numeric,
    status              text,
    reason              text,
    fee                 numeric,
    fee_currency        text,
    fee_rate            numeric,
    liquidity           text,
    venue_trade_id      text,
    trade_discriminator text,
    filled_at           timestamptz,
    submitted_at        timestamptz,
    currency            text,
    balance             numeric
);
comment on type trading.venue_entry is
    'A fill, an order, a position or a balance as the venue tells of it; what it has not is null. trading.fn_reconcile() says which section has which.';

create type trading.reconcile_step as (
    kind        text,
    subject     text,
    field       text,
    book_value  text,
    venue_value text,
    action      text,
    result      text,
    ref_id      uuid,
    detail      text,
    args        jsonb
);
comment on type trading.reconcile_step is
    'A difference between book and venue, and what is to be done about it: an action with its arguments, or null with the reason.';

select bus.fn_declare_event_type('trading.account_reconciled', 'trading', 'account', 'The book of an account was adjusted to what the venue says.',
    '{"required": {"reconcile_id": "uuid", "as_of": "timestamp", "sections": "array", "state_hash": "string", "differences": "integer",
                   "adjustments": "integer", "undecided": "integer"}}');
