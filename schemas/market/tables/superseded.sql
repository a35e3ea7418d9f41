-- daybook mirror: table market.superseded

create table market.superseded (
    stream text not null,
    key jsonb not null,
    batch_id uuid not null,
    superseded_by uuid not null,
    line bigint default 0 not null,
    instrument_id uuid,
    interval_s integer,
    row_time timestamp with time zone not null,
    "row" jsonb not null,
    superseded_at timestamp with time zone default now() not null,
    constraint superseded_pkey PRIMARY KEY (stream, key, batch_id, superseded_by, line),
    constraint superseded_line_check CHECK ((line >= 0))
);

alter table market.superseded owner to daybook_owner;

CREATE INDEX superseded_by_idx ON market.superseded USING btree (superseded_by);
CREATE INDEX superseded_series_idx ON market.superseded USING btree (stream, instrument_id, interval_s, row_time);

comment on table market.superseded is 'Values that lost to those of another batch, or of a later line of the same file. Nothing received is dropped.';
comment on column market.superseded.key is 'Key columns of the row by name, those of its series included.';
comment on column market.superseded.batch_id is 'The batch that had brought these values.';
comment on column market.superseded.superseded_by is 'The batch whose values won.';
comment on column market.superseded.line is 'Line in the file when the values lost as they arrived and never stood; 0 when they had stood in the table.';
comment on column market.superseded.row_time is 'The moment the row speaks of.';
comment on column market.superseded."row" is 'The losing values by column name; numbers are written so that they come back the same.';
comment on column market.superseded.superseded_at is 'Start of the transaction in which they lost. Values that had stood were what was known until then.';

grant select, insert on market.superseded to daybook_api;
grant select on market.superseded to daybook_lab_reader;
