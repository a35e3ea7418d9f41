-- daybook mirror: table market.gamma_exposure_strikes

create table market.gamma_exposure_strikes (
    underlying text not null,
    snapshot_time timestamp with time zone not null,
    strike double precision not null,
    net_gamma double precision not null,
    call_gamma double precision,
    put_gamma double precision,
    call_open_interest double precision,
    put_open_interest double precision,
    batch_id uuid not null,
    constraint gamma_exposure_strikes_pkey PRIMARY KEY (underlying, snapshot_time, strike),
    constraint gamma_exposure_strikes_underlying_check CHECK ((underlying ~ '^[[:graph:]]{1,100}$'::text))
);

alter table market.gamma_exposure_strikes owner to daybook_owner;

comment on table market.gamma_exposure_strikes is 'Gamma exposure strike by strike, over all expiries; the profile behind market.gamma_exposure.';
comment on column market.gamma_exposure_strikes.underlying is 'What the options are on: BTC, SPX.';
comment on column market.gamma_exposure_strikes.snapshot_time is 'The moment of the snapshot, UTC.';
comment on column market.gamma_exposure_strikes.strike is 'Strike price in US dollars.';
comment on column market.gamma_exposure_strikes.net_gamma is 'Dollars that dealers have to trade for a move of one percent, from the options of this strike.';
comment on column market.gamma_exposure_strikes.call_gamma is 'The part of calls; null when the source does not say.';
comment on column market.gamma_exposure_strikes.put_gamma is 'The part of puts; null when the source does not say.';
comment on column market.gamma_exposure_strikes.call_open_interest is 'Open calls, in contracts; null when the source does not say.';
comment on column market.gamma_exposure_strikes.put_open_interest is 'Open puts, in contracts; null when the source does not say.';
comment on column market.gamma_exposure_strikes.batch_id is 'The batch (ingest.batches) that brought these values.';

grant select, insert on market.gamma_exposure_strikes to daybook_api;
grant insert on market.gamma_exposure_strikes to daybook_data_writer;
grant select on market.gamma_exposure_strikes to daybook_lab_reader;
grant update (net_gamma, call_gamma, put_gamma, call_open_interest, put_open_interest, batch_id) on market.gamma_exposure_strikes to daybook_api;
