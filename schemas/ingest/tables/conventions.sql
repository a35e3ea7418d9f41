-- daybook mirror: table ingest.conventions

create table ingest.conventions (
    convention_id uuid not null,
    venue text not null,
    kind text,
    stream text,
    source text,
    instrument_id uuid,
    name text not null,
    since timestamp with time zone not null,
    value text not null,
    reason text not null,
    stated_at timestamp with time zone default clock_timestamp() not null,
    ctx jsonb,
    constraint conventions_pkey PRIMARY KEY (convention_id),
    constraint conventions_kind_check CHECK ((kind = ANY (ARRAY['spot'::text, 'perp'::text, 'inverse'::text]))),
    constraint conventions_value_check CHECK (
CASE name
    WHEN 'published'::text THEN (value = ANY (ARRAY['yes'::text, 'no'::text]))
    WHEN 'quiet_intervals'::text THEN (value = ANY (ARRAY['written'::text, 'omitted'::text]))
    WHEN 'label'::text THEN (value = ANY (ARRAY['start'::text, 'end'::text]))
    WHEN 'publication_lag'::text THEN (value ~ '^[0-9]{1,9}$'::text)
    WHEN 'update_ids'::text THEN (value = ANY (ARRAY['consecutive'::text, 'sparse'::text]))
    ELSE false
END)
);

alter table ingest.conventions owner to daybook_owner;

CREATE INDEX conventions_instrument_idx ON ingest.conventions USING btree (instrument_id);
CREATE INDEX conventions_venue_idx ON ingest.conventions USING btree (venue, name);

comment on table ingest.conventions is 'What those who publish market data do, and since when: facts that the rows themselves do not tell. Append-only; of several statements that apply the most special one counts (instrument, source, stream, kind, then venue), of equally special ones that of the newest since, then the one made last.';
comment on column ingest.conventions.venue is 'The venue (ref.venues) that it is about.';
comment on column ingest.conventions.kind is 'Only instruments of this kind; null for all.';
comment on column ingest.conventions.stream is 'Only this stream; null for all.';
comment on column ingest.conventions.source is 'Only what this source (ingest.batches.source) delivers; null for all.';
comment on column ingest.conventions.instrument_id is 'Only this instrument; null for all of the venue.';
comment on column ingest.conventions.name is 'published: whether rows come at all. quiet_intervals: whether an interval without a trade gets a candle. label: whether the time of a row is the start or the end of its period. publication_lag: how long after its end a row may take to come. update_ids: whether the ids of the updates of an order book follow one another or leave out numbers.';
comment on column ingest.conventions.since is 'Holds for rows of this time and later, until another statement.';
comment on column ingest.conventions.value is 'published: yes, no. quiet_intervals: written, omitted. label: start, end. publication_lag: seconds. update_ids: consecutive, sparse.';
comment on column ingest.conventions.reason is 'How it is known.';

grant select, insert on ingest.conventions to daybook_api;
grant select on ingest.conventions to daybook_lab_reader;

-- Once everything else exists:

alter table only ingest.conventions add constraint conventions_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
