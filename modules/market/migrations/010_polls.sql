-- Which series are fetched from which venues. What is fetched is data, not configuration of a program: every poller reads the same
-- rows, and a coin that is switched on in settings.coin_universe is fetched from then on.

create table ingest.polls (
    venue         text        not null,
    stream        text        not null,
    kind          text        not null,
    instrument_id uuid,
    interval_s    integer,
    since         timestamptz not null,
    every_s       integer,
    enabled       boolean     not null,
    version       bigint      not null default 1,
    changed_at    timestamptz not null default clock_timestamp(),
    changed_by    name        not null default session_user,
    ctx           jsonb,
    constraint polls_key unique nulls not distinct (venue, stream, kind, instrument_id, interval_s),
    constraint polls_venue_fkey foreign key (venue) references ref.venues (code) on delete restrict,
    constraint polls_instrument_fkey foreign key (instrument_id) references ref.instruments (instrument_id) on delete restrict,
    constraint polls_kind_known check (kind in ('spot', 'perp', 'inverse')),
    constraint polls_interval_check check (interval_s > 0),
    constraint polls_every_check check (every_s between 1 and 86400),
    constraint polls_version_positive check (version > 0)
);
create index polls_instrument_idx on ingest.polls (instrument_id);
comment on table ingest.polls is
    'Series to be kept current over REST: of one instrument, or of every enabled coin of settings.coin_universe. What bots subscribe to '
    '(market.symbol_subscriptions) is fetched beside them.';
comment on column ingest.polls.venue is 'The venue that is asked (ref.venues).';
comment on column ingest.polls.stream is 'Kind of data, as in ingest.streams, or funding_snapshots, or listings: the venue''s list of its instruments of the kind.';
comment on column ingest.polls.kind is 'Kind of instruments, as in ref.instruments.';
comment on column ingest.polls.instrument_id is
    'The one instrument it is for; null: the instruments of this kind that the enabled coins have at the venue, but for those with a row of their own. '
    'Always null of listings, which are of all instruments.';
comment on column ingest.polls.interval_s is 'Length of the rows in seconds, for streams whose rows have one.';
comment on column ingest.polls.since is 'Where the history begins that is fetched first.';
comment on column ingest.polls.every_s is 'Seconds between two requests while the series is current; null: as rows come, or once a minute.';
comment on column ingest.polls.enabled is 'False: not fetched; for one instrument, also when its coin is.';
comment on column ingest.polls.version is 'Rises by one with every change; it is the version of its events.';
comment on column ingest.polls.changed_at is 'When it was made or changed last.';
comment on column ingest.polls.changed_by is 'The role that did so.';
comment on column ingest.polls.ctx is 'Session, actor and correlation of the last change.';

select bus.fn_declare_event_type('market.poll_set', 'market', 'poll', 'A series is fetched from a venue, or not any more.',
    '{"required": {"venue": "string", "stream": "string", "kind": "string", "since": "timestamp", "enabled": "boolean"},
      "optional": {"instrument_id": "uuid", "interval_s": "integer", "every_s": "integer"}}');
