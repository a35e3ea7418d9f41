-- daybook-lint: allow state-change-without-event until 2028-06-30: the statement that is put together only reads
create or replace function market.fn_coverage(
    p_stream        text,
    p_instrument_id uuid,
    p_interval_s    integer,
    p_from          timestamptz default null,
    p_to            timestamptz default null,
    p_unit          text default 'day')
returns table (unit_from timestamptz, unit_to timestamptz, expected bigint, present bigint, missing bigint, share numeric)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
set jit = off
as $$
declare
    v_step  constant interval := make_interval(secs => p_interval_s);
    v_time  constant text := (select s.time_column from market._stream(p_stream) s);
    v_rows  constant text := market._series_rows(p_stream, p_instrument_id, p_interval_s);
    v_from  timestamptz := p_from;
    v_to    timestamptz := p_to;
    v_first timestamptz;
    v_last  timestamptz;
begin
    if p_unit is null or p_unit not in ('day', 'month') then
        raise exception 'p_unit is %', coalesce(quote_literal(left(p_unit, 100)), 'null')
            using errcode = 'TB001', hint = 'Ask for day or month.';
    end if;
    execute format('select min(t.%I), max(t.%1$I) ', v_time) || v_rows into v_first, v_last;
    v_from := coalesce(v_from, v_first);
    v_to := coalesce(v_to, v_last + v_step);
    if v_from is null or v_to is null or v_from >= v_to then
        return;
    end if;
    if extract(epoch from v_to - v_from) / 86400 > 40000 then
        raise exception 'p_from .. p_to is implausible: % .. %', p_from, p_to
            using errcode = 'TB001', hint = 'Ask for less than 40000 days.';
    end if;

    -- Times within half an interval of one place on the grid count once.
    return query execute format(
        $query$
        with units as (
            select greatest(u.start, $1) as unit_from, least(u.start + ('1 ' || $3)::interval, $2) as unit_to
              from generate_series(date_trunc($3, $1), $2 - interval '1 microsecond', ('1 ' || $3)::interval) as u(start)
        ), counted as (
            select date_trunc($3, q.at) as start, count(*) as present
              from (select t.%1$I as at, lag(t.%1$I) over (order by t.%1$I) as before %2$s and t.%1$I >= $1 and t.%1$I < $2) q
             where q.before is null or q.at - q.before >= $5
             group by 1
        ), expected as (
            select u.unit_from, u.unit_to,
                   (ceil(extract(epoch from u.unit_to - $6) / $4) - ceil(extract(epoch from u.unit_from - $6) / $4))::bigint as expected,
                   coalesce(c.present, 0) as present
              from units u
              left join counted c on c.start = date_trunc($3, u.unit_from)
        )
        select e.unit_from, e.unit_to, e.expected, e.present, greatest(e.expected - e.present, 0),
               round(e.present::numeric / nullif(e.expected, 0), 6)
          from expected e
         order by e.unit_from
        $query$, v_time, v_rows)
      using v_from, v_to, p_unit, p_interval_s, 0.5 * v_step, coalesce(v_first, market._grid_origin(p_interval_s));
end
$$;
comment on function market.fn_coverage(text, uuid, integer, timestamptz, timestamptz, text) is
    'How much of a series is there, for each day or month (p_unit, UTC) between p_from (included) and p_to (excluded), which are the '
    'first and the last row when null: rows expected at the interval, present, missing, and present as a share of expected. For '
    'streams without an interval of their own p_interval_s is the cadence that is expected. TB001 for what is no series.';
