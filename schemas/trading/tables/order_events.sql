-- daybook mirror: table trading.order_events
-- needs: trading/types/order_event.sql
-- needs: trading/types/quantity.sql
-- needs: util/types/amount.sql

create table trading.order_events (
    account_id uuid not null,
    event_id uuid not null,
    order_id uuid not null,
    order_version bigint not null,
    event trading.order_event not null,
    outcome text not null,
    status text not null,
    exchange_order_id text,
    reason text,
    qty trading.quantity,
    price util.amount,
    stop_price util.amount,
    decided_by text,
    refusal_code text,
    refusal_detail text,
    occurred_at timestamp with time zone not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint order_events_pkey PRIMARY KEY (account_id, event_id),
    constraint order_events_order_version_key UNIQUE (account_id, order_id, order_version),
    constraint order_events_outcome_known CHECK ((outcome = ANY (ARRAY['created'::text, 'refused'::text]))),
    constraint order_events_refusal_whole CHECK (((outcome = 'refused'::text) = (refusal_code IS NOT NULL)))
);

alter table trading.order_events owner to daybook_owner;

CREATE INDEX order_events_exchange_order_idx ON trading.order_events USING btree (account_id, exchange_order_id) WHERE (exchange_order_id IS NOT NULL);

comment on table trading.order_events is 'What happened to an order besides its submission and its fills, append-only. A refused event changed nothing but is kept.';
comment on column trading.order_events.event_id is 'Identity of the event, chosen by the caller.';
comment on column trading.order_events.order_version is 'Version of the order that this event made: the order of events, which timestamps are not.';
comment on column trading.order_events.status is 'Status of the order after the event, as it was answered.';
comment on column trading.order_events.qty is 'Quantity that a replace asks for or puts in force, as received; null: not said, as it was.';
comment on column trading.order_events.price is 'Price that a replace asks for or puts in force, as received.';
comment on column trading.order_events.stop_price is 'Stop price that a replace asks for or puts in force, as received.';
comment on column trading.order_events.decided_by is 'The role that was logged in when an operator decided what became of the order; null for what the venue or the caller says.';
comment on column trading.order_events.occurred_at is 'When it happened, as the caller says.';

grant select, insert on trading.order_events to daybook_api;
grant select on trading.order_events to daybook_audit;
grant select on trading.order_events to daybook_lab_reader;
grant select on trading.order_events to daybook_risk;

-- Once everything else exists:

alter table only trading.order_events add constraint order_events_order_fkey FOREIGN KEY (account_id, order_id) REFERENCES trading.orders(account_id, order_id) ON DELETE RESTRICT;
