-- daybook mirror: type trading.lot_trip

create type trading.lot_trip as (
    cycle bigint,
    side text,
    opened_at timestamp with time zone,
    closed_at timestamp with time zone,
    qty numeric,
    entry_value numeric,
    exit_value numeric,
    gross numeric,
    fees numeric,
    funding numeric,
    first_version bigint,
    last_version bigint,
    seen integer
);

alter type trading.lot_trip owner to daybook_owner;

comment on type trading.lot_trip is 'A round trip by lots: columns as in trading.v_roundtrips. seen: place of its first price among those seen.';
