-- daybook mirror: table market.gamma_exposure

create table market.gamma_exposure (
    underlying text not null,
    snapshot_time timestamp with time zone not null,
    spot_price double precision,
    net_gamma double precision not null,
    call_gamma double precision,
    put_gamma double precision,
    flip_price double precision,
    call_wall double precision,
    put_wall double precision,
    regime text,
    batch_id uuid not null,
    constraint gamma_exposure_pkey PRIMARY KEY (underlying, snapshot_time),
    constraint gamma_exposure_regime_check CHECK ((regime = ANY (ARRAY['positive'::text, 'negative'::text, 'neutral'::text]))),
    constraint gamma_exposure_underlying_check CHECK ((underlying ~ '^[[:graph:]]{1,100}$'::text))
);

alter table market.gamma_exposure owner to daybook_owner;

comment on table market.gamma_exposure is 'Gamma exposure of option dealers in an underlying at moments, added up over strikes and expiries.';
comment on column market.gamma_exposure.underlying is 'What the options are on: BTC, SPX.';
comment on column market.gamma_exposure.snapshot_time is 'The moment of the snapshot, UTC.';
comment on column market.gamma_exposure.spot_price is 'Price of the underlying at that moment, in US dollars; null when the source does not say.';
comment on column market.gamma_exposure.net_gamma is 'Dollars that dealers have to trade for a move of one percent; positive when they sell into a rise.';
comment on column market.gamma_exposure.call_gamma is 'The part of calls; null when the source does not say.';
comment on column market.gamma_exposure.put_gamma is 'The part of puts, negative as a rule; null when the source does not say.';
comment on column market.gamma_exposure.flip_price is 'Price of the underlying at which net_gamma changes its sign; null when there is none or the source does not say.';
comment on column market.gamma_exposure.call_wall is 'Strike with the most gamma of calls; null when the source does not say.';
comment on column market.gamma_exposure.put_wall is 'Strike with the most gamma of puts; null when the source does not say.';
comment on column market.gamma_exposure.regime is 'positive, negative or neutral; null when the source does not say.';
comment on column market.gamma_exposure.batch_id is 'The batch (ingest.batches) that brought these values.';

grant select, insert on market.gamma_exposure to daybook_api;
grant insert on market.gamma_exposure to daybook_data_writer;
grant select on market.gamma_exposure to daybook_lab_reader;
grant update (spot_price, net_gamma, call_gamma, put_gamma, flip_price, call_wall, put_wall, regime, batch_id) on market.gamma_exposure to daybook_api;
