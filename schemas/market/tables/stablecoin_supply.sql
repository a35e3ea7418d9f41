-- daybook mirror: table market.stablecoin_supply

create table market.stablecoin_supply (
    asset text not null,
    observed_at timestamp with time zone not null,
    supply double precision not null,
    supply_ratio double precision,
    batch_id uuid not null,
    constraint stablecoin_supply_pkey PRIMARY KEY (asset, observed_at),
    constraint stablecoin_supply_asset_check CHECK ((asset ~ '^[[:graph:]]{1,100}$'::text)),
    constraint stablecoin_supply_supply_check CHECK ((supply >= (0)::double precision))
);

alter table market.stablecoin_supply owner to daybook_owner;

comment on table market.stablecoin_supply is 'How much of a stablecoin, or of all of them, is in circulation, one value a day.';
comment on column market.stablecoin_supply.asset is 'The stablecoin''s code, USDT; all for the sum over those the source counts.';
comment on column market.stablecoin_supply.observed_at is 'Start of the day that the values are of, UTC.';
comment on column market.stablecoin_supply.supply is 'Circulating supply in US dollars.';
comment on column market.stablecoin_supply.supply_ratio is 'Stablecoin supply ratio: market capitalisation of bitcoin over supply; null when the source does not say.';
comment on column market.stablecoin_supply.batch_id is 'The batch (ingest.batches) that brought these values.';

grant select, insert on market.stablecoin_supply to daybook_api;
grant insert on market.stablecoin_supply to daybook_data_writer;
grant select on market.stablecoin_supply to daybook_lab_reader;
grant update (supply, supply_ratio, batch_id) on market.stablecoin_supply to daybook_api;
