-- daybook mirror: table trading.fill_events
-- needs: trading/types/quantity.sql
-- needs: util/types/amount.sql

create table trading.fill_events (
    account_id uuid not null,
    event_id uuid not null,
    fill_id uuid not null,
    place integer not null,
    kind text not null,
    qty trading.quantity,
    price util.amount,
    fee util.amount,
    fee_currency text,
    fee_rate trading.quantity,
    leaves_qty util.amount,
    reason text,
    occurred_at timestamp with time zone not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    outcome text not null,
    refusal_code text,
    refusal_detail text,
    order_version bigint,
    order_status text,
    order_cum_qty numeric,
    position_version bigint,
    position_cycle bigint,
    position_qty numeric,
    position_avg_price numeric,
    position_realized numeric,
    constraint fill_events_pkey PRIMARY KEY (account_id, event_id),
    constraint fill_events_place_key UNIQUE (account_id, fill_id, place),
    constraint fill_events_kind_known CHECK ((kind = ANY (ARRAY['bust'::text, 'correct'::text]))),
    constraint fill_events_leaves_whole CHECK (((leaves_qty IS NULL) OR ((kind = 'bust'::text) AND ((leaves_qty)::numeric >= (0)::numeric)))),
    constraint fill_events_outcome_known CHECK ((outcome = ANY (ARRAY['created'::text, 'refused'::text]))),
    constraint fill_events_refusal_whole CHECK (((outcome = 'refused'::text) = (refusal_code IS NOT NULL))),
    constraint fill_events_terms_whole CHECK (((kind = 'bust'::text) = (num_nonnulls(qty, price, fee, fee_currency, fee_rate) = 0)))
);

alter table trading.fill_events owner to daybook_owner;

comment on table trading.fill_events is 'Busts and corrections of fills, append-only, with the answer that was given. A refused one changed nothing but is kept.';
comment on column trading.fill_events.place is 'Number of the event among those of its fill: the order in which they count.';
comment on column trading.fill_events.fee_rate is 'Goes with fee_currency: a correction that names a currency and no rate leaves the fee without a rate.';
comment on column trading.fill_events.leaves_qty is 'With a bust: what the venue says is left of the order. Without it a full order is done.';
comment on column trading.fill_events.order_version is 'Version of the order that this event made; null when the fill was not in the book yet.';
comment on column trading.fill_events.position_version is 'Number of this event within the position of its fill; null when the event waited for its fill, whose number then stands for both, and when it was refused.';

grant select, insert on trading.fill_events to daybook_api;
grant select on trading.fill_events to daybook_audit;
grant select on trading.fill_events to daybook_lab_reader;
grant select on trading.fill_events to daybook_risk;

-- Once everything else exists:

alter table only trading.fill_events add constraint fill_events_account_fkey FOREIGN KEY (account_id) REFERENCES trading.accounts(account_id) ON DELETE RESTRICT;
alter table only trading.fill_events add constraint fill_events_fee_currency_fkey FOREIGN KEY (fee_currency) REFERENCES ref.currencies(code) ON DELETE RESTRICT;
