-- daybook mirror: type trading.lot

create type trading.lot as (
    qty numeric,
    price numeric,
    value numeric,
    loss numeric,
    fees numeric,
    funding numeric,
    opened_at timestamp with time zone,
    version bigint,
    seen integer
);

alter type trading.lot owner to daybook_owner;

comment on type trading.lot is 'What is still open of the quantity that one fill opened, with what belongs to it. loss: value of a fee that was taken from the quantity. seen: place of its price among those seen.';
