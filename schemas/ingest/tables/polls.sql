-- daybook mirror: table ingest.polls

create table ingest.polls (
    venue text not null,
    stream text not null,
    kind text not null,
    instrument_id uuid,
    interval_s integer,
    since timestamp with time zone not null,
    every_s integer,
    enabled boolean not null,
    version bigint default 1 not null,
    changed_at timestamp with time zone default clock_timestamp() not null,
    changed_by name default SESSION_USER not null,
    ctx jsonb,
    constraint polls_key UNIQUE NULLS NOT DISTINCT (venue, stream, kind, instrument_id, interval_s),
    constraint polls_every_check CHECK (((every_s >= 1) AND (every_s <= 86400))),
    constraint polls_interval_check CHECK ((interval_s > 0)),
    constraint polls_kind_known CHECK ((kind = ANY (ARRAY['spot'::text, 'perp'::text, 'inverse'::text]))),
    constraint polls_version_positive CHECK ((version > 0))
);

alter table ingest.polls owner to daybook_owner;

CREATE INDEX polls_instrument_idx ON ingest.polls USING btree (instrument_id);

comment on table ingest.polls is 'Series to be kept current over REST: of one instrument, or of every enabled coin of settings.coin_universe. What bots subscribe to (market.symbol_subscriptions) is fetched beside them.';
comment on column ingest.polls.venue is 'The venue that is asked (ref.venues).';
comment on column ingest.polls.stream is 'Kind of data, as in ingest.streams, or funding_snapshots, or listings: the venue''s list of its instruments of the kind.';
comment on column ingest.polls.kind is 'Kind of instruments, as in ref.instruments.';
comment on column ingest.polls.instrument_id is 'The one instrument it is for; null: the instruments of this kind that the enabled coins have at the venue, but for those with a row of their own. Always null of listings, which are of all instruments.';
comment on column ingest.polls.interval_s is 'Length of the rows in seconds, for streams whose rows have one.';
comment on column ingest.polls.since is 'Where the history begins that is fetched first.';
comment on column ingest.polls.every_s is 'Seconds between two requests while the series is current; null: as rows come, or once a minute.';
comment on column ingest.polls.enabled is 'False: not fetched; for one instrument, also when its coin is.';
comment on column ingest.polls.version is 'Rises by one with every change; it is the version of its events.';
comment on column ingest.polls.changed_at is 'When it was made or changed last.';
comment on column ingest.polls.changed_by is 'The role that did so.';
comment on column ingest.polls.ctx is 'Session, actor and correlation of the last change.';

grant select, insert on ingest.polls to daybook_api;
grant select on ingest.polls to daybook_lab_reader;
grant update (since, every_s, enabled, version, changed_at, changed_by, ctx) on ingest.polls to daybook_api;

-- Once everything else exists:

alter table only ingest.polls add constraint polls_instrument_fkey FOREIGN KEY (instrument_id) REFERENCES ref.instruments(instrument_id) ON DELETE RESTRICT;
alter table only ingest.polls add constraint polls_venue_fkey FOREIGN KEY (venue) REFERENCES ref.venues(code) ON DELETE RESTRICT;
