-- daybook mirror: table trading.orders
-- needs: trading/types/order_lifecycle.sql
-- needs: trading/types/order_origin.sql
-- needs: trading/types/order_pending.sql
-- needs: trading/types/order_type.sql
-- needs: trading/types/quantity.sql
-- needs: trading/types/side.sql
-- needs: trading/types/time_in_force.sql
-- needs: util/types/amount.sql

create table trading.orders (
    account_id uuid not null,
    order_id uuid not null,
    origin trading.order_origin not null,
    instrument_id uuid not null,
    position_key text default ''::text not null,
    run_id uuid,
    side trading.side not null,
    type trading.order_type,
    time_in_force trading.time_in_force,
    qty trading.quantity,
    price util.amount,
    stop_price util.amount,
    idempotency_key text,
    submitted_at timestamp with time zone,
    refusal_code text,
    refusal_detail text,
    lifecycle trading.order_lifecycle not null,
    pending trading.order_pending default 'none'::text not null,
    outcome_unknown boolean default false not null,
    exchange_order_id text,
    working_qty trading.quantity,
    working_price util.amount,
    working_stop_price util.amount,
    requested_qty trading.quantity,
    requested_price util.amount,
    requested_stop_price util.amount,
    cum_qty numeric default 0 not null,
    cum_value numeric default 0 not null,
    capped boolean default false not null,
    version bigint default 1 not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    updated_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    status text not null,
    is_open boolean not null,
    constraint orders_pkey PRIMARY KEY (account_id, order_id)
)
with (fillfactor=80);

alter table trading.orders owner to daybook_owner;

CREATE INDEX orders_exchange_order_idx ON trading.orders USING btree (account_id, exchange_order_id) WHERE (exchange_order_id IS NOT NULL);
CREATE UNIQUE INDEX orders_idempotency_key ON trading.orders USING btree (account_id, idempotency_key) WHERE (idempotency_key IS NOT NULL);
CREATE INDEX orders_open_idx ON trading.orders USING btree (account_id, order_id) WHERE is_open;
CREATE INDEX orders_recorded_idx ON trading.orders USING btree (account_id, recorded_at);

comment on table trading.orders is 'One row per order: what was asked for, never changed, and what is known about it, derived from order events and fills.';
comment on column trading.orders.origin is 'local: submitted here. external: met at the venue, or first heard of through a fill, and then without type and quantity. claimed: external, then submitted by its owner.';
comment on column trading.orders.position_key is 'Which position of the instrument the order works for; empty for the only one of a netting account.';
comment on column trading.orders.qty is 'Quantity as submitted. What a replace puts in its place is working_qty.';
comment on column trading.orders.idempotency_key is 'A second identity of the request, for callers that cannot keep the order id from attempt to attempt.';
comment on column trading.orders.submitted_at is 'When the caller says that the order was submitted; null where nobody said so of an external order.';
comment on column trading.orders.refusal_code is 'Why the book refused the order; such an order never left for the venue.';
comment on column trading.orders.lifecycle is 'Where the order stands apart from fills and pending requests.';
comment on column trading.orders.pending is 'The request that is under way at the venue.';
comment on column trading.orders.outcome_unknown is 'A timeout or an unreadable reply left open whether the venue took the request. Only evidence from the venue clears it.';
comment on column trading.orders.exchange_order_id is 'The venue''s own number; venues reuse them between instruments, so it is no key.';
comment on column trading.orders.working_qty is 'Quantity in force; null for an external order whose quantity is not known.';
comment on column trading.orders.working_price is 'Price in force: as submitted, or what a replace put in its place.';
comment on column trading.orders.working_stop_price is 'Stop price in force: as submitted, or what a replace put in its place.';
comment on column trading.orders.requested_qty is 'Quantity that the replace under way asks for; null when it leaves it as it is, or none is under way.';
comment on column trading.orders.requested_price is 'Price that the replace under way asks for; null as requested_qty.';
comment on column trading.orders.requested_stop_price is 'Stop price that the replace under way asks for; null as requested_qty.';
comment on column trading.orders.cum_qty is 'Sum of the quantities of the order''s fills, hence independent of their order of arrival.';
comment on column trading.orders.cum_value is 'Sum of quantity times price of the order''s fills, exact.';
comment on column trading.orders.capped is 'Whether the order counts to a notional cap: it has a row in trading.notional_reserves.';
comment on column trading.orders.version is 'Number of the latest event of this order; order events and fills carry the number they caused.';
comment on column trading.orders.status is 'The status to display, derived.';
comment on column trading.orders.is_open is 'Whether the venue may still act on the order, derived.';

grant select, insert on trading.orders to daybook_api;
grant select on trading.orders to daybook_audit;
grant select on trading.orders to daybook_lab_reader;
grant select on trading.orders to daybook_risk;
grant update (origin, run_id, type, time_in_force, qty, price, stop_price, idempotency_key, submitted_at, lifecycle, pending, outcome_unknown, exchange_order_id, working_qty, working_price, working_stop_price, requested_qty, requested_price, requested_stop_price, cum_qty, cum_value, capped, version, updated_at, ctx) on trading.orders to daybook_api;

-- Once everything else exists:

alter table only trading.orders add constraint orders_account_fkey FOREIGN KEY (account_id) REFERENCES trading.accounts(account_id) ON DELETE RESTRICT;
alter table only trading.orders add constraint orders_instrument_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
alter table only trading.orders add constraint orders_run_fkey FOREIGN KEY (account_id, run_id) REFERENCES trading.runs(account_id, run_id) ON DELETE RESTRICT;
CREATE TRIGGER orders_check_whole BEFORE INSERT OR UPDATE OF origin, type, time_in_force, qty, working_qty, submitted_at, lifecycle, refusal_code ON trading.orders FOR EACH ROW EXECUTE FUNCTION trading._check_order_whole();
CREATE TRIGGER orders_count_notional AFTER UPDATE OF cum_qty, cum_value, lifecycle, working_qty, working_price, working_stop_price, requested_qty, requested_price, requested_stop_price, capped ON trading.orders FOR EACH ROW WHEN (new.capped) EXECUTE FUNCTION trading._count_notional();
CREATE TRIGGER orders_derive BEFORE INSERT OR UPDATE OF lifecycle, pending, working_qty, cum_qty, status, is_open ON trading.orders FOR EACH ROW EXECUTE FUNCTION trading._derive_order();
