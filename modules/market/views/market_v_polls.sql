-- One row for each series that pollers keep current. Of several reasons to fetch one series the most particular says how: a row of
-- ingest.polls for the instrument, one for the coins, a subscription.
create or replace view market.v_polls as
    with wished as (
        select 1 as rank, p.venue, p.stream, p.kind, p.instrument_id, p.interval_s, i.symbol, i.base, i.quote, p.since, p.every_s,
               p.enabled
          from ingest.polls as p
          join ref.instruments as i on i.instrument_id = p.instrument_id
        union all
        select 2, p.venue, p.stream, p.kind, i.instrument_id, p.interval_s, i.symbol, u.base, u.quote, p.since, p.every_s, p.enabled
          from ingest.polls as p
          cross join settings.coin_universe as u
          left join lateral (
              select n.instrument_id, n.symbol
                from ref.instruments as n
               where n.venue = p.venue and n.kind = p.kind and (n.symbol = u.symbol or (n.base = u.base and n.quote = u.quote))
               order by n.symbol <> u.symbol, n.symbol
               limit 1) as i on true
         where p.instrument_id is null and p.stream <> 'listings' and u.enabled
        union all
        -- A list is of all instruments of a kind, and asked for whatever coins there are. Its nulls have types and names, so that the view reads
        -- the same when it was made from its own text.
        select 1, p.venue, p.stream, p.kind, null::uuid as instrument_id, p.interval_s, null::text as symbol, null::text as base, null::text as quote,
               p.since, p.every_s, p.enabled
          from ingest.polls as p
         where p.stream = 'listings'
        union all
        select 3, i.venue, s.stream, i.kind, i.instrument_id, case when t.interval_column is not null then 60 end as interval_s, i.symbol,
               i.base, i.quote, s.changed_at, null as every_s, true as enabled
          from market.symbol_subscriptions as s
          join ref.instruments as i on i.instrument_id = s.instrument_id
          left join ingest.streams as t on t.stream = s.stream
         where s.active),
    decided as (
        select distinct on (w.venue, w.stream, w.kind, w.interval_s, coalesce(w.instrument_id::text, w.base || '/' || w.quote)) w.*
          from wished as w
         order by w.venue, w.stream, w.kind, w.interval_s, coalesce(w.instrument_id::text, w.base || '/' || w.quote), w.rank, w.since)
    select d.venue, d.stream, d.kind, d.symbol, d.interval_s, d.instrument_id, d.base, d.quote, d.since, d.every_s,
           c.page_state, c.last_time, c.last_id, c.advanced_at,
           f.newest_event, f.newest_ingest, f.errors_in_row, f.last_error, f.last_error_at
      from decided as d
      left join ingest.cursors as c
        on c.source = 'rest' and c.stream = d.stream and c.instrument_id = d.instrument_id
       and c.interval_s is not distinct from d.interval_s
      left join ingest.source_freshness as f
        on f.source = case when d.stream = 'listings' then concat_ws(' ', d.venue, d.kind) else 'rest' end
       and f.stream = d.stream and f.instrument_id is not distinct from d.instrument_id
       and f.interval_s is not distinct from d.interval_s
     where d.enabled;
comment on view market.v_polls is
    'The series that pollers keep current over REST, where each stands, and what went wrong last. instrument_id and symbol are null for a '
    'coin that has no instrument at the venue yet, and of listings, which are those of a kind.';
comment on column market.v_polls.since is 'Where the history begins that is fetched first.';
comment on column market.v_polls.every_s is 'Seconds between two requests while the series is current; null: as rows come.';
comment on column market.v_polls.page_state is 'Where the next page begins, in the poller''s own words; null before the first one.';
comment on column market.v_polls.newest_event is 'Newest row; of listings, when the venue answered with the last one.';
comment on column market.v_polls.last_time is 'Newest row delivered over REST.';
