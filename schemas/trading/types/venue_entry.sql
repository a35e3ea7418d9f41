-- daybook mirror: type trading.venue_entry

create type trading.venue_entry as (
    fill_id uuid,
    order_id uuid,
    exchange_order_id text,
    instrument_id uuid,
    symbol text,
    kind text,
    position_key text,
    side text,
    type text,
    time_in_force text,
    qty numeric,
    price numeric,
    stop_price numeric,
    avg_price numeric,
    filled_qty numeric,
    status text,
    reason text,
    fee numeric,
    fee_currency text,
    fee_rate numeric,
    liquidity text,
    venue_trade_id text,
    trade_discriminator text,
    filled_at timestamp with time zone,
    submitted_at timestamp with time zone,
    currency text,
    balance numeric
);

alter type trading.venue_entry owner to daybook_owner;

comment on type trading.venue_entry is 'A fill, an order, a position or a balance as the venue tells of it; what it has not is null. trading.fn_reconcile() says which section has which.';
