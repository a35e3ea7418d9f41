-- daybook mirror: table ingest.repairs

create table ingest.repairs (
    repair_id uuid not null,
    stream text not null,
    instrument_id uuid not null,
    from_id bigint not null,
    to_id bigint not null,
    before_time timestamp with time zone not null,
    after_time timestamp with time zone not null,
    status text default 'open'::text not null,
    opened_at timestamp with time zone default clock_timestamp() not null,
    closed_at timestamp with time zone,
    reason text,
    ctx jsonb,
    constraint repairs_pkey PRIMARY KEY (repair_id),
    constraint repairs_closed_check CHECK (((status = 'open'::text) = (closed_at IS NULL))),
    constraint repairs_ids_check CHECK ((from_id <= to_id)),
    constraint repairs_reason_check CHECK (((status = 'abandoned'::text) = (reason IS NOT NULL))),
    constraint repairs_status_check CHECK ((status = ANY (ARRAY['open'::text, 'filled'::text, 'abandoned'::text])))
);

alter table ingest.repairs owner to daybook_owner;

CREATE INDEX repairs_open_idx ON ingest.repairs USING btree (instrument_id, before_time, after_time) WHERE (status = 'open'::text);
CREATE UNIQUE INDEX repairs_open_key ON ingest.repairs USING btree (stream, instrument_id, from_id, to_id) WHERE (status = 'open'::text);

comment on table ingest.repairs is 'Holes in the ids of a stream that a venue numbers without gaps: what has to be asked for again. Candles between before_time and after_time are not final while a repair is open.';
comment on column ingest.repairs.stream is 'trades or agg_trades.';
comment on column ingest.repairs.from_id is 'First id that is missing.';
comment on column ingest.repairs.to_id is 'Last id that is missing.';
comment on column ingest.repairs.before_time is 'Time of the row before the hole.';
comment on column ingest.repairs.after_time is 'Time of the row after the hole.';
comment on column ingest.repairs.status is 'open; filled once no id of it is missing; abandoned when there is nothing to be had, with the reason.';

grant select, insert on ingest.repairs to daybook_api;
grant select on ingest.repairs to daybook_lab_reader;
grant update (status, closed_at, reason) on ingest.repairs to daybook_api;

-- Once everything else exists:

alter table only ingest.repairs add constraint repairs_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
