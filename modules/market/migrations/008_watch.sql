-- What is known about series beside their rows: conventions of those who publish them, and holes that are to be filled.

-- A statement is never changed: another one about the same thing, made later, takes its place.
create table ingest.conventions (
    convention_id uuid        not null,
    venue         text        not null,
    kind          text,
    stream        text,
    source        text,
    instrument_id uuid,
    name          text        not null,
    since         timestamptz not null,
    value         text        not null,
    reason        text        not null,
    stated_at     timestamptz not null default clock_timestamp(),
    ctx           jsonb,
    constraint conventions_pkey primary key (convention_id),
    constraint conventions_instrument_id_fkey foreign key (instrument_id)
        references ref.instruments (instrument_id) on delete restrict,
    constraint conventions_kind_check check (kind in ('spot', 'perp', 'inverse')),
    constraint conventions_value_check check (
        case name
            when 'published' then value in ('yes', 'no')
            when 'quiet_intervals' then value in ('written', 'omitted')
            when 'label' then value in ('start', 'end')
            when 'publication_lag' then value ~ '^[0-9]{1,9}$'
            when 'update_ids' then value in ('consecutive', 'sparse')
            else false
        end)
);
create index conventions_venue_idx on ingest.conventions (venue, name);
create index conventions_instrument_idx on ingest.conventions (instrument_id);
comment on table ingest.conventions is
    'What those who publish market data do, and since when: facts that the rows themselves do not tell. Append-only; of several '
    'statements that apply the most special one counts (instrument, source, stream, kind, then venue), of equally special ones that '
    'of the newest since, then the one made last.';
comment on column ingest.conventions.venue is 'The venue (ref.venues) that it is about.';
comment on column ingest.conventions.kind is 'Only instruments of this kind; null for all.';
comment on column ingest.conventions.stream is 'Only this stream; null for all.';
comment on column ingest.conventions.source is 'Only what this source (ingest.batches.source) delivers; null for all.';
comment on column ingest.conventions.instrument_id is 'Only this instrument; null for all of the venue.';
comment on column ingest.conventions.name is
    'published: whether rows come at all. quiet_intervals: whether an interval without a trade gets a candle. label: whether the time '
    'of a row is the start or the end of its period. publication_lag: how long after its end a row may take to come. update_ids: whether the '
    'ids of the updates of an order book follow one another or leave out numbers.';
comment on column ingest.conventions.since is 'Holds for rows of this time and later, until another statement.';
comment on column ingest.conventions.value is
    'published: yes, no. quiet_intervals: written, omitted. label: start, end. publication_lag: seconds. update_ids: consecutive, sparse.';
comment on column ingest.conventions.reason is 'How it is known.';

insert into ingest.conventions (convention_id, venue, kind, stream, source, name, since, value, reason)
  values ('00000000-0000-7000-8000-6d6b74000001', 'binance', null, 'klines', null, 'quiet_intervals', '-infinity', 'written',
          'every interval has a row; without a trade its volume is 0'),
         ('00000000-0000-7000-8000-6d6b74000002', 'bitfinex', null, 'klines', null, 'quiet_intervals', '-infinity', 'omitted',
          'an interval without a trade has no row'),
         ('00000000-0000-7000-8000-6d6b74000003', 'binance', null, null, 'archive_daily', 'publication_lag', '-infinity', '172800',
          'the file of a day appears on the next day'),
         ('00000000-0000-7000-8000-6d6b74000004', 'binance', null, null, 'archive_monthly', 'publication_lag', '-infinity', '3369600',
          'the file of a month appears on the first Monday of the next one'),
         ('00000000-0000-7000-8000-6d6b74000005', 'binance', null, 'book_tickers', 'archive_daily', 'published', '2024-03-31 00:00:00+00', 'no',
          'the archive has no files after 2024-03-30'),
         ('00000000-0000-7000-8000-6d6b74000006', 'binance', null, 'book_tickers', 'archive_monthly', 'published', '2024-03-31 00:00:00+00', 'no',
          'the archive has no files after 2024-03-30'),
         ('00000000-0000-7000-8000-6d6b74000007', 'binance', 'perp', 'metrics', null, 'label', '-infinity', 'end',
          'rows are labelled with the end of their five minutes'),
         ('00000000-0000-7000-8000-6d6b74000008', 'binance', 'perp', 'metrics', null, 'label', '2026-06-25 00:00:00+00', 'start',
          'rows are labelled with the start of their five minutes since then');

create table ingest.repairs (
    repair_id     uuid        not null,
    stream        text        not null,
    instrument_id uuid        not null,
    from_id       bigint      not null,
    to_id         bigint      not null,
    before_time   timestamptz not null,
    after_time    timestamptz not null,
    status        text        not null default 'open',
    opened_at     timestamptz not null default clock_timestamp(),
    closed_at     timestamptz,
    reason        text,
    ctx           jsonb,
    constraint repairs_pkey primary key (repair_id),
    constraint repairs_instrument_id_fkey foreign key (instrument_id)
        references ref.instruments (instrument_id) on delete restrict,
    constraint repairs_ids_check check (from_id <= to_id),
    constraint repairs_status_check check (status in ('open', 'filled', 'abandoned')),
    constraint repairs_closed_check check ((status = 'open') = (closed_at is null)),
    constraint repairs_reason_check check ((status = 'abandoned') = (reason is not null))
);
create unique index repairs_open_key on ingest.repairs (stream, instrument_id, from_id, to_id) where status = 'open';
create index repairs_open_idx on ingest.repairs (instrument_id, before_time, after_time) where status = 'open';
comment on table ingest.repairs is
    'Holes in the ids of a stream that a venue numbers without gaps: what has to be asked for again. Candles between before_time and '
    'after_time are not final while a repair is open.';
comment on column ingest.repairs.stream is 'trades or agg_trades.';
comment on column ingest.repairs.from_id is 'First id that is missing.';
comment on column ingest.repairs.to_id is 'Last id that is missing.';
comment on column ingest.repairs.before_time is 'Time of the row before the hole.';
comment on column ingest.repairs.after_time is 'Time of the row after the hole.';
comment on column ingest.repairs.status is
    'open; filled once no id of it is missing; abandoned when there is nothing to be had, with the reason.';

select bus.fn_declare_event_type('market.convention_stated', 'market', 'convention', 'A convention of those who publish market data was stated.',
    '{"required": {"convention_id": "uuid", "venue": "string", "name": "string", "value": "string", "reason": "string"},
      "optional": {"since": "timestamp", "kind": "string", "stream": "string", "source": "string", "instrument_id": "uuid"}}');
select bus.fn_declare_event_type('market.repair_opened', 'market', 'repair', 'A hole in the ids of a stream was found.',
    '{"required": {"repair_id": "uuid", "stream": "string", "instrument_id": "uuid", "from_id": "integer", "to_id": "integer",
                   "before_time": "timestamp", "after_time": "timestamp"}}');
select bus.fn_declare_event_type('market.repair_closed', 'market', 'repair', 'A hole was filled, or given up with a reason.',
    '{"required": {"repair_id": "uuid", "status": "string"}, "optional": {"reason": "string"}}');
