-- Money that moves without a trade. No row holds a balance that every fill would have to lock: what fills move is in the
-- rows of their positions, what is here is added to it, and trading.v_cash_balances adds up.

create table trading.cash_entries (
    account_id  uuid        not null,
    entry_id    uuid        not null,
    kind        text        not null,
    currency    text        not null,
    amount      util.amount not null,
    occurred_at timestamptz not null,
    reason      text,
    recorded_at timestamptz not null default clock_timestamp(),
    ctx         jsonb,
    constraint cash_entries_pkey primary key (account_id, entry_id),
    constraint cash_entries_account_fkey foreign key (account_id) references trading.accounts (account_id) on delete restrict,
    constraint cash_entries_currency_fkey foreign key (currency) references ref.currencies (code) on delete restrict,
    constraint cash_entries_kind_known check (kind in ('deposit', 'withdrawal', 'transfer', 'interest', 'fee', 'adjustment')),
    constraint cash_entries_sign check (case kind when 'deposit' then amount > 0 when 'withdrawal' then amount < 0 else amount <> 0 end)
);
comment on table trading.cash_entries is 'Cash that came or went without a trade, append-only.';
comment on column trading.cash_entries.kind is
    'deposit and withdrawal cross the border of the business, transfer is between own accounts; interest, fee and adjustment are results.';
comment on column trading.cash_entries.amount is 'Positive for what came, negative for what went.';
comment on column trading.cash_entries.occurred_at is 'When it happened, as the caller says.';
comment on column trading.cash_entries.reason is 'Why, in the words of the caller; an adjustment must have one.';

create index cash_entries_occurred_idx on trading.cash_entries (account_id, occurred_at);

create table trading.funding_payments (
    account_id    uuid        not null,
    payment_id    uuid        not null,
    instrument_id uuid        not null,
    position_key  text        not null,
    funding_time  timestamptz not null,
    amount        numeric     not null,
    currency      text        not null,
    source        text        not null,
    rate          util.amount,
    mark          util.amount,
    position_qty  numeric     not null,
    position_version bigint   not null,
    recorded_at   timestamptz not null default clock_timestamp(),
    ctx           jsonb,
    constraint funding_payments_pkey primary key (account_id, payment_id),
    constraint funding_payments_time_key unique (account_id, instrument_id, position_key, funding_time),
    constraint funding_payments_position_fkey foreign key (account_id, instrument_id, position_key)
        references trading.positions (account_id, instrument_id, position_key) on delete restrict,
    constraint funding_payments_currency_fkey foreign key (currency) references ref.currencies (code) on delete restrict,
    constraint funding_payments_source_known check (source in ('venue', 'computed'))
);
comment on table trading.funding_payments is
    'Funding paid or received for positions, append-only: once for each account, instrument, position key and funding time.';
comment on column trading.funding_payments.amount is 'In the currency of the position; positive when received, negative when paid.';
comment on column trading.funding_payments.source is 'venue: the amount was given. computed: from rate, mark and the quantity held at the funding time.';
comment on column trading.funding_payments.rate is 'Funding rate of the interval; longs pay shorts when it is positive.';
comment on column trading.funding_payments.mark is 'Mark price that the venue applied the rate to.';
comment on column trading.funding_payments.position_qty is 'Signed quantity held at the funding time, by the fills that were known when the payment was recorded.';
comment on column trading.funding_payments.position_version is 'Of the latest fill, bust or correction of the position that was recorded before the payment; 0 before the first.';

select bus.fn_declare_event_type('trading.cash_recorded', 'trading', 'cash', 'Cash came or went without a trade.',
    '{"required": {"entry_id": "uuid", "kind": "string", "currency": "string", "amount": "decimal", "occurred_at": "timestamp"},
      "optional": {"reason": "string"}}');
select bus.fn_declare_event_type('trading.funding_recorded', 'trading', 'position', 'Funding of a position was paid or received.',
    '{"required": {"payment_id": "uuid", "position_id": "uuid", "instrument_id": "uuid", "position_key": "string",
                   "funding_time": "timestamp", "amount": "decimal", "currency": "string", "source": "string",
                   "position_qty": "decimal"},
      "optional": {"rate": "decimal", "mark": "decimal"}}');
select bus.fn_declare_event_type('trading.account_closed', 'trading', 'account', 'An account was closed: nothing more is submitted for it.',
    '{"required": {"account_id": "uuid", "reason": "string"}}');
select bus.fn_declare_event_type('trading.account_close_refused', 'trading', 'account', 'An account was not closed because it is in use.',
    '{"required": {"account_id": "uuid", "reason": "string", "refusal_code": "string", "refusal_detail": "string"}}');
