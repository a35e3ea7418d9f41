-- daybook mirror: table market.metrics

create table market.metrics (
    instrument_id uuid not null,
    label text not null,
    metric_time timestamp with time zone not null,
    sum_open_interest double precision,
    sum_open_interest_value double precision,
    count_toptrader_long_short_ratio double precision,
    sum_toptrader_long_short_ratio double precision,
    count_long_short_ratio double precision,
    sum_taker_long_short_vol_ratio double precision,
    batch_id uuid not null,
    constraint metrics_pkey PRIMARY KEY (instrument_id, metric_time, label),
    constraint metrics_label_check CHECK ((label = ANY (ARRAY['start'::text, 'end'::text])))
);

alter table market.metrics owner to daybook_owner;

comment on table market.metrics is 'What a venue publishes of the positions in a contract every five minutes (before 2023 every day). Other metrics are in market.metric_values.';
comment on column market.metrics.instrument_id is 'The contract (ref.instruments).';
comment on column market.metrics.label is 'What metric_time stands for: the start or the end of the period the values are of.';
comment on column market.metrics.metric_time is 'The time as the source labels it, UTC; read it together with label.';
comment on column market.metrics.sum_open_interest is 'Open interest in the base asset, or in contracts; null when the source does not say.';
comment on column market.metrics.sum_open_interest_value is 'Open interest in the quote asset; null when the source does not say.';
comment on column market.metrics.count_toptrader_long_short_ratio is 'Accounts of top traders that are long, for each that is short; null when the source does not say.';
comment on column market.metrics.sum_toptrader_long_short_ratio is 'Positions of top traders that are long, for each that is short; null when the source does not say.';
comment on column market.metrics.count_long_short_ratio is 'Accounts that are long, for each that is short; null when the source does not say.';
comment on column market.metrics.sum_taker_long_short_vol_ratio is 'Volume that takers bought, for each that they sold; null when the source does not say.';
comment on column market.metrics.batch_id is 'The batch (ingest.batches) that brought these values.';

grant select, insert on market.metrics to daybook_api;
grant insert on market.metrics to daybook_data_writer;
grant select on market.metrics to daybook_lab_reader;
grant update (sum_open_interest, sum_open_interest_value, count_toptrader_long_short_ratio, sum_toptrader_long_short_ratio, count_long_short_ratio, sum_taker_long_short_vol_ratio, batch_id) on market.metrics to daybook_api;
