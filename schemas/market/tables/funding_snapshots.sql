-- daybook mirror: table market.funding_snapshots
-- needs: util/types/amount.sql

create table market.funding_snapshots (
    instrument_id uuid not null,
    snapshot_at timestamp with time zone not null,
    rate util.amount not null,
    mark_price util.amount not null,
    index_price util.amount not null,
    recorded_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint funding_snapshots_pkey PRIMARY KEY (instrument_id, snapshot_at),
    constraint funding_snapshots_prices_positive CHECK ((((mark_price)::numeric > (0)::numeric) AND ((index_price)::numeric > (0)::numeric)))
);

alter table market.funding_snapshots owner to daybook_owner;

CREATE INDEX funding_snapshots_time_idx ON market.funding_snapshots USING brin (snapshot_at) WITH (pages_per_range='16');

comment on table market.funding_snapshots is 'Funding rate, mark and index price of a contract at moments, as its venue stated them, append-only. Readers go through market.v_funding_snapshots_reader.';
comment on column market.funding_snapshots.rate is 'Funding rate of an interval as a fraction, 0.0001 is one basis point; longs pay shorts when it is positive.';

grant select, insert on market.funding_snapshots to daybook_api;
grant select on market.funding_snapshots to daybook_lab_reader;

-- Once everything else exists:

alter table only market.funding_snapshots add constraint funding_snapshots_instrument_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
