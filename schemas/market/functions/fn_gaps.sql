-- daybook mirror: function market.fn_gaps(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_now timestamp with time zone)

CREATE OR REPLACE FUNCTION market.fn_gaps(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone DEFAULT NULL::timestamp with time zone, p_to timestamp with time zone DEFAULT NULL::timestamp with time zone, p_now timestamp with time zone DEFAULT now())
 RETURNS TABLE(gap_from timestamp with time zone, gap_to timestamp with time zone, missing bigint, cause text, evidence jsonb)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET "TimeZone" TO 'UTC'
 SET plan_cache_mode TO 'force_custom_plan'
 SET work_mem TO '64MB'
 SET jit TO 'off'
AS $function$
declare
    c_unlikely  constant double precision := -6;
    v_stopped   tstzmultirange;
    v_listed    timestamptz;
    v_first     timestamptz;
    v_last      timestamptz;
    v_due       timestamptz;
    v_quiet     text;
    v_source    text;
    v_lag_s     bigint;
    v_from      timestamptz[];
    v_to        timestamptz[];
    v_least     interval;
    v_long_from timestamptz[];
    v_long_to   timestamptz[];
    v_trades    boolean;
begin
    if p_stream = 'book_changes' then
        return query select g.* from market._book_change_gaps(p_instrument_id, p_from, p_to) g;
        return;
    end if;
    execute (select format('select min(t.%I), max(t.%1$I) ', s.time_column) from market._stream(p_stream) s)
            || market._series_rows(p_stream, p_instrument_id, p_interval_s)
       into v_first, v_last;
    select b.source into v_source
      from ingest.batches b
     where b.verdict = 'loaded' and b.stream = p_stream and b.instrument_id is not distinct from p_instrument_id
       and (b.interval_s is null or b.interval_s is not distinct from p_interval_s) and b.last_time is not null
     order by b.last_time desc, b.batch_id desc
     limit 1;
    v_listed := (select l.listed_at from market.listings l where l.instrument_id = p_instrument_id order by l.stated_at desc limit 1);
    v_stopped := market._stopped(p_instrument_id, p_stream, v_source);
    v_quiet := (select c.value from market._convention('quiet_intervals', p_instrument_id, p_stream, v_source, p_now) c);
    v_lag_s := coalesce((select c.value::bigint from market._convention('publication_lag', p_instrument_id, p_stream, v_source, p_now) c), 0);
    v_due := p_now - make_interval(secs => p_interval_s + v_lag_s);

    select array_agg(g.gap_from), array_agg(g.gap_to) into v_from, v_to
      from market._gap_pieces(p_stream, p_instrument_id, p_interval_s, p_from, p_to,
               (select array_agg(c.at order by c.at)
                  from (select v_due as at where not v_stopped @> v_due
                        union
                        select v_listed where v_listed < coalesce(v_first, 'infinity')
                        union
                        select unnest(array[lower(s.r), upper(s.r)]) from unnest(v_stopped) as s(r)) c
                 where c.at > '-infinity')) g;

    -- A silence that this series itself has all the time says nothing of its venue.
    v_least := (select make_interval(secs => least(c_unlikely / log(least(greatest(m.share, 1e-9), 0.999999)), 1e6) * p_interval_s)
                  from (select sum(extract(epoch from r.gap_to - r.gap_from))::float8
                               / (extract(epoch from v_last - v_first)::float8 + p_interval_s) as share
                          from unnest(v_from, v_to) as r(gap_from, gap_to)
                         where r.gap_from > v_first and r.gap_to <= v_last) m);
    select array_agg(l.gap_from), array_agg(l.gap_to) into v_long_from, v_long_to
      from (select r.gap_from, r.gap_to
              from unnest(v_from, v_to) as r(gap_from, gap_to)
             where r.gap_from > v_first and r.gap_to <= v_last and r.gap_to - r.gap_from >= v_least
             order by r.gap_to - r.gap_from desc, r.gap_from
             limit 2000) l;
    v_trades := p_stream = 'klines'
        and (exists (select from market.agg_trades t where t.instrument_id = p_instrument_id)
             or exists (select from market.trades t where t.instrument_id = p_instrument_id));

    return query
        with runs as (
            select r.gap_from, r.gap_to, c.batch_id, jsonb_build_object('batch_id', b.batch_id, 'file_name', b.file_name) as covered_by,
                   s.silent_from, s.silent_to, s.others, s.active, s.chance_log10, s.own_chance_log10,
                   case when v_trades then market._trade_evidence(p_instrument_id, r.gap_from, r.gap_to) end as trades
              from unnest(v_from, v_to) as r(gap_from, gap_to)
              left join market._gap_coverage(p_stream, p_instrument_id, p_interval_s, v_from, v_to) c on c.gap_from = r.gap_from
              left join ingest.batches b on b.batch_id = c.batch_id
              left join market._venue_silence(p_stream, p_instrument_id, p_interval_s, v_long_from, v_long_to, v_least) s
                on s.gap_from = r.gap_from
        ), judged as (
            select r.*,
                   case when v_stopped @> r.gap_from then 'discontinued'
                        -- Least passes over what is not known; a row that was received before the stated day says more than that.
                        when r.gap_from < least(v_listed, v_first) then 'before_listing'
                        when r.gap_from >= v_due and r.gap_from > coalesce(v_last, '-infinity') then 'not_yet_published'
                        when r.trades ? 'id_before' then 'no_trade'
                        when r.batch_id is null then 'source_absent'
                        when r.chance_log10 < c_unlikely and r.own_chance_log10 < c_unlikely then 'venue_outage'
                        when r.trades ? 'trade_id' or v_quiet = 'written' then 'source_short'
                        else 'unknown'
                   end as cause
              from runs r
        -- Before the venue fell silent and after it was back this run was silent beside markets that were not.
        ), pieces as (
            select p.gap_from, p.gap_to, p.others, p.active, p.chance_log10, j.covered_by,
                   case when v_trades then market._trade_evidence(p_instrument_id, p.gap_from, p.gap_to) end as trades, p.cause
              from judged j
             cross join lateral (
                 values (j.gap_from, j.silent_from, null::text, null::bigint, null::bigint, null::float8),
                        (j.silent_from, j.silent_to, j.cause, j.others, 0, j.chance_log10),
                        (j.silent_to, j.gap_to, null, null, null, null)) as p(gap_from, gap_to, cause, others, active, chance_log10)
             where j.cause = 'venue_outage' and p.gap_to > p.gap_from
            union all
            select j.gap_from, j.gap_to, j.others, j.active, j.chance_log10, j.covered_by, j.trades, j.cause
              from judged j
             where j.cause <> 'venue_outage'
        ), told as (
            select p.*,
                   coalesce(p.cause, case when p.trades ? 'id_before' then 'no_trade'
                                          when p.trades ? 'trade_id' or v_quiet = 'written' then 'source_short'
                                          else 'unknown' end) as said
              from pieces p
        )
        select j.gap_from, j.gap_to, round(extract(epoch from j.gap_to - j.gap_from) / p_interval_s)::bigint, j.said,
               case j.said
                   when 'discontinued' then
                       (select jsonb_build_object('since', c.since, 'reason', c.reason)
                          from market._convention('published', p_instrument_id, p_stream, v_source, j.gap_from) c)
                   when 'before_listing' then jsonb_strip_nulls(jsonb_build_object('first_row', v_first, 'listed_at', v_listed))
                   when 'not_yet_published' then jsonb_build_object('last_row', v_last, 'publication_lag_s', v_lag_s)
                   when 'no_trade' then j.trades
                   when 'source_absent' then jsonb_build_object('batch_id', null)
                   else case when j.others is null and j.trades is null then j.covered_by
                             else j.covered_by || coalesce(j.trades, '{}')
                                  || jsonb_strip_nulls(jsonb_build_object('others', j.others, 'others_active', j.active, 'chance_log10', round(j.chance_log10::numeric, 1)))
                        end
               end
          from told j
         order by j.gap_from;
end
$function$;

alter function market.fn_gaps(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_now timestamp with time zone) owner to daybook_api;

comment on function market.fn_gaps(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_now timestamp with time zone) is 'Runs of rows that are missing from a series between p_from (included) and p_to (excluded), which are the first and the last row when null: gap_from included, gap_to excluded, how many are missing, the cause and its evidence. discontinued: known not to be published (since, reason). before_listing: before the venue says that trading began (listed_at), or where it does not say before the first row ever received (first_row). not_yet_published: the end of the row and publication_lag_s are not over at p_now. no_trade: the ids of recorded trades follow one another across it (id_before, id_after). source_absent: no loaded batch encloses it. venue_outage: a batch encloses it, and no other instrument of the venue had a row, with a chance below 1e-6 that they, and this one, were only quiet (others, chance_log10, its decimal logarithm); a run that begins before the others fell silent, or ends after they were back, is cut there; whether the venue was away or whoever recorded it cannot be told from data. source_short: a batch encloses it and lacks rows that must have been, for a trade is recorded in it or the venue writes quiet intervals. unknown: a batch encloses it, and nothing else is known. Where they were looked at, others counts the other instruments that were received around it and others_active those with a row in it. Of book_changes the ids tell what is missing, whatever the interval: gap_from and gap_to are the times of the updates on both sides, missing counts ids, and the evidence is that of market._book_change_gaps. TB001 for what is no series.';

revoke execute on function market.fn_gaps(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_now timestamp with time zone) from public;
grant execute on function market.fn_gaps(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_now timestamp with time zone) to daybook_console;
grant execute on function market.fn_gaps(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_now timestamp with time zone) to daybook_data_writer;
grant execute on function market.fn_gaps(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_now timestamp with time zone) to daybook_lab_reader;
grant execute on function market.fn_gaps(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_now timestamp with time zone) to daybook_manager;
grant execute on function market.fn_gaps(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_now timestamp with time zone) to daybook_owner;
grant execute on function market.fn_gaps(p_stream text, p_instrument_id uuid, p_interval_s integer, p_from timestamp with time zone, p_to timestamp with time zone, p_now timestamp with time zone) to daybook_risk;
