-- daybook mirror: table trading.funding_payments
-- needs: util/types/amount.sql

create table trading.funding_payments (
    account_id uuid not null,
    payment_id uuid not null,
    instrument_id uuid not null,
    position_key text not null,
    funding_time timestamp with time zone not null,
    amount numeric not null,
    currency text not null,
    source text not null,
    rate util.amount,
    mark util.amount,
    position_qty numeric not null,
    position_version bigint not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint funding_payments_pkey PRIMARY KEY (account_id, payment_id),
    constraint funding_payments_time_key UNIQUE (account_id, instrument_id, position_key, funding_time),
    constraint funding_payments_source_known CHECK ((source = ANY (ARRAY['venue'::text, 'computed'::text])))
);

alter table trading.funding_payments owner to daybook_owner;

comment on table trading.funding_payments is 'Funding paid or received for positions, append-only: once for each account, instrument, position key and funding time.';
comment on column trading.funding_payments.amount is 'In the currency of the position; positive when received, negative when paid.';
comment on column trading.funding_payments.source is 'venue: the amount was given. computed: from rate, mark and the quantity held at the funding time.';
comment on column trading.funding_payments.rate is 'Funding rate of the interval; longs pay shorts when it is positive.';
comment on column trading.funding_payments.mark is 'Mark price that the venue applied the rate to.';
comment on column trading.funding_payments.position_qty is 'Signed quantity held at the funding time, by the fills that were known when the payment was recorded.';
comment on column trading.funding_payments.position_version is 'Of the latest fill, bust or correction of the position that was recorded before the payment; 0 before the first.';

grant select, insert on trading.funding_payments to daybook_api;
grant select on trading.funding_payments to daybook_audit;
grant select on trading.funding_payments to daybook_lab_reader;
grant select on trading.funding_payments to daybook_risk;

-- Once everything else exists:

alter table only trading.funding_payments add constraint funding_payments_currency_fkey FOREIGN KEY (currency) REFERENCES ref.currencies(code) ON DELETE RESTRICT;
alter table only trading.funding_payments add constraint funding_payments_position_fkey FOREIGN KEY (account_id, instrument_id, position_key) REFERENCES trading.positions(account_id, instrument_id, position_key) ON DELETE RESTRICT;
