-- daybook mirror: table ingest.klines_cursor

create table ingest.klines_cursor (
    source text not null,
    instrument_id uuid not null,
    interval_s integer not null,
    last_open_time timestamp with time zone not null,
    batch_id uuid not null,
    advanced_at timestamp with time zone default clock_timestamp() not null,
    constraint klines_cursor_pkey PRIMARY KEY (source, instrument_id, interval_s)
);

alter table ingest.klines_cursor owner to daybook_owner;

CREATE INDEX klines_cursor_instrument_idx ON ingest.klines_cursor USING btree (instrument_id, interval_s);

comment on table ingest.klines_cursor is 'How far each source has delivered a series. Moves only forward, in the transaction of the rows it covers.';
comment on column ingest.klines_cursor.last_open_time is 'Newest open time delivered by this source.';
comment on column ingest.klines_cursor.batch_id is 'The batch that moved the cursor here.';

grant select, insert on ingest.klines_cursor to daybook_api;
grant select on ingest.klines_cursor to daybook_lab_reader;
grant update (last_open_time, batch_id, advanced_at) on ingest.klines_cursor to daybook_api;

-- Once everything else exists:

alter table only ingest.klines_cursor add constraint klines_cursor_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES ingest.batches(batch_id) ON DELETE RESTRICT;
alter table only ingest.klines_cursor add constraint klines_cursor_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
