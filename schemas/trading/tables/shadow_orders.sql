-- daybook mirror: table trading.shadow_orders
-- needs: trading/types/order_type.sql
-- needs: trading/types/quantity.sql
-- needs: trading/types/side.sql
-- needs: trading/types/time_in_force.sql
-- needs: util/types/amount.sql

create table trading.shadow_orders (
    account_id uuid not null,
    deploy_id uuid not null,
    shadow_order_id uuid not null,
    instrument_id uuid not null,
    position_key text default ''::text not null,
    side trading.side not null,
    type trading.order_type not null,
    time_in_force trading.time_in_force not null,
    qty trading.quantity not null,
    price util.amount,
    stop_price util.amount,
    idempotency_key text,
    decided_at timestamp with time zone not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint shadow_orders_pkey PRIMARY KEY (account_id, deploy_id, shadow_order_id)
);

alter table trading.shadow_orders owner to daybook_owner;

CREATE INDEX shadow_orders_decided_idx ON trading.shadow_orders USING btree (account_id, deploy_id, instrument_id, side, decided_at);
CREATE UNIQUE INDEX shadow_orders_idempotency_key ON trading.shadow_orders USING btree (account_id, deploy_id, idempotency_key) WHERE (idempotency_key IS NOT NULL);

comment on table trading.shadow_orders is 'What a build in shadow would have ordered, append-only. None of it was ever sent; trading.fn_compare_shadow() sets it against what was.';
comment on column trading.shadow_orders.idempotency_key is 'The key that the order would have had: where blue''s order has the same, the two are one decision.';
comment on column trading.shadow_orders.decided_at is 'When the build says that it would have submitted the order.';

grant select, insert on trading.shadow_orders to daybook_api;
grant select on trading.shadow_orders to daybook_lab_reader;
grant select on trading.shadow_orders to daybook_risk;

-- Once everything else exists:

alter table only trading.shadow_orders add constraint shadow_orders_deploy_fkey FOREIGN KEY (account_id, deploy_id) REFERENCES trading.deploys(account_id, deploy_id) ON DELETE RESTRICT;
alter table only trading.shadow_orders add constraint shadow_orders_instrument_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
