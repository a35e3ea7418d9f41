-- daybook mirror: table market.rollup_dirty

create table market.rollup_dirty (
    instrument_id uuid not null,
    dirty_id bigint generated always as identity not null,
    spans tstzmultirange not null,
    noted_at timestamp with time zone default clock_timestamp() not null,
    constraint rollup_dirty_pkey PRIMARY KEY (instrument_id, dirty_id),
    constraint rollup_dirty_spans_check CHECK (((NOT isempty(spans)) AND (NOT lower_inf(spans)) AND (NOT upper_inf(spans))))
);

alter table market.rollup_dirty owner to daybook_owner;

comment on table market.rollup_dirty is 'Where minutes changed since the last roll-up, one mark per batch or correction, written in its transaction. A mark leaves in the transaction of the roll-up that covers it.';
comment on column market.rollup_dirty.spans is 'The buckets of 5 minutes that were touched, adjoining ones as one range.';

grant select, insert, delete on market.rollup_dirty to daybook_api;
grant select on market.rollup_dirty to daybook_lab_reader;

-- Once everything else exists:

alter table only market.rollup_dirty add constraint rollup_dirty_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
