-- Two quiet markets are silent at the same time by chance, so silence of all others proves nothing by itself. How often each of them
-- is silent around the run says how likely a silence of this length is; that of the series itself counts by itself. Markets do not fall
-- silent in the same minute: what counts is the stretch around the middle of the run in which none of the others had a row.
-- daybook-lint: allow state-change-without-event until 2028-06-30: the statement that is put together only reads
create or replace function market._venue_silence(
    p_stream        text,
    p_instrument_id uuid,
    p_interval_s    integer,
    p_gap_from      timestamptz[],
    p_gap_to        timestamptz[],
    p_least         interval)
returns table (gap_from timestamptz, silent_from timestamptz, silent_to timestamptz, others bigint, active bigint, chance_log10 double precision,
               own_chance_log10 double precision)
language plpgsql stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
    v_stream record;
begin
    select * into v_stream from market._stream(p_stream);
    return query execute format(
        $query$
        with others as materialized (
            select distinct b.instrument_id
              from ref.instruments self
              join ref.instruments i on i.venue = self.venue and i.instrument_id <> self.instrument_id
              join ingest.batches b on b.instrument_id = i.instrument_id
             where self.instrument_id = $1 and b.verdict = 'loaded' and b.stream = $2 and (b.interval_s is null or b.interval_s = $3)
        -- Whoever was not received in that time is no witness.
        ), asked as materialized (
            select r.gap_from, r.gap_to, o.instrument_id
              from unnest($4, $5) as r(gap_from, gap_to)
              join others o on exists (
                  select from ingest.batches b
                   where b.verdict = 'loaded' and b.stream = $2 and b.instrument_id = o.instrument_id
                     and (b.interval_s is null or b.interval_s = $3) and b.first_time < r.gap_from and b.last_time >= r.gap_to)
        ), told as materialized (
            select r.gap_from, r.gap_to, count(a.instrument_id) as others, count(*) filter (where x.before is not null or x.after is not null) as active,
                   greatest(r.gap_from, max(x.before) + make_interval(secs => $3)) as silent_from, least(r.gap_to, min(x.after)) as silent_to
              from unnest($4, $5) as r(gap_from, gap_to)
              left join asked a on a.gap_from = r.gap_from
              -- The rows next to the middle, one look into the index each.
              left join lateral (
                  select (select t.%4$I from %1$s t
                           where %2$s and t.instrument_id = a.instrument_id and %3$s = $3
                             and t.%4$I >= r.gap_from and t.%4$I < m.middle
                           order by t.%4$I desc limit 1) as before,
                         (select t.%4$I from %1$s t
                           where %2$s and t.instrument_id = a.instrument_id and %3$s = $3
                             and t.%4$I >= m.middle and t.%4$I < r.gap_to
                           order by t.%4$I limit 1) as after
                    from (select r.gap_from + (r.gap_to - r.gap_from) / 2 as middle) m) x on true
             group by r.gap_from, r.gap_to
        ), around as (
            select s.gap_from, s.gap_to, s.silent_from, s.silent_to, x.instrument_id, greatest(interval '1 day', s.gap_to - s.gap_from) as reach
              from told s
              cross join lateral (
                  select $1 as instrument_id
                  union all
                  select a.instrument_id from asked a where a.gap_from = s.gap_from) x
             where s.others > 0 and s.silent_to - s.silent_from >= $6
        ), shares as (
            select a.gap_from, a.instrument_id = $1 as own,
                   extract(epoch from a.silent_to - a.silent_from)::float8 / $3 as missing,
                   -- One silence more than was seen, so that a market that was never silent is not held incapable of it.
                   greatest(1 + 2 * extract(epoch from a.reach)::float8 / $3 - c.present, 1)
                   / (2 + 2 * extract(epoch from a.reach)::float8 / $3) as share
              from around a
              cross join lateral (
                  select count(*) as present
                    from %1$s t
                   where %2$s and t.instrument_id = a.instrument_id and %3$s = $3
                     and (t.%4$I >= a.gap_from - a.reach and t.%4$I < a.gap_from
                          or t.%4$I >= a.gap_to and t.%4$I < a.gap_to + a.reach)) c
        )
        select t.gap_from, t.silent_from, t.silent_to, t.others, t.active,
               sum(s.missing * log(s.share::numeric)::float8) filter (where not s.own),
               sum(s.missing * log(s.share::numeric)::float8) filter (where s.own)
          from told t
          left join shares s on s.gap_from = t.gap_from
         group by t.gap_from, t.silent_from, t.silent_to, t.others, t.active
        $query$, v_stream.target, v_stream.restriction, coalesce('t.' || quote_ident(v_stream.interval_column), '$3'), v_stream.time_column)
      using p_instrument_id, p_stream, p_interval_s, p_gap_from, p_gap_to, p_least;
end
$$;
comment on function market._venue_silence(text, uuid, integer, timestamptz[], timestamptz[], interval) is
    'For each run of missing rows of how many other instruments of the venue a loaded batch encloses it too, how many of those had a '
    'row inside it, from when to when around its middle none of them had one, and the chance that all of them, and that this one, were '
    'silent for so long by themselves, as its decimal logarithm, from how often they were silent on the days around: null for a stretch below p_least.';
